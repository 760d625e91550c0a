#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace ringmaster::http {

/// How many requests each key may make a second. Twice as many at once, if it
/// was quiet before.
class request_rate {
public:
  using clock = std::chrono::steady_clock;

  explicit request_rate(unsigned per_second) : per_second_{static_cast<double>(per_second)} {}

  /// Whether one more is within the rate.
  [[nodiscard]] bool take(std::uint64_t key, clock::time_point now) {
    std::lock_guard lock{door_};
    auto burst = 2.0 * per_second_;
    auto [at, is_new] = purses_.try_emplace(key, purse{burst, now});
    auto& it = at->second;
    std::chrono::duration<double> passed = now - it.last;
    it.left = std::min(burst, it.left + passed.count() * per_second_);
    it.last = now;
    if (it.left < 1)
      return false;
    it.left -= 1;
    return true;
  }

private:
  struct purse {
    double left;
    clock::time_point last;
  };

  const double per_second_;
  // Requests come on every network thread, and must know at once.
  std::mutex door_;
  // No more than there are keys: none but those that open something are asked for.
  std::unordered_map<std::uint64_t, purse> purses_;
};

} // namespace ringmaster::http
