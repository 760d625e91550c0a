#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ringmaster::http {

/// How long a client is waited for while it sends a body. Waiting uses it up
/// and bytes earn it back, never beyond what it was at first: so a big list
/// comes in over a thin line, and who sends a byte now and then is given up.
class patience {
public:
  using duration = std::chrono::nanoseconds;

  patience(std::chrono::seconds at_first, unsigned least_bytes_per_second)
    : most_{at_first}, left_{at_first},
      earned_by_byte_{duration{std::chrono::seconds{1}} / least_bytes_per_second} {}

  [[nodiscard]] duration left() const { return left_; }
  void waited(duration time) { left_ = std::max(left_ - time, duration::zero()); }
  void received(std::uint64_t bytes) {
    // More than enough for everything, and the product cannot overflow.
    constexpr std::uint64_t most_counted = 1U << 20;
    auto counted = static_cast<duration::rep>(std::min(bytes, most_counted));
    left_ = std::min(left_ + earned_by_byte_ * counted, most_);
  }

private:
  duration most_;
  duration left_;
  duration earned_by_byte_;
};

} // namespace ringmaster::http
