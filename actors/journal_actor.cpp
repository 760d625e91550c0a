#include "actors/journal_actor.hpp"

#include "actors/shell.hpp"
#include "domain/match.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace ringmaster::actors {

journal_actor::behavior_type
journal_shell::start(const environment* with, projector_actor projector) {
  end_process_on_exception(self_);
  with_ = with;
  projector_ = std::move(projector);
  views_at_ = with_->journal->head().position;
  self_->set_exit_handler([this](caf::exit_msg& told) { stop(std::move(told.reason)); });
  return {
    [this](append_request& request) { return accept(request); },
    [this](flush) { write_what_waits(); },
    [this](views_reached at) { views_are_at(at.position); },
    [this](sign_head) { return sign(); },
    [this](head_is_old) {
      self_->request(caf::actor_cast<journal_actor>(self_), caf::infinite, sign_head{})
        .then([](const receipt&) {});
    },
  };
}

caf::result<receipt> journal_shell::accept(append_request& request) {
  if (open_.size() >= with_->limits.open_appends && request.what.new_work)
    return caf::make_error(append_refusal::busy);
  open_.push_back(std::move(request.what));
  for (auto& result : request.results)
    results_.push_back(std::move(result));
  askers_.push_back(self_->make_response_promise<receipt>());
  if (!std::exchange(flush_sent_, true))
    self_->send(self_, flush{});
  return askers_.back();
}

void journal_shell::write_what_waits() {
  flush_sent_ = false;
  auto head = with_->journal->head().position;
  // The views are too far behind: `views_are_at` goes on from here.
  if (open_.empty() || head - views_at_ > with_->limits.view_lag)
    return;
  keep_results();
  auto batch = with_->journal->write(open_, with_->now());
  open_.clear();
  remember_to_sign(batch.committed);
  if (!batch.committed.empty())
    self_->send(
      projector_,
      committed_ptr{
        std::make_shared<committed>(committed{std::move(batch.committed), batch.head})});
  answer(std::move(batch.answers));
}

/// Before the log: if the power goes in between, the vault holds a result that
/// nothing names, and the attempt is reconciled and written again.
void journal_shell::keep_results() {
  if (results_.empty())
    return;
  with_->vault->put_results(results_);
  results_.clear();
}

void journal_shell::answer(std::vector<store::append_answer> answers) {
  auto askers = std::exchange(askers_, {});
  for (std::size_t i = 0; i < askers.size(); ++i)
    match(
      answers[i],
      [&](const receipt& it) { askers[i].deliver(it); },
      [&](append_refusal why) { askers[i].deliver(caf::make_error(why)); });
}

void journal_shell::views_are_at(std::uint64_t position) {
  views_at_ = position;
  with_->journal->forget_versions_up_to(position);
  if (!open_.empty() && !std::exchange(flush_sent_, true))
    self_->send(self_, flush{});
}

/// Covers all that anybody was told of by now.
caf::result<receipt> journal_shell::sign() {
  write_what_waits();
  if (!with_->sign_head || !std::exchange(has_unsigned_, false))
    return receipt{};
  append_request request{
    .what =
      {.stream = events::engine_stream,
       .expected_version = store::any_version,
       .events = {with_->sign_head(with_->journal->head())},
       .new_work = false},
    .results = {}};
  return accept(request);
}

void journal_shell::remember_to_sign(const std::vector<events::envelope>& committed) {
  bool fresh = std::ranges::any_of(committed, [](const events::envelope& it) {
    return !std::holds_alternative<events::head_signed>(it.event);
  });
  if (!with_->sign_head || !fresh || std::exchange(has_unsigned_, true))
    return;
  self_->delayed_send(self_, with_->real_time(with_->limits.unsigned_for), head_is_old{});
}

/// Whoever waits for an answer could not leave either, and the process would
/// never end.
void journal_shell::stop(caf::error why) {
  write_what_waits();
  for (auto& asker : std::exchange(askers_, {}))
    asker.deliver(why);
  self_->quit(std::move(why));
}

journal_actor::behavior_type journal(
  journal_actor::stateful_pointer<journal_shell> self,
  const environment* with,
  projector_actor projector) {
  return self->state.start(with, std::move(projector));
}

} // namespace ringmaster::actors
