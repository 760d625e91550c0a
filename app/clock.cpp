#include "app/clock.hpp"

#include <algorithm>

namespace ringmaster::app {

engine_clock::engine_clock(events::instant start, double factor)
  : start_{start}, factor_{factor}, began_{std::chrono::steady_clock::now()} {}

events::instant engine_clock::now() const {
  using namespace std::chrono;
  // At its own pace the machine's clock is the truth, whoever sets it; the
  // journal sees to it that the log never goes backwards.
  if (factor_ == 1.0)
    return floor<microseconds>(system_clock::now());
  auto passed = duration<double, std::micro>(steady_clock::now() - began_) * factor_;
  return start_ + duration_cast<microseconds>(passed);
}

std::chrono::nanoseconds engine_clock::real_time(events::duration engine_time) const {
  using namespace std::chrono;
  auto real = duration<double, std::nano>(engine_time) / factor_;
  return std::max(nanoseconds{0}, duration_cast<nanoseconds>(real));
}

} // namespace ringmaster::app
