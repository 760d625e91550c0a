#pragma once

#include "events/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace ringmaster::domain {

/// Calls per second: no rolling second holds more dials than the rate. Memory:
/// one instant per dial of the last second.
class call_rate {
public:
  /// 0: as many as there are.
  explicit call_rate(std::uint32_t per_second) : per_second_{per_second} {}

  [[nodiscard]] bool is_limited() const { return per_second_ != 0; }

  /// When the next dial is allowed, if not at `now`. `now` must not go back.
  [[nodiscard]] std::optional<events::instant> held_until(events::instant now);

  void note_dial(events::instant now);

private:
  std::uint32_t per_second_;
  std::deque<events::instant> dials_; // within a second, if there is a rate
};

} // namespace ringmaster::domain
