#include "simulation/auditor.hpp"

#include "domain/match.hpp"
#include "events/codec.hpp"
#include "simulation/requests.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::simulation {

namespace {

constexpr std::size_t lines_told = 30;

std::size_t up_at(std::multiset<instant>& until, instant now) {
  until.erase(until.begin(), until.upper_bound(now));
  return until.size();
}

template <class Command>
bool is(const order& it) {
  const auto* command = std::get_if<domain::campaign_command>(&it.what);
  return command != nullptr && std::holds_alternative<Command>(*command);
}

std::uint64_t& counter(campaign_account& of, const domain::contact& it) {
  auto& counts = of.progress;
  bool cancelled = of.state.status == domain::campaign_status::cancelled;
  switch (it.phase) {
  case domain::contact_phase::untouched: return cancelled ? counts.cancelled : counts.pending;
  case domain::contact_phase::waiting: return cancelled ? counts.cancelled : counts.waiting;
  case domain::contact_phase::finished: break;
  default: return counts.in_flight;
  }
  switch (it.disposition) {
  case events::disposition::completed: return counts.completed;
  case events::disposition::cancelled: return counts.cancelled;
  default: return counts.failed;
  }
}

} // namespace

auditor::auditor(const plan& of) {
  for (const auto& it : of.trunks)
    trunks_[it.as.trunk] = it.as;
}

void auditor::hold(std::string_view promise, complaint found, instant at) {
  ++checks_;
  if (found && !broken_)
    broken_ = violation{std::string{promise}, *std::move(found), at};
}

// -- the log -----------------------------------------------------------------------

void auditor::recorded(const events::envelope& it) {
  ++events_;
  latest_.push_back(
    std::to_string(it.position) + "  " + events::to_rfc3339(it.recorded_at) + "  "
    + to_string(it.stream) + "  " + std::string{events::type_of(it.event)});
  if (latest_.size() > lines_told)
    latest_.pop_front();
  auto told = [&](campaign_account& of) -> campaign_account& {
    of.feed.push_back({it.position, std::hash<std::string>{}(events::to_json(it))});
    return of;
  };
  std::visit(
    [&](const auto& event) {
      if constexpr (requires { events::campaign_event{event}; })
        fold(told(accounts_[{it.stream.id}]), it, event);
      else if constexpr (requires { events::contact_event{event}; })
        fold(told(accounts_[{it.stream.id}]), it, it.stream.row, event);
    },
    it.event);
}

void auditor::fold(
  campaign_account& of, const events::envelope& it, const events::campaign_event& event) {
  if (const auto* paused = std::get_if<events::campaign_paused>(&event))
    judge_pause(of, *paused);
  if (std::holds_alternative<events::campaign_redialed>(event))
    hold(
      "no_second_redial",
      no_second_redial(of.state, forced_redials_.contains(it.correlation)),
      it.recorded_at);
  if (std::holds_alternative<events::campaign_resumed>(event))
    of.breaker.resumed();
  if (!std::holds_alternative<events::campaign_edited>(event))
    of.must_trip_since.reset();
  of.state = domain::evolve(std::move(of.state), event);
  if (std::holds_alternative<events::campaign_created>(event)) {
    of.contacts.assign(of.state.contacts + 1, {});
    of.progress.total = of.progress.pending = of.state.contacts;
  }
  if (const auto* added = std::get_if<events::campaign_contacts_added>(&event)) {
    of.contacts.resize(of.state.contacts + 1);
    of.progress.total += added->contacts;
    of.progress.pending += added->contacts;
  }
  if (
    std::holds_alternative<events::campaign_cancelled>(event)
    || std::holds_alternative<events::campaign_expired>(event)) {
    of.progress.cancelled +=
      std::exchange(of.progress.pending, 0) + std::exchange(of.progress.waiting, 0);
  }
  if (std::holds_alternative<events::campaign_completed>(event))
    hold("nobody_is_lost", nobody_is_lost(of.state.status, of.unfinished()), it.recorded_at);
}

