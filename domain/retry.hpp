#pragma once

#include "events/policy.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::domain {

/// When to try again after attempt number `attempt` (from 1) ended with
/// `how` at `ended_at`; nothing when the policy or the budget says no more.
/// Falls inside a window of `when`, or on the next opening.
[[nodiscard]] std::optional<events::instant> next_try(
  const events::retry_policy& policy,
  const events::schedule& when,
  std::uint32_t attempt,
  events::outcome how,
  events::instant ended_at);

/// The rules that hold where an operator named none: busy, no answer and
/// voicemail are retried after `interval_minutes`.
[[nodiscard]] std::map<events::outcome, events::retry_rule>
default_retry_rules(std::uint32_t interval_minutes);

/// The cause that tells a call that never left the carrier's queue: we took it back when
/// it might no longer ring.
inline constexpr std::string_view queued_cause = "queued_too_long";

/// Does an attempt that ended so count as one to call the contact? What the carrier
/// would not take, or we cut short, came to nothing by no doing of theirs.
[[nodiscard]] bool costs_budget(events::outcome how, std::string_view cause);

/// What the call of attempt number `attempt` is told beyond the contact's own
/// columns: which retry it is, and how the attempt before it ended; attempts that
/// cost no budget are not counted among them. Nothing on a
/// first attempt.
[[nodiscard]] std::map<std::string, std::string>
retry_context(std::uint32_t attempt, events::outcome previous);

} // namespace ringmaster::domain
