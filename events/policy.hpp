// What a campaign was told to do, as the log records it. The rules that act on
// it are in domain/.
#pragma once

#include "events/call.hpp"
#include "events/ids.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::events {

/// ISO weekday: Monday is 1, Sunday is 7.
enum class weekday : std::uint8_t {
  monday = 1,
  tuesday,
  wednesday,
  thursday,
  friday,
  saturday,
  sunday
};

/// A span of local time, half-open. `end` at or before `start` ends on the
/// next day; 1440 is the end of the day.
struct window {
  weekday day = weekday::monday;
  std::uint16_t start_minute = 0; // 0..1439, of the local day
  std::uint16_t end_minute = 0;   // 0..1440
  friend bool operator==(const window&, const window&) = default;
};

/// When dialling is allowed. No windows: always.
struct schedule {
  std::string timezone = "UTC"; // an IANA name
  std::vector<window> windows;
  friend bool operator==(const schedule&, const schedule&) = default;
};

enum class backoff : std::uint8_t { fixed = 0, exponential = 1, list = 2 };

/// What to do after one outcome.
struct retry_rule {
  bool retry = false;
  events::backoff backoff = backoff::fixed;
  /// Wait after the first, second … attempt. `fixed` and `exponential` use the
  /// first and (exponential) double it each time; `list` repeats its last.
  std::vector<std::uint32_t> interval_minutes;
  friend bool operator==(const retry_rule&, const retry_rule&) = default;
};

/// One budget of attempts per contact, whatever the outcomes. An outcome that
/// is not in `rules` is not retried.
struct retry_policy {
  std::uint32_t max_attempts = 1; // the first call counts
  std::uint32_t retry_interval_minutes = 60;
  std::map<outcome, retry_rule> rules;
  friend bool operator==(const retry_policy&, const retry_policy&) = default;
};

/// The circuit breaker. Defaults are the reference's.
struct breaker_policy {
  bool enabled = true;
  std::uint32_t failure_threshold_percent = 50; // trips above, not at
  std::uint32_t window_seconds = 120;
  std::uint32_t min_calls_in_window = 5;
  friend bool operator==(const breaker_policy&, const breaker_policy&) = default;
};

/// Whom to ask before every dial: nobody is called without its leave.
struct pre_dial_hook {
  std::string url;
  std::uint32_t timeout_ms = 1'000;
  /// What the vault keeps the secret under that requests are signed with; empty:
  /// they are not signed.
  std::string secret;
  friend bool operator==(const pre_dial_hook&, const pre_dial_hook&) = default;
};

/// Everything an operator may choose, and may change until it is over.
struct campaign_settings {
  std::string name;
  std::uint32_t concurrency = 1;
  events::schedule schedule;
  retry_policy retry;
  breaker_policy breaker;
  std::optional<instant> not_before = {}; // nobody is called earlier
  std::optional<instant> expires_at = {}; // then the campaign is over, wherever it stands
  std::optional<events::pre_dial_hook> pre_dial_hook = {};
  std::uint32_t line_weight = 1;     // its share of the trunk's lines, beside that of others
  std::uint32_t ramp_up_seconds = 0; // so long after a start or resume it reaches `concurrency`
  friend bool operator==(const campaign_settings&, const campaign_settings&) = default;
};

} // namespace ringmaster::events