void auditor::fold(
  campaign_account& of,
  const events::envelope& it,
  std::uint32_t row,
  const events::contact_event& event) {
  auto& contact = of.contacts.at(row);
  auto before = contact;
  contact = domain::evolve(before, event);
  move(of, row, before);
  match(
    event,
    [&](const events::contact_dialed& dialed) {
      judge_dial(of, before, dialed);
      of.last_dial = dialed.at;
      ++of.progress.attempts;
    },
    [&](const events::contact_attempt_ended& ended) {
      of.breaker.ended({of.state.id, row, ended.attempt}, ended.outcome, ended.at);
      ends_[it.stream].push_back(
        std::to_string(ended.attempt) + " " + std::string{events::to_string(ended.outcome)});
      bool running = of.state.status == domain::campaign_status::running;
      if (
        running && !of.must_trip_since
        && of.breaker.trips(of.state.settings.breaker, it.recorded_at))
        of.must_trip_since = it.recorded_at;
      else if (
        of.must_trip_since == it.recorded_at
        && !of.breaker.trips(of.state.settings.breaker, it.recorded_at))
        of.must_trip_since.reset(); // the ends of one instant come in any order
    },
    [&](const events::contact_finished& finished) {
      ends_[it.stream].emplace_back(events::to_string(finished.disposition));
      hold("no_second_end", no_second_end(before), it.recorded_at);
    },
    [](const auto&) {});
}

/// From the counter of what the contact was to that of what it is now.
void auditor::move(campaign_account& of, std::uint32_t row, const domain::contact& before) {
  const auto& now = of.contacts.at(row);
  --counter(of, before);
  ++counter(of, now);
  if (before.phase == domain::contact_phase::waiting)
    of.waiting.erase({before.due_at, row});
  if (now.phase == domain::contact_phase::waiting)
    of.waiting.insert({now.due_at, row});
}

void auditor::judge_dial(
  campaign_account& of, const domain::contact& before, const events::contact_dialed& it) {
  const auto& settings = of.state.settings;
  hold("no_dial_out_of_turn", no_dial_out_of_turn(of.state.status, before), it.at);
  hold("no_attempt_above_the_budget", no_attempt_above_the_budget(before, settings.retry), it.at);
  hold("nobody_before_his_time", nobody_before_his_time(before, settings, it.at), it.at);
  if (of.must_trip_since)
    hold(
      "no_dial_behind_a_trip",
      no_dial_behind_a_trip(of.breaker, settings.breaker, *of.must_trip_since, it.at),
      it.at);
}

void auditor::judge_pause(campaign_account& of, const events::campaign_paused& it) {
  if (const auto* trip = std::get_if<events::breaker_trip>(&it.why))
    hold(
      "no_trip_without_cause",
      no_trip_without_cause(of.breaker, of.state.settings.breaker, *trip),
      {});
}

// -- operators and the carrier -------------------------------------------------------

std::uint64_t auditor::sent(const order& it) {
  ++orders_;
  if (const auto* again = std::get_if<redial>(&it.what); again != nullptr && again->force)
    forced_redials_.insert(orders_);
  if (is<domain::resume_campaign>(it)) {
    accounts_[it.to].pause_acknowledged = false;
    accounts_[it.to].last_resume = orders_;
  }
  return orders_;
}

void auditor::acknowledged(const order& it, std::uint64_t number) {
  bool stops = is<domain::pause_campaign>(it) || is<domain::cancel_campaign>(it);
  if (stops && number > accounts_[it.to].last_resume)
    accounts_[it.to].pause_acknowledged = true;
  const auto* wish = std::get_if<contact_wish>(&it.what);
  if (wish != nullptr && std::holds_alternative<domain::order_cancel>(wish->order))
    accounts_[it.to].cancelled.insert(wish->row);
}

void auditor::answered(
  const order& it, std::uint64_t number, const http::outgoing& what, instant now) {
  ++statuses_[what.status];
  hold("answers_are_no_faults", answers_are_no_faults(what), now);
  if (what.status >= 300)
    return;
  hold("acknowledged_is_on_disk", acknowledged_is_on_disk(position_in(what), events_), now);
  acknowledged(it, number);
}

