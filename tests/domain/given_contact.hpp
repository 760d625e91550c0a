// What the tests of a contact begin with: an attempt, and what is told of it.
#pragma once

#include "domain/contact.hpp"
#include "domain/retry.hpp"
#include "support/decider_spec.hpp"

namespace ringmaster::test {

using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::call_answered;
using events::call_ended;
using events::call_initiated;
using events::call_ringing;
using events::contact_answered;
using events::contact_attempt_ended;
using events::contact_dialed;
using events::contact_finished;
using events::contact_initiated;
using events::contact_retry_scheduled;
using events::contact_ringing;
using events::disposition;
using events::instant;
using events::outcome;

using contact_spec = decider_spec<contact, contact_command, events::contact_event>;

inline contact_spec given(const contact_facts& history) {
  return contact_spec{history};
}

/// When the first attempt is dialled; a Monday.
inline constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
inline constexpr instant an_hour_later = noon + 1h;

inline const events::schedule always;
inline const events::retry_policy three_attempts{
  .max_attempts = 3, .retry_interval_minutes = 60, .rules = default_retry_rules(60)};

inline const contact_dialed dialed{
  .attempt = 1,
  .trunk = {7},
  .caller_id = "+14155550199",
  .at = noon,
  .due_at = {},
  .give_up_at = noon + 10min};
inline const contact_initiated initiated{1, "CA1", noon + 1s};
inline const contact_ringing ringing{1, noon + 2s};
inline const contact_answered answered{1, noon + 10s};
inline const contact_attempt_ended busy{
  .attempt = 1, .outcome = outcome::busy, .cause = {}, .provider_code = {}, .at = noon + 20s};
inline const contact_retry_scheduled second_due{2, an_hour_later};
inline const contact_attempt_ended held_back{
  .attempt = 1,
  .outcome = outcome::cancelled,
  .cause = "not_now",
  .provider_code = "429",
  .at = noon + 1s};

inline const contact_facts no_history;
inline const contact_facts waiting{dialed, busy, second_due};
inline const contact_facts finished{dialed, busy, contact_finished{disposition::failed}};
inline const contact_facts nothing;

inline dial_contact dial_at(instant now, std::uint32_t max_attempts = 3) {
  return {
    .now = now,
    .max_attempts = max_attempts,
    .trunk = {7},
    .caller_id = "+14155550199",
    .give_up_at = now + 10min};
}

/// What the carrier says, heard a minute after the dial unless said otherwise.
inline hear_report
hear(events::call_report report, std::uint32_t attempt = 1, instant now = noon + 1min) {
  return {
    .attempt = attempt,
    .report = std::move(report),
    .now = now,
    .retry = &three_attempts,
    .schedule = &always};
}

inline call_ended ended(outcome how, std::uint64_t talk_time_ms = 0, instant at = noon + 20s) {
  return {
    .outcome = how,
    .cause = {},
    .provider_code = {},
    .talk_time_ms = talk_time_ms,
    .at = at,
    .result = {}};
}

inline contact_attempt_ended
end(outcome how, std::uint64_t talk_time_ms = 0, instant at = noon + 20s) {
  return {
    .attempt = 1,
    .outcome = how,
    .cause = {},
    .provider_code = {},
    .talk_time_ms = talk_time_ms,
    .at = at};
}

} // namespace ringmaster::test
