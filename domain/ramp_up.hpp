// Slow start: not everybody's phone rings in the campaign's first second.
#pragma once

#include "events/policy.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <optional>

namespace ringmaster::domain {

struct ramp {
  std::uint32_t calls = 0;                 // that may be up at once
  std::optional<events::instant> grows_at; // nothing: it is as high as it gets

  friend bool operator==(const ramp&, const ramp&) = default;
};

/// How far a campaign has come that runs since `since`: evenly from one call at
/// once to its `concurrency` within `ramp_up_seconds`.
[[nodiscard]] ramp
ramp_up(const events::campaign_settings& of, events::instant since, events::instant now);

} // namespace ringmaster::domain