void auditor::answered(const question& it, const http::outgoing& what, instant now) {
  hold("answers_are_no_faults", answers_are_no_faults(what), now);
  if (what.status != 200)
    return;
  if (it.about == topic::progress)
    counted(it.of, counters_in(what.body), position_in(what));
  if (it.about == topic::waiting)
    hold("silence_is_explained", silence_is_explained(what), now);
}

void auditor::counted(
  events::campaign_id of, const projections::progress& counters, std::uint64_t position) {
  hold("counters_close", counters_close(counters), {});
  if (position == events_) // what came since changes nothing yet
    hold("counters_are_true", counters_are_true(counters, accounts_[of].progress), {});
}

complaint auditor::next_of_feed(
  events::campaign_id of,
  std::uint64_t heard,
  std::uint64_t position,
  std::string_view json) const {
  const auto& feed = accounts_.at(of).feed;
  auto next = std::ranges::upper_bound(feed, heard, {}, &told_event::position);
  if (next == feed.end())
    return "the feed tells of position " + std::to_string(position) + ", and the log ends before";
  bool same = next->position == position && next->digest == std::hash<std::string_view>{}(json);
  if (same)
    return std::nullopt;
  return "behind position " + std::to_string(heard) + " the log has "
         + std::to_string(next->position) + ", and the feed tells of " + std::to_string(position)
         + ": " + std::string{json};
}

complaint auditor::rest_of_feed(events::campaign_id of, std::uint64_t heard) const {
  const auto& feed = accounts_.at(of).feed;
  if (feed.empty() || feed.back().position <= heard)
    return std::nullopt;
  return "the feed ends at position " + std::to_string(heard) + ", the log at "
         + std::to_string(feed.back().position);
}

void auditor::reached_carrier(
  const events::attempt_key& call, events::trunk_id trunk, instant now, instant true_now) {
  auto& of = accounts_[call.campaign];
  hold("no_attempt_twice", no_attempt_twice(seen_, call), now);
  hold("nothing_unrecorded", nothing_unrecorded(of.contacts.at(call.row), call), now);
  hold("nothing_outside_a_window", nothing_outside_a_window(of.state.settings.schedule, now), now);
  hold("nothing_after_a_pause", nothing_after_a_pause(of.pause_acknowledged), now);
  hold("nobody_who_was_cancelled", nobody_who_was_cancelled(of.cancelled.contains(call.row)), now);
  hold("nothing_out_of_season", nothing_out_of_season(of.state.settings, now), now);
  hold(
    "nothing_above_the_rate",
    nothing_above_the_rate(rates_[trunk], trunks_[trunk].rate.calls, true_now),
    now);
}

void auditor::rings(
  const events::attempt_key& call, events::trunk_id trunk, instant until, instant true_now) {
  auto& of = accounts_[call.campaign];
  auto& on_trunk = channels_[trunk];
  auto campaign_up = up_at(of.calls_up_until, true_now) + 1;
  auto trunk_up = up_at(on_trunk, true_now) + 1;
  of.calls_up_until.insert(until);
  on_trunk.insert(until);
  ringing_until_[call] = until;
  hold(
    "nothing_above_a_cap",
    nothing_above_a_cap("campaign", campaign_up, of.state.settings.concurrency),
    true_now);
  hold(
    "nothing_above_a_cap",
    nothing_above_a_cap("trunk", trunk_up, trunks_[trunk].channels),
    true_now);
}

void auditor::hung_up(const events::attempt_key& call, events::trunk_id trunk) {
  auto found = ringing_until_.extract(call);
  if (found.empty())
    return;
  auto leave = [&](std::multiset<instant>& until) {
    if (auto at = until.find(found.mapped()); at != until.end())
      until.erase(at);
  };
  leave(accounts_[call.campaign].calls_up_until);
  leave(channels_[trunk]);
}

} // namespace ringmaster::simulation
