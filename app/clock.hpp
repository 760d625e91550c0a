#pragma once

#include "events/time.hpp"

#include <chrono>
#include <memory>

namespace ringmaster::app {

/// The engine's time. Runs `factor` times as fast as the machine's, from
/// `start` on. Thread safe.
class engine_clock {
public:
  engine_clock(events::instant start, double factor);

  [[nodiscard]] events::instant now() const;
  [[nodiscard]] std::chrono::nanoseconds real_time(events::duration engine_time) const;

private:
  events::instant start_;
  double factor_;
  std::chrono::steady_clock::time_point began_;
};

} // namespace ringmaster::app
