// Commands: judged, appended, believed; and how a pause becomes a fact.
#include "actors/campaign_actor.hpp"
#include "actors/shell.hpp"
#include "domain/match.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::actors {

namespace {

/// How long our own doing waits when the log has no room.
constexpr auto no_room_rest = std::chrono::seconds{30};

bool is_pause(const domain::campaign_facts& facts) {
  return std::ranges::any_of(
    facts, [](const auto& fact) { return std::holds_alternative<events::campaign_paused>(fact); });
}

} // namespace

caf::result<campaign_receipt> campaign_shell::accept(campaign_request& request) {
  ++heard_;
  auto asker = self_->make_response_promise<campaign_receipt>();
  if (pausing_)
    deferred_.push_back({std::move(request), asker});
  else
    carry_out(request, asker);
  return asker;
}

void campaign_shell::carry_out(
  const campaign_request& request, caf::typed_response_promise<campaign_receipt> asker) {
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
          asker.deliver(campaign_receipt{0, calls_.size()});
      } else if (is_pause(facts)) {
        begin_pause({std::move(facts), request.origin, asker});
      } else {
        append(std::move(facts), request.origin, asker);
      }
    });
}

void campaign_shell::carry_out_own(domain::campaign_command command) {
  if (!pausing_ && !appending_)
    carry_out({id_, std::move(command), {}}, {});
}

/// What came while a pause was under way.
void campaign_shell::carry_out_deferred() {
  while (!deferred_.empty() && !pausing_ && !appending_) {
    auto next = std::move(deferred_.front());
    deferred_.pop_front();
    carry_out(next.request, next.asker);
  }
}

void campaign_shell::append(
  domain::campaign_facts facts,
  const actors::origin& origin,
  caf::typed_response_promise<campaign_receipt> asker) {
  append_request request{
    .what =
      {.stream = events::stream_of(id_),
       .expected_version = version_,
       .events = as_events(facts),
       .actor = origin.actor,
       .correlation = origin.correlation},
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
          asker.deliver(campaign_receipt{at.last_position, calls_.size()});
        carry_out_deferred();
      },
      [this, asker](caf::error& why) mutable {
        appending_ = false;
        if (why == append_refusal::conflict)
          store::fatal("can't record what a campaign does", caf::to_string(why));
        bool stopping = why != append_refusal::busy;
        if (asker.pending())
          asker.deliver(why);
        if (stopping)
          return self_->quit(std::move(why));
        // Nothing was written: what we know still holds. Our own doing comes
        // round again with the next call that ends, or the next wake-up.
        wake_at(with_->now() + no_room_rest);
        carry_out_deferred();
      });
}

void campaign_shell::believe(const domain::campaign_facts& facts) {
  for (const auto& fact : facts) {
    state_ = domain::evolve(std::move(state_), fact);
    if (std::holds_alternative<events::campaign_resumed>(fact))
      breaker_.clear();
    if (std::holds_alternative<events::campaign_created>(fact)) {
      load_catalogue(with_->library->look());
      line_.emplace(state_.contacts, 1, std::set<std::uint32_t>{}, with_->limits.near_retries);
    }
  }
  refresh_brief();
  fill_soon();
}

/// Nothing is picked from here on; the pause is a fact once every dial already
/// under way is with the carrier, so that the log shows none behind it.
void campaign_shell::begin_pause(pause_in_progress pause) {
  pausing_ = std::move(pause);
  fill_soon(); // gives the lines back
  finish_pause_if_quiet();
}

void campaign_shell::finish_pause_if_quiet() {
  if (!pausing_ || !starting_.empty())
    return;
  auto pause = *std::exchange(pausing_, std::nullopt);
  append(std::move(pause.facts), pause.origin, pause.asker);
}

} // namespace ringmaster::actors
