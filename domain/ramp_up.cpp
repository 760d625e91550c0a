#include "domain/ramp_up.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::domain {

ramp ramp_up(const events::campaign_settings& of, events::instant since, events::instant now) {
  events::duration whole = std::chrono::seconds{of.ramp_up_seconds};
  auto passed = std::max(now - since, events::duration{});
  if (passed >= whole || of.concurrency <= 1)
    return {of.concurrency, std::nullopt};
  // In microseconds a day by 100,000 calls is well within 64 bits.
  auto steps = static_cast<std::int64_t>(of.concurrency) - 1;
  auto taken = steps * passed / whole;
  auto next = events::duration{(whole.count() * (taken + 1) + steps - 1) / steps};
  return {static_cast<std::uint32_t>(1 + taken), since + next};
}

} // namespace ringmaster::domain
