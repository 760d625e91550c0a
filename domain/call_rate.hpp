#pragma once

#include "events/event.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace ringmaster::domain {

/// Holds a trunk to its pace: no rolling window has more dials than it allows.
/// Memory: one instant per dial of the last window.
class call_rate {
public:
  /// Nobody knows what was dialled before `known_since`: for one window from then
  /// on nothing is, and the pace is kept all the same.
  explicit call_rate(events::pace allowed, events::instant known_since = {})
    : allowed_{allowed}, not_before_{known_since + window()} {}

  [[nodiscard]] bool is_limited() const { return allowed_.calls != 0; }

  /// Another pace from `now` on. Dials that the old one did not keep in mind are
  /// waited out.
  void change(events::pace allowed, events::instant now);

  /// When the next dial is allowed, if not at `now`. `now` must not go back.
  [[nodiscard]] std::optional<events::instant> held_until(events::instant now);

  void note_dial(events::instant now);

  /// A dial is on its way, and counts in every window until `end_dial` tells when it
  /// had left at the latest.
  void begin_dial() { ++on_their_way_; }
  void end_dial(events::instant left);

private:
  [[nodiscard]] events::duration window() const { return std::chrono::seconds{allowed_.seconds}; }

  events::pace allowed_;
  events::instant not_before_;
  std::uint32_t on_their_way_ = 0;
  std::deque<events::instant> dials_; // within a window, if there is a limit
};

} // namespace ringmaster::domain
