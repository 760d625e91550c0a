#pragma once

#include "events/call.hpp"
#include "events/event.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <vector>

namespace ringmaster::simulation {

/// What the breaker is meant to do, counted anew each time it is asked.
class breaker_model {
public:
  struct tally {
    std::uint32_t calls = 0;
    std::uint32_t failures = 0;
  };

  void ended(const events::attempt_key& call, events::outcome how, events::instant at) {
    if (how != events::outcome::cancelled && known_.insert(call).second)
      calls_.push_back(
        {call, at, how == events::outcome::failed || how == events::outcome::unknown});
  }

  void resumed() {
    calls_.clear();
    known_.clear();
  }

  [[nodiscard]] tally count(const events::breaker_policy& policy, events::instant now) const {
    tally found;
    for (auto it = calls_.rbegin(); it != calls_.rend(); ++it)
      if (it->at > now - std::chrono::seconds{policy.window_seconds} && it->at <= now) {
        ++found.calls;
        found.failures += it->failed ? 1 : 0;
      }
    return found;
  }

  [[nodiscard]] bool trips(const events::breaker_policy& policy, events::instant now) const {
    auto found = count(policy, now);
    return policy.enabled && found.calls >= policy.min_calls_in_window
           && found.failures * 100ULL
                > std::uint64_t{found.calls} * policy.failure_threshold_percent;
  }

  [[nodiscard]] bool failed(const events::attempt_key& call) const {
    for (const auto& it : calls_)
      if (it.call == call)
        return it.failed;
    return false;
  }

private:
  struct ended_call {
    events::attempt_key call;
    events::instant at;
    bool failed;
  };
  std::vector<ended_call> calls_;
  std::set<events::attempt_key> known_;
};

} // namespace ringmaster::simulation
