#pragma once

#include "events/call.hpp"
#include "events/event.hpp"

#include <chrono>
#include <cstdint>
#include <map>

namespace ringmaster::simulation {

/// What the breaker is meant to do, counted anew each time it is asked.
class breaker_model {
public:
  struct tally {
    std::uint32_t calls = 0;
    std::uint32_t failures = 0;
  };

  void ended(const events::attempt_key& call, events::outcome how, events::instant at) {
    bool failed = how == events::outcome::failed || how == events::outcome::unknown;
    if (how != events::outcome::cancelled && failed_.emplace(call, failed).second)
      ended_.emplace(at, failed);
  }

  void resumed() {
    ended_.clear();
    failed_.clear();
  }

  [[nodiscard]] tally count(const events::breaker_policy& policy, events::instant now) const {
    tally found;
    auto it = ended_.upper_bound(now - std::chrono::seconds{policy.window_seconds});
    for (; it != ended_.end() && it->first <= now; ++it) {
      ++found.calls;
      found.failures += it->second ? 1 : 0;
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
    auto found = failed_.find(call);
    return found != failed_.end() && found->second;
  }

private:
  std::multimap<events::instant, bool> ended_; // whether it failed
  std::map<events::attempt_key, bool> failed_;
};

} // namespace ringmaster::simulation
