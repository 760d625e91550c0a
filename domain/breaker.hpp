// The circuit breaker: a rolling window of how calls ended.
#pragma once

#include "events/event.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_set>

namespace ringmaster::domain {

/// Whether an outcome speaks against the campaign. `failed` (whatever the
/// cause) and `unknown` do; busy and no answer are the contact's doing.
[[nodiscard]] bool counts_as_failure(events::outcome how);

/// `cancelled` is our own doing and says nothing about anybody: it is no call
/// in the window.
[[nodiscard]] bool counts_as_call(events::outcome how);

/// The calls that ended within the last `window_seconds`, newest last. Memory:
/// one entry per call in the window.
class breaker_window {
public:
  /// `at` may lie a little before an earlier call's: callbacks are not in order.
  /// A call in the window counts once, however often its end is told.
  void add(const events::attempt_key& call, events::outcome how, events::instant at);

  /// After a resume: what was before is forgiven.
  void clear();

  struct tally {
    std::uint32_t calls = 0;
    std::uint32_t failures = 0;
    [[nodiscard]] double failure_rate_percent() const;
  };

  /// Calls that ended in the half-open span (now - window, now]. Forgets what is
  /// older, so neither `now` nor the window may go back.
  [[nodiscard]] tally count(const events::breaker_policy& policy, events::instant now);

  /// Says to trip when the failure rate *exceeds* the threshold and the window
  /// holds at least the minimum of calls.
  [[nodiscard]] std::optional<events::breaker_trip>
  judge(const events::breaker_policy& policy, events::instant now);

private:
  struct ended_call {
    events::attempt_key call;
    events::instant at;
    bool failure;
  };

  struct key_hash {
    std::size_t operator()(const events::attempt_key& it) const noexcept;
  };

  void forget_until(events::instant limit);

  std::deque<ended_call> calls_;                            // by `at`
  std::unordered_set<events::attempt_key, key_hash> known_; // those in `calls_`
  std::uint32_t failures_ = 0;
};

} // namespace ringmaster::domain
