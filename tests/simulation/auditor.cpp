#include "simulation/auditor.hpp"

#include "domain/match.hpp"
#include "domain/retry.hpp"
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

auditor::auditor(const plan& of, std::function<instant()> true_now)
  : true_now_{std::move(true_now)} {
  for (const auto& it : of.trunks)
    trunks_.emplace(it.as.trunk, it.as);
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
      else if constexpr (std::is_same_v<std::decay_t<decltype(event)>, events::trunk_edited>)
        trunks_.at(event.trunk).edited(event, true_now_());
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
  bool resumed = std::holds_alternative<events::campaign_resumed>(event);
  if (resumed)
    of.breaker.resumed();
  if (resumed || std::holds_alternative<events::campaign_started>(event)) {
    of.running_since = it.recorded_at;
    of.running_since_is_true = true;
    of.hook_failures = 0;
  }
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
      judge_number(dialed);
      of.last_dial = dialed.at;
      ++of.progress.attempts;
    },
    [&](const events::contact_attempt_ended& ended) {
      of.breaker.ended({of.state.id, row, ended.attempt}, ended.outcome, ended.at);
      trunks_.at(before.trunk).over(before.caller_id);
      if (!domain::costs_budget(ended.outcome, ended.cause))
        trunks_.at(before.trunk).came_to_nothing(before.caller_id, before.dialed_at);
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
    [&](const events::contact_call_judged& judged) {
      if (judged.by != events::judge::agent)
        return;
      auto& results = results_[{of.state.id, row, judged.attempt}];
      hold(
        "repeats_leave_no_trace",
        repeats_leave_no_trace(++results.verdicts, results.brought),
        it.recorded_at);
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
  hold("nobody_who_opted_out", nobody_who_opted_out(before.opted_out), it.at);
  if (of.running_since_is_true)
    hold(
      "nothing_above_the_slow_start",
      nothing_above_the_slow_start(of.progress.in_flight, settings, of.running_since, it.at),
      it.at);
  if (of.must_trip_since)
    hold(
      "no_dial_behind_a_trip",
      no_dial_behind_a_trip(of.breaker, settings.breaker, *of.must_trip_since, it.at),
      it.at);
}

void auditor::judge_number(const events::contact_dialed& it) {
  auto& of = trunks_.at(it.trunk);
  auto now = true_now_();
  hold("nothing_above_a_cap", of.dialed(it.caller_id, it.at, now), it.at);
  if (!unsure_of(std::chrono::floor<std::chrono::days>(it.at)))
    hold("no_number_above_its_day", of.judge_day(it.caller_id, it.at, now), it.at);
}

void auditor::judge_pause(campaign_account& of, const events::campaign_paused& it) {
  if (const auto* hook = std::get_if<events::hook_failed>(&it.why))
    hold("no_pause_without_failures", no_pause_without_failures(*hook, of.hook_failures), {});
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

void auditor::answered(const trunk_edit&, const http::outgoing& what, instant now) {
  ++statuses_[what.status];
  hold("answers_are_no_faults", answers_are_no_faults(what), now);
  if (what.status < 300)
    hold("acknowledged_is_on_disk", acknowledged_is_on_disk(position_in(what), events_), now);
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
  hold("nobody_who_opted_out", nobody_who_opted_out(of.opted_out.contains(call.row)), now);
  bool has_hook = of.state.settings.pre_dial_hook.has_value();
  hold("nobody_without_leave", nobody_without_leave(has_hook, leave_.contains(call)), now);
  hold("nothing_out_of_season", nothing_out_of_season(of.state.settings, now), now);
  hold("nothing_above_the_rate", trunks_.at(trunk).placed(true_now), now);
  allowed_under_[call] = of.state.settings.concurrency;
}

void auditor::crowds_carrier(std::uint32_t placing, std::uint32_t most, instant now) {
  hold("nothing_above_a_cap", nothing_above_a_cap("calls on their way", placing, most), now);
}

void auditor::answered_for_leave(const events::attempt_key& call, const domain::hook_answer& what) {
  if (std::holds_alternative<domain::hook_leave>(what))
    leave_.insert(call);
  else if (std::holds_alternative<domain::hook_silence>(what))
    ++accounts_[call.campaign].hook_failures;
}

void auditor::rings(
  const events::attempt_key& call,
  const std::string& to,
  events::trunk_id trunk,
  instant until,
  instant true_now) {
  auto& of = accounts_[call.campaign];
  auto campaign_up = up_at(of.calls_up_until, true_now) + 1;
  of.calls_up_until.insert(until);
  auto [last, first] = last_call_to_.try_emplace(to, call);
  auto before = first ? ringing_until_.end() : ringing_until_.find(last->second);
  bool is_called = before != ringing_until_.end() && before->second > true_now;
  hold("nobody_twice_at_once", nobody_twice_at_once(is_called), true_now);
  last->second = call;
  ringing_until_[call] = until;
  // A slow carrier may have had it since before an edit.
  auto allowed = std::max(of.state.settings.concurrency, allowed_under_.extract(call).mapped());
  hold("nothing_above_a_cap", nothing_above_a_cap("campaign", campaign_up, allowed), true_now);
  hold("nothing_above_a_cap", trunks_.at(trunk).begins(until, true_now), true_now);
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
  trunks_.at(trunk).ends(found.mapped());
}

std::uint64_t auditor::brought() {
  receipts_.emplace(++receipts_given_, true_now_());
  return receipts_given_;
}

void auditor::told(std::uint64_t number, const telephony::call_news& news, bool recorded) {
  receipts_.erase(number);
  if (!recorded)
    return;
  auto& of = accounts_[news.id.campaign];
  for (const auto& report : news.reports) {
    if (std::holds_alternative<events::call_ended>(report))
      hold(
        "recorded_ends_are_on_record",
        recorded_ends_are_on_record(of.contacts.at(news.id.row), news.id),
        true_now_());
    if (const auto* verdict = std::get_if<events::call_verdict>(&report))
      if (verdict->opted_out)
        of.opted_out.insert(news.id.row);
  }
}

std::optional<events::duration> auditor::oldest_receipt() const {
  // Numbers are given in the order of time.
  return receipts_.empty() ? std::nullopt : std::optional{true_now_() - receipts_.begin()->second};
}

void auditor::result_is_kept(const events::attempt_key& call, bool opted_out) {
  if (opted_out)
    accounts_[call.campaign].opted_out.insert(call.row);
}

/// On days that a clock goes back to, what counts for which is not for the log to say.
void auditor::clock_was_set(instant from, instant to) {
  for (auto& [id, it] : trunks_)
    it.forget_rates();
  for (auto& [id, it] : accounts_)
    it.running_since_is_true = false;
  unsure_days_.insert(std::chrono::floor<std::chrono::days>(from));
  unsure_days_.insert(std::chrono::floor<std::chrono::days>(to));
}

} // namespace ringmaster::simulation
