#include "projections/folds.hpp"

#include "domain/match.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ringmaster::projections {

namespace {

using domain::contact_phase;
using events::instant;

std::uint64_t& bucket(progress& of, events::disposition how) {
  switch (how) {
  case events::disposition::completed: return of.completed;
  case events::disposition::cancelled: return of.cancelled;
  case events::disposition::failed: break;
  }
  return of.failed;
}

bool is_cancelled(const campaign_view& it) {
  return it.state.status == domain::campaign_status::cancelled;
}

/// The counter in which a contact of this phase stands. Whoever is in line when a
/// campaign is cancelled is cancelled with it.
std::uint64_t& bucket(campaign_view& campaign, const domain::contact& it) {
  auto& of = campaign.progress;
  bool cancelled = is_cancelled(campaign);
  switch (it.phase) {
  case contact_phase::untouched: return cancelled ? of.cancelled : of.pending;
  case contact_phase::waiting: return cancelled ? of.cancelled : of.waiting;
  case contact_phase::finished: return bucket(of, it.disposition);
  case contact_phase::dialed:
  case contact_phase::ringing:
  case contact_phase::answered:
  case contact_phase::ended: break;
  }
  return of.in_flight;
}

/// From one counter to another, so that their sum stays what it was.
void move_contact(campaign_view& of, const domain::contact& before, const domain::contact& after) {
  auto& from = bucket(of, before);
  if (from == 0)
    return;
  --from;
  ++bucket(of, after);
}

/// The counts that only grow.
void count_call(progress& of, const domain::contact& before, const events::contact_event& event) {
  if (const auto* dialed = std::get_if<events::contact_dialed>(&event)) {
    ++of.attempts;
    of.processed += dialed->attempt == 1 ? 1 : 0;
  } else if (std::holds_alternative<events::contact_answered>(event)) {
    of.answered += before.answered_at == instant{} ? 1 : 0;
  } else if (const auto* ended = std::get_if<events::contact_attempt_ended>(&event)) {
    ++of.outcomes[static_cast<std::size_t>(ended->outcome) % of.outcomes.size()];
  }
}

bool was_answered(const run_view& it) {
  return it.answered_at.value_or(instant{}) != instant{};
}

/// What a verdict does not say stays as it was.
void correct(run_view& into, const events::contact_call_judged& as) {
  into.has_result |= as.has_result;
  into.opted_out |= as.opted_out;
  if (!as.call_disposition.empty())
    into.call_disposition = as.call_disposition;
  if (as.answered_by != events::answerer::unknown)
    into.answered_by = as.answered_by;
  if (!as.outcome || !into.outcome)
    return; // the end will say it
  into.outcome = as.outcome;
  into.cause = as.cause;
  if (!as.provider_code.empty())
    into.provider_code = as.provider_code;
  if (as.talk_time_ms == 0)
    return;
  into.talk_time_ms = as.talk_time_ms;
  if (!was_answered(into))
    into.answered_at = events::answered_at(as);
}

void cancel_line(progress& of) {
  of.cancelled += std::exchange(of.pending, 0) + std::exchange(of.waiting, 0);
}

void end_pause(campaign_view& of) {
  of.paused_at.reset();
  of.breaker_trip.reset();
  of.hook_failure.reset();
  of.paused_by_restore = false;
}

} // namespace

void fold(campaign_view& into, const events::envelope& it, const events::campaign_event& event) {
  match(
    event,
    [&](const events::campaign_created& as) {
      into = campaign_view{};
      into.created_at = it.recorded_at;
      into.progress.total = into.progress.pending = as.contacts;
    },
    [&](const events::campaign_started&) {
      if (!into.started_at)
        into.started_at = it.recorded_at;
      into.running_since = it.recorded_at;
    },
    [&](const events::campaign_paused& as) {
      into.paused_at = it.recorded_at;
      const auto* trip = std::get_if<events::breaker_trip>(&as.why);
      into.breaker_trip = trip ? std::optional{*trip} : std::nullopt;
      const auto* silence = std::get_if<events::hook_failed>(&as.why);
      into.hook_failure = silence ? std::optional{*silence} : std::nullopt;
      into.paused_by_restore = std::holds_alternative<events::log_was_restored>(as.why);
    },
    [&](const events::campaign_resumed&) {
      end_pause(into);
      into.running_since = it.recorded_at;
    },
    [&](const events::campaign_completed&) {
      end_pause(into);
      into.ended_at = it.recorded_at;
    },
    [&](const events::campaign_failed&) {
      end_pause(into);
      into.ended_at = it.recorded_at;
    },
    [&](const events::campaign_cancelled&) {
      end_pause(into);
      cancel_line(into.progress);
      into.ended_at = it.recorded_at;
    },
    [&](const events::campaign_expired&) {
      end_pause(into);
      cancel_line(into.progress);
      into.ended_at = it.recorded_at;
    },
    [&](const events::campaign_contacts_added& as) {
      into.progress.total += as.contacts;
      auto& bucket = is_cancelled(into) ? into.progress.cancelled : into.progress.pending;
      bucket += as.contacts;
    },
    [](const events::campaign_redialed&) {},
    [](const events::campaign_archived&) {},
    [](const events::campaign_unarchived&) {},
    [](const events::campaign_hang_up_ordered&) {},
    [](const events::campaign_edited&) {},
    [](const events::campaign_deleted&) {});
  into.state = domain::evolve(std::move(into.state), event);
  into.version = it.version;
  into.position = it.position;
}

