// Commands: judged, appended, believed; and how what bears on dialling becomes a
// fact.
#include "actors/campaign_actor.hpp"
#include "actors/shell.hpp"
#include "domain/match.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::actors {

namespace {

/// How long our own doing waits when the log has no room.
constexpr auto no_room_rest = std::chrono::seconds{30};

/// How the next contact is dialled, or whether one is, changes with these.
bool bears_on_dialling(const domain::campaign_facts& facts) {
  return std::ranges::any_of(facts, [](const auto& fact) {
    return std::holds_alternative<events::campaign_edited>(fact)
           || std::holds_alternative<events::campaign_paused>(fact)
           || std::holds_alternative<events::campaign_cancelled>(fact)
           || std::holds_alternative<events::campaign_expired>(fact);
  });
}

/// Such facts are recorded as long as the disk takes them: a log with no room
/// for new work must not keep anybody from stopping.
bool is_new_work(const domain::campaign_facts& facts) {
  return std::ranges::none_of(facts, [](const auto& fact) {
    return std::holds_alternative<events::campaign_paused>(fact)
           || std::holds_alternative<events::campaign_cancelled>(fact)
           || std::holds_alternative<events::campaign_expired>(fact)
           || std::holds_alternative<events::campaign_hang_up_ordered>(fact)
           || std::holds_alternative<events::campaign_completed>(fact)
           || std::holds_alternative<events::campaign_failed>(fact);
  });
}

} // namespace

caf::result<campaign_receipt> campaign_shell::accept(campaign_request& request) {
  ++heard_;
  auto asker = self_->make_response_promise<campaign_receipt>();
  in_turn([this, request = std::move(request), asker] { carry_out(request, asker); });
  return asker;
}

/// Now, or behind what is under way.
void campaign_shell::in_turn(std::function<void()> work) {
  if (changing_ || sweeping_)
    deferred_.push_back(std::move(work));
  else
    work();
}

void campaign_shell::carry_out(const campaign_request& request, receipt_promise asker) {
  auto seen = request.origin.seen_version;
  match(
    seen && *seen != version_ ? domain::campaign_decision{domain::refusal::version_changed}
                              : domain::decide(state_, request.command),
    [&](domain::refusal why) {
      if (asker.pending())
        asker.deliver(caf::make_error(why));
    },
    [&](domain::campaign_facts facts) {
      if (facts.empty()) {
        if (asker.pending())
          asker.deliver(campaign_receipt{.position = 0, .in_flight = calls_.size()});
      } else if (bears_on_dialling(facts)) {
        begin_change({std::move(facts), request.origin, asker});
      } else {
        append(std::move(facts), request.origin, asker);
      }
    });
}

void campaign_shell::carry_out_own(domain::campaign_command command) {
  if (!changing_ && !sweeping_ && !appending_)
    carry_out(campaign_request{id_, std::move(command), {}}, {});
}

/// What came while a change or a sweep was under way.
void campaign_shell::carry_out_deferred() {
  while (!deferred_.empty() && !changing_ && !sweeping_ && !appending_) {
    auto next = std::move(deferred_.front());
    deferred_.pop_front();
    next();
  }
}

void campaign_shell::append(
  domain::campaign_facts facts, const actors::origin& origin, receipt_promise asker) {
  append_request request{
    .what =
      {.stream = events::stream_of(id_),
       .expected_version = version_,
       .events = as_events(facts),
       .actor = origin.actor,
       .correlation = origin.correlation,
       .request = origin.request,
       .new_work = is_new_work(facts)},
    .results = {}};
  appending_ = true;
  // `await`, not `then`: the next command must be judged with these facts in.
  self_->request(peers_.journal, caf::infinite, std::move(request))
    .await(
      [this, facts = std::move(facts), asker](const receipt& at) mutable {
        appending_ = false;
        version_ = at.version;
        last_position_ = std::max(last_position_, at.last_position);
        believe(facts);
        if (asker.pending())
          asker.deliver(campaign_receipt{.position = at.last_position, .in_flight = calls_.size()});
        carry_out_deferred();
      },
      [this, asker](caf::error& why) { not_appended(why, asker); });
}

void campaign_shell::not_appended(caf::error& why, receipt_promise asker) {
  appending_ = false;
  if (why == append_refusal::conflict)
    store::fatal("can't record what a campaign does", caf::to_string(why));
  bool stopping = why != append_refusal::busy;
  if (asker.pending())
    asker.deliver(why);
  if (stopping)
    return self_->quit(std::move(why));
  // Nothing was written: what we know still holds. Our own doing comes round
  // again with the next call that ends, or the next wake-up.
  wake_at(with_->now() + no_room_rest);
  carry_out_deferred();
}

void campaign_shell::believe(const domain::campaign_facts& facts) {
  for (const auto& fact : facts) {
    state_ = domain::evolve(std::move(state_), fact);
    bool resumed = std::holds_alternative<events::campaign_resumed>(fact);
    if (resumed) {
      breaker_.clear();
      hook_.clear();
    }
    if (resumed || std::holds_alternative<events::campaign_started>(fact))
      running_since_ = with_->now();
    if (std::holds_alternative<events::campaign_created>(fact)) {
      load_catalogue(with_->library->look());
      line_.emplace(domain::calling_order(state_), domain::row_set{}, with_->limits.near_retries);
    }
    if (const auto* more = std::get_if<events::campaign_contacts_added>(&fact)) {
      load_columns(with_->library->look(), more->list);
      line_->add(domain::lists_of(state_).back(), more->next);
    }
  }
  refresh_brief();
  wind_up_calls();
  fill_soon();
}

/// Nothing is picked from here on; the change is a fact once every dial already
/// under way is with the carrier, so that the log shows none behind it that was
/// judged before it.
void campaign_shell::begin_change(change_in_progress change) {
  changing_ = std::move(change);
  fill_soon(); // gives the lines back
  call_back_those_asked_about();
  finish_change_if_quiet();
}

void campaign_shell::finish_change_if_quiet() {
  if (!changing_ || !starting_.empty())
    return;
  auto change = *std::exchange(changing_, std::nullopt);
  append(std::move(change.facts), change.origin, change.asker);
}

/// Whoever still waits for the hook's leave does not keep a change waiting.
void campaign_shell::call_back_those_asked_about() {
  for (auto row : asked_)
    self_->send(calls_.at(row).contact, stand_back{});
}

wind_up campaign_shell::ending() const {
  return {
    .last_call = state_.status == domain::campaign_status::cancelled, .hang_up = state_.hang_up};
}

void campaign_shell::wind_up_calls() {
  auto how = ending();
  if (!how.last_call && !how.hang_up)
    return;
  auto ends_by = with_->now() + check_interval;
  for (auto& [row, up] : calls_) {
    self_->send(up.contact, how);
    if (how.hang_up)
      up.check_at = std::min(up.check_at, ends_by);
  }
  if (how.hang_up)
    next_check_ = std::min(next_check_, ends_by);
}

} // namespace ringmaster::actors
