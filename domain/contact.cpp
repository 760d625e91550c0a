#include "domain/contact.hpp"

#include "domain/match.hpp"
#include "domain/retry.hpp"
#include "domain/schedule.hpp"

#include <algorithm>
#include <optional>

namespace ringmaster::domain {

namespace {

using events::instant;
using phase = contact_phase;
using std::chrono::milliseconds;

const contact_facts nothing_new;

bool is_being_called(const contact& state) {
  return state.in_flight() || state.phase == phase::ended;
}

/// Why a contact can't be given another place in line, if so.
std::optional<refusal> not_in_line(const contact& state) {
  if (is_being_called(state))
    return refusal::attempt_open;
  if (state.phase == phase::finished || state.opted_out)
    return refusal::contact_finished;
  return std::nullopt;
}

contact_decision dial(const contact& state, const dial_contact& command) {
  if (auto why = not_in_line(state))
    return *why;
  if (state.attempts_spent() >= command.max_attempts)
    return refusal::attempts_exhausted;
  if (command.now < state.due_at)
    return refusal::not_due_yet;
  return contact_facts{events::contact_dialed{
    .attempt = state.attempts + 1,
    .trunk = command.trunk,
    .caller_id = command.caller_id,
    .at = command.now,
    .due_at = state.due_at,
    .give_up_at = command.give_up_at}};
}

/// When something happened, as far as we believe the provider's clock: not
/// before what came before it, and not in the future.
instant believable(instant at, instant earliest, instant now) {
  return std::max(earliest, at == instant{} ? now : std::min(at, now));
}

contact_facts
hear(const contact& state, const hear_report& command, const events::call_initiated& report) {
  // Late is better than never here: it brings the carrier's name for the call.
  if (state.initiated_at != instant{})
    return nothing_new;
  return {events::contact_initiated{
    state.attempts, report.provider_ref, believable(report.at, state.dialed_at, command.now)}};
}

contact_facts
hear(const contact& state, const hear_report& command, const events::call_ringing& report) {
  if (state.phase != phase::dialed)
    return nothing_new;
  return {
    events::contact_ringing{state.attempts, believable(report.at, state.dialed_at, command.now)}};
}

contact_facts
hear(const contact& state, const hear_report& command, const events::call_answered& report) {
  if (state.phase == phase::answered)
    return nothing_new;
  return {
    events::contact_answered{state.attempts, believable(report.at, state.dialed_at, command.now)}};
}

/// Nobody reported the answer, but the end tells that there was one.
bool was_answered(const events::call_ended& report) {
  return report.talk_time_ms > 0 || report.outcome == events::outcome::completed
         || report.outcome == events::outcome::voicemail;
}

/// An end without a report of the answer still says how long they talked.
instant answered_at(const contact& state, const events::call_ended& report, instant ended_at) {
  auto longest = std::chrono::floor<milliseconds>(ended_at - state.dialed_at);
  auto talk_ms = std::min(report.talk_time_ms, static_cast<std::uint64_t>(longest.count()));
  return ended_at - milliseconds{talk_ms};
}

/// We hung up before anybody answered.
bool was_cut_short(
  const contact& state, const hear_report& command, const events::call_ended& report) {
  return command.hung_up && report.outcome == events::outcome::cancelled
         && state.phase != phase::answered;
}

/// The next attempt, unless somebody said meanwhile that there is none.
events::contact_event again_or_never(const contact& state, instant due_at, bool last_call) {
  if (state.withdrawn || state.opted_out || last_call)
    return events::contact_finished{events::disposition::cancelled};
  return events::contact_retry_scheduled{state.attempts + 1, due_at};
}

events::contact_event what_follows(
  const contact& state, const hear_report& command, const events::contact_attempt_ended& end) {
  auto due_at =
    costs_budget(end.outcome, end.cause)
      ? next_try(*command.retry, *command.schedule, state.attempts_spent(), end.outcome, end.at)
      : next_open(*command.schedule, end.at);
  if (!due_at)
    return events::contact_finished{disposition_after(end.outcome)};
  return again_or_never(state, *due_at, command.last_call);
}

/// Whoever listened knows it better than the carrier.
events::answerer who_answered(const contact& state, events::answerer reported) {
  bool known = state.answered_by != events::answerer::unknown;
  return known && (state.judged_by_agent || reported == events::answerer::unknown)
           ? state.answered_by
           : reported;
}

contact_facts
hear(const contact& state, const hear_report& command, const events::call_ended& report) {
  events::contact_attempt_ended end{
    .attempt = state.attempts,
    .outcome = was_answered(report) ? state.judged.value_or(report.outcome) : report.outcome,
    .cause = was_cut_short(state, command, report) ? std::string{hung_up_cause} : report.cause,
    .provider_code = report.provider_code,
    .talk_time_ms = report.talk_time_ms,
    .answered_by = who_answered(state, report.answered_by),
    .at = believable(report.at, std::max(state.dialed_at, state.answered_at), command.now),
    .has_result = report.result.has_value()};
  contact_facts facts;
  if (state.phase != phase::answered && was_answered(report))
    facts.push_back(events::contact_answered{state.attempts, answered_at(state, report, end.at)});
  facts.push_back(end);
  facts.push_back(what_follows(state, command, end));
  return facts;
}

/// How the call is taken by now, as far as the contact knows: of its last one.
std::optional<events::outcome> taken_as(const contact& state) {
  return state.in_flight() ? state.judged : std::optional{state.last_outcome};
}

/// What of a verdict is new.
events::contact_call_judged
news_in(const contact& state, const hear_report& command, const events::call_verdict& verdict) {
  bool last = command.attempt == state.attempts;
  events::contact_call_judged news;
  news.attempt = command.attempt;
  news.by = verdict.by;
  news.call_disposition = verdict.disposition;
  news.opted_out = verdict.opted_out && !state.opted_out;
  news.at = believable(verdict.at, last ? state.dialed_at : instant{}, command.now);
  news.has_result = verdict.result.has_value();
  if (last && state.judged_by_agent && verdict.by == events::judge::carrier)
    return news;
  if (!last || verdict.answered_by != state.answered_by)
    news.answered_by = verdict.answered_by;
  if (verdict.outcome && (!last || verdict.outcome != taken_as(state))) {
    news.outcome = verdict.outcome;
    news.cause = verdict.cause;
    news.provider_code = verdict.provider_code;
    news.talk_time_ms = verdict.talk_time_ms;
  }
  return news;
}

bool says_something(const events::contact_call_judged& it) {
  return it.outcome || it.answered_by != events::answerer::unknown || !it.call_disposition.empty()
         || it.opted_out || it.has_result;
}

/// A waiting contact has no reason to wait any more.
std::optional<events::contact_finished> done_by(
  const contact& state, const hear_report& command, const events::contact_call_judged& verdict) {
  if (state.phase != phase::waiting)
    return std::nullopt;
  if (verdict.opted_out)
    return events::contact_finished{events::disposition::cancelled};
  bool retry = state.turn == contact_turn::usual && verdict.attempt == state.attempts;
  if (!retry || !verdict.outcome)
    return std::nullopt;
  auto again = next_try(
    *command.retry, *command.schedule, state.attempts_spent(), *verdict.outcome, state.ended_at);
  return again ? std::nullopt
               : std::optional{events::contact_finished{disposition_after(*verdict.outcome)}};
}

contact_facts
hear(const contact& state, const hear_report& command, const events::call_verdict& verdict) {
  auto news = news_in(state, command, verdict);
  if (!says_something(news))
    return nothing_new;
  if (auto done = done_by(state, command, news))
    return {std::move(news), *done};
  return {std::move(news)};
}

/// The end of a call that we had given up as unknown.
std::optional<events::call_verdict>
late_end(const contact& state, const events::call_report& report) {
  const auto* end = std::get_if<events::call_ended>(&report);
  bool given_up = state.ended_at != instant{} && state.last_outcome == events::outcome::unknown;
  if (end == nullptr || !given_up || end->outcome == events::outcome::unknown)
    return std::nullopt;
  return events::call_verdict{
    .outcome = end->outcome,
    .answered_by = end->answered_by,
    .disposition = {},
    .cause = end->cause,
    .provider_code = end->provider_code,
    .talk_time_ms = end->talk_time_ms,
    .at = end->at,
    .result = end->result};
}

contact_decision hear(const contact& state, const hear_report& command) {
  if (command.attempt == 0 || command.attempt > state.attempts)
    return nothing_new;
  if (const auto* verdict = std::get_if<events::call_verdict>(&command.report))
    return hear(state, command, *verdict);
  if (command.attempt != state.attempts)
    return nothing_new;
  if (auto verdict = late_end(state, command.report); verdict && !state.in_flight())
    return hear(state, command, *verdict);
  if (!state.in_flight())
    return nothing_new;
  return match(command.report, [&](const auto& report) { return hear(state, command, report); });
}

/// A carrier that has told us more of the call contradicts itself; what became
/// of the call then is for a look-up to tell.
contact_decision hold_back(const contact& state, const hold_back_contact& command) {
  bool untouched = state.phase == phase::dialed && state.initiated_at == instant{};
  if (command.attempt != state.attempts || !untouched)
    return nothing_new;
  return contact_facts{
    events::contact_attempt_ended{
      .attempt = state.attempts,
      .outcome = events::outcome::cancelled,
      .cause = std::string{held_back_cause},
      .provider_code = command.why,
      .at = std::max(state.dialed_at, command.now)},
    again_or_never(state, command.due_at, command.last_call)};
}

contact_decision put_off(const contact& state, const put_off_contact& command) {
  if (auto why = not_in_line(state))
    return *why;
  return contact_facts{events::contact_put_off{command.reason, command.due_at}};
}

contact_decision give_up(const contact& state, const give_up_contact& command) {
  if (is_being_called(state))
    return refusal::attempt_open;
  if (state.phase == phase::finished || state.attempts_spent() < command.max_attempts)
    return nothing_new;
  return contact_facts{events::contact_finished{events::disposition::failed}};
}

contact_decision cancel(const contact& state) {
  if (state.phase == phase::finished)
    return state.disposition == events::disposition::cancelled
             ? contact_decision{nothing_new}
             : contact_decision{refusal::contact_finished};
  if (!is_being_called(state))
    return contact_facts{events::contact_finished{events::disposition::cancelled}};
  return state.withdrawn ? nothing_new : contact_facts{events::contact_withdrawn{}};
}

contact_decision put_first(const contact& state, const put_contact_first& command) {
  if (auto why = not_in_line(state))
    return *why;
  if (state.turn == contact_turn::first)
    return nothing_new;
  return contact_facts{events::contact_put_first{command.now}};
}

contact_decision call_at(const contact& state, const call_contact_at& command) {
  if (auto why = not_in_line(state))
    return *why;
  auto due_at = next_open(*command.schedule, std::max(command.at, command.now));
  if (!due_at)
    return refusal::never_open;
  if (state.turn == contact_turn::appointed && state.due_at == *due_at)
    return nothing_new;
  return contact_facts{events::contact_call_at_set{*due_at}};
}

void wait_for(contact& state, contact_turn turn, instant due_at) {
  state.phase = phase::waiting;
  state.turn = turn;
  state.due_at = due_at;
  state.put_off_because.clear();
}

void begin_attempt(contact& state, const events::contact_dialed& it) {
  state.phase = phase::dialed;
  state.attempts = it.attempt;
  state.trunk = it.trunk;
  state.caller_id = it.caller_id;
  state.dialed_at = it.at;
  state.give_up_at = it.give_up_at;
  state.turn = contact_turn::usual;
  state.put_off_because.clear();
  state.due_at = state.initiated_at = state.answered_at = state.ended_at = instant{};
  state.answered_by = events::answerer::unknown;
  state.judged.reset();
  state.judged_by_agent = false;
}

void end_attempt(contact& state, const events::contact_attempt_ended& it) {
  state.phase = phase::ended;
  state.last_outcome = it.outcome;
  state.ended_at = it.at;
  state.answered_by = it.answered_by;
  state.judged.reset();
  if (!costs_budget(it.outcome, it.cause))
    ++state.held_back;
}

void believe(contact& state, const events::contact_call_judged& it) {
  state.opted_out |= it.opted_out;
  if (it.attempt != state.attempts)
    return;
  bool judged = it.outcome || it.answered_by != events::answerer::unknown;
  state.judged_by_agent |= judged && it.by == events::judge::agent;
  if (it.answered_by != events::answerer::unknown)
    state.answered_by = it.answered_by;
  if (!it.outcome)
    return;
  if (state.ended_at == instant{}) {
    state.judged = it.outcome;
    return;
  }
  state.last_outcome = *it.outcome;
  if (state.answered_at == instant{} && it.talk_time_ms > 0)
    state.answered_at = events::answered_at(it);
}

} // namespace

std::string_view to_string(contact_phase it) {
  switch (it) {
  case phase::untouched: return "untouched";
  case phase::dialed: return "dialed";
  case phase::ringing: return "ringing";
  case phase::answered: return "answered";
  case phase::ended: return "ended";
  case phase::waiting: return "waiting";
  case phase::finished: return "finished";
  }
  return "unknown";
}

events::disposition disposition_after(events::outcome how) {
  switch (how) {
  case events::outcome::completed: return events::disposition::completed;
  case events::outcome::cancelled: return events::disposition::cancelled;
  default: return events::disposition::failed;
  }
}

contact_decision decide(const contact& state, const contact_command& command) {
  return match(
    command,
    [&](const dial_contact& it) { return dial(state, it); },
    [&](const hear_report& it) { return hear(state, it); },
    [&](const hold_back_contact& it) { return hold_back(state, it); },
    [&](const put_off_contact& it) { return put_off(state, it); },
    [&](const give_up_contact& it) { return give_up(state, it); },
    [&](const cancel_contact&) { return cancel(state); },
    [&](const put_contact_first& it) { return put_first(state, it); },
    [&](const call_contact_at& it) { return call_at(state, it); });
}

contact evolve(contact state, const events::contact_event& event) {
  match(
    event,
    [&](const events::contact_dialed& it) { begin_attempt(state, it); },
    [&](const events::contact_initiated& it) { state.initiated_at = it.at; },
    [&](const events::contact_ringing&) { state.phase = phase::ringing; },
    [&](const events::contact_answered& it) {
      state.phase = phase::answered;
      state.answered_at = it.at;
    },
    [&](const events::contact_attempt_ended& it) { end_attempt(state, it); },
    [&](const events::contact_call_judged& it) { believe(state, it); },
    [&](const events::contact_retry_scheduled& it) {
      wait_for(state, contact_turn::usual, it.due_at);
    },
    [&](const events::contact_put_first& it) { wait_for(state, contact_turn::first, it.at); },
    [&](const events::contact_call_at_set& it) {
      wait_for(state, contact_turn::appointed, it.due_at);
    },
    [&](const events::contact_put_off& it) {
      wait_for(state, contact_turn::put_off, it.due_at);
      state.put_off_because = it.reason;
    },
    [&](const events::contact_withdrawn&) { state.withdrawn = true; },
    [&](const events::contact_finished& it) {
      state.phase = phase::finished;
      state.disposition = it.disposition;
      state.due_at = instant{};
      state.turn = contact_turn::usual;
      state.put_off_because.clear();
    });
  return state;
}

} // namespace ringmaster::domain