void count(
  campaign_view& into,
  const domain::contact& before,
  const domain::contact& after,
  const events::envelope& it,
  const events::contact_event& event) {
  move_contact(into, before, after);
  count_call(into.progress, before, event);
  into.touched.insert(it.stream.row);
  into.position = it.position;
}

void count(
  minute_view& into,
  const campaign_view& campaign,
  const domain::contact& before,
  const events::contact_event& event) {
  progress step;
  count_call(step, before, event);
  into.attempts += step.attempts;
  into.answered += step.answered;
  for (std::size_t i = 0; i < into.outcomes.size(); ++i)
    into.outcomes[i] += step.outcomes[i];
  into.in_flight = campaign.progress.in_flight;
  into.most_in_flight = std::max(into.most_in_flight, into.in_flight);
}

namespace {

template <class Counts>
void move_outcome(Counts& of, const run_view& before, const run_view& after) {
  auto& from = of.outcomes[static_cast<std::size_t>(*before.outcome) % of.outcomes.size()];
  if (from == 0)
    return;
  --from;
  ++of.outcomes[static_cast<std::size_t>(*after.outcome) % of.outcomes.size()];
}

template <class Counts>
void count_correction(Counts& of, const run_view& before, const run_view& after) {
  move_outcome(of, before, after);
  of.answered += !was_answered(before) && was_answered(after) ? 1 : 0;
}

} // namespace

void recount(progress& into, const run_view& before, const run_view& after) {
  count_correction(into, before, after);
}

void recount(minute_view& into, const run_view& before, const run_view& after) {
  count_correction(into, before, after);
}

void fold(
  run_view& into,
  const domain::contact& before,
  const events::envelope& it,
  const events::contact_event& event) {
  match(
    event,
    [&](const events::contact_dialed& as) {
      into = run_view{};
      into.key = {{it.stream.id}, it.stream.row, as.attempt};
      into.position = it.position;
      into.trunk = as.trunk;
      into.caller_id = as.caller_id;
      into.dialed_at = as.at;
      into.previous_outcome = before.last_outcome;
    },
    [&](const events::contact_initiated& as) {
      into.initiated_at = as.at;
      into.provider_ref = as.provider_ref;
    },
    [&](const events::contact_ringing& as) { into.ringing_at = as.at; },
    [&](const events::contact_answered& as) { into.answered_at = as.at; },
    [&](const events::contact_attempt_ended& as) {
      into.ended_at = as.at;
      into.outcome = as.outcome;
      into.cause = as.cause;
      into.provider_code = as.provider_code;
      into.talk_time_ms = as.talk_time_ms;
      into.answered_by = as.answered_by;
      into.has_result |= as.has_result;
      into.ended_minute = minute_of(it.recorded_at);
    },
    [&](const events::contact_call_judged& as) { correct(into, as); },
    [&](const events::contact_retry_scheduled& as) { into.retry_at = as.due_at; },
    // Of the contact, not of one of its calls.
    [](const events::contact_put_first&) {},
    [](const events::contact_call_at_set&) {},
    [](const events::contact_put_off&) {},
    [](const events::contact_withdrawn&) {},
    [](const events::contact_finished&) {});
}

events::trunk_edited as_edit(const events::trunk_created& of) {
  return {
    .trunk = of.trunk,
    .name = of.name,
    .settings = of.settings,
    .caller_ids = of.caller_ids,
    .channels = of.channels,
    .rate = of.rate,
    .caller_id_limits = of.caller_id_limits};
}

void fold(trunk_view& into, const events::trunk_edited& event) {
  auto& it = into.trunk;
  it.name = event.name;
  it.settings = event.settings;
  it.caller_ids = event.caller_ids;
  it.channels = event.channels;
  it.rate = event.rate;
  it.caller_id_limits = event.caller_id_limits;
}

bool was_touched(const campaign_view& of, std::uint32_t row) {
  return of.touched.contains(row);
}

bool is_open(const domain::contact& it) {
  return it.in_flight() || it.phase == contact_phase::ended;
}

} // namespace ringmaster::projections
