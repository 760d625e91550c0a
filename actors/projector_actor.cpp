#include "actors/projector_actor.hpp"

#include "actors/shell.hpp"
#include "projections/refold.hpp"

#include <memory>
#include <utility>

namespace ringmaster::actors {

namespace {

projections::checkpoint
checkpoint_at(std::uint64_t position, const store::chain_hash& hash, std::string generation) {
  return {
    .position = position,
    .chain_hash = {hash.begin(), hash.end()},
    .generation = std::move(generation),
    .format = projections::views_format,
  };
}

/// Whether the views were folded from a beginning of this very log.
bool fits(const projections::checkpoint& views, const store::journal& journal) {
  auto hash = journal.hash_at(views.position);
  return hash && views == checkpoint_at(views.position, *hash, journal.generation());
}

} // namespace

std::optional<events::campaign_id> campaign_of(const events::stream_id& stream) {
  if (stream.kind == events::stream_kind::campaign || stream.kind == events::stream_kind::contact)
    return events::campaign_id{stream.id};
  return std::nullopt;
}

void catch_up(
  const store::journal& journal,
  store::key_value& rows,
  const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  if (auto views = projections::read_checkpoint(rows); views.position == 0 || !fits(views, journal))
    rows.clear();
  auto head = journal.head();
  auto position = projections::read_checkpoint(rows).position;
  if (position < head.position)
    progress(position, head.position);
  projections::refold fold{rows, journal.generation(), [&](std::uint64_t last) {
                             auto hash = journal.hash_at(last).value();
                             return std::string{hash.begin(), hash.end()};
                           }};
  journal.read(position + 1, [&](events::envelope&& it) {
    if (auto folded = fold.add(std::move(it)))
      progress(folded, head.position);
    return true;
  });
  fold.finish();
}

projector_actor::behavior_type projector_shell::start(const environment* with, live_actor live) {
  end_process_on_exception(self_);
  with_ = with;
  live_ = std::move(live);
  generation_ = with_->journal->generation();
  position_ = with_->journal->head().position;
  self_->set_exit_handler([this](caf::exit_msg& told) {
    // Whoever waits for an answer could not leave either.
    for (auto& [position, asker] : std::exchange(awaiting_, {}))
      asker.deliver(told.reason);
    self_->quit(std::move(told.reason));
  });
  return {
    [this](const committed_ptr& batch) { fold(batch); },
    [this](await_position what) { return await(what); },
  };
}

void projector_shell::fold(const committed_ptr& batch) {
  position_ = batch->head.position;
  with_->projection->fold(batch->events, checkpoint_at(position_, batch->head.hash, generation_));
  if (auto journal = caf::actor_cast<journal_actor>(self_->current_sender()))
    self_->send(journal, views_reached{position_});
  tell_campaigns(*batch);
  if (with_->views_moved)
    with_->views_moved();
  while (!awaiting_.empty() && awaiting_.begin()->first <= position_)
    awaiting_.extract(awaiting_.begin()).mapped().deliver(views_reached{position_});
}

caf::result<views_reached> projector_shell::await(await_position what) {
  if (what.position == 0)
    what.position = with_->journal->head().position;
  if (what.position <= position_)
    return views_reached{position_};
  auto promise = self_->make_response_promise<views_reached>();
  awaiting_.emplace(what.position, promise);
  return promise;
}

void projector_shell::tell_campaigns(const committed& batch) {
  campaigns_moved moved;
  for (const auto& it : batch.events)
    if (auto campaign = campaign_of(it.stream))
      moved.campaigns.insert(*campaign);
  if (!moved.campaigns.empty())
    self_->send(live_, std::move(moved));
}

projector_actor::behavior_type projector(
  projector_actor::stateful_pointer<projector_shell> self,
  const environment* with,
  live_actor live) {
  return self->state.start(with, std::move(live));
}

} // namespace ringmaster::actors
