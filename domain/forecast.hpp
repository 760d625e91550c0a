// What a campaign would come to under a policy, before anybody is called: the
// rules of this folder, played through call by call in virtual time.
#pragma once

#include "domain/call_odds.hpp"
#include "events/event.hpp"
#include "events/time.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace ringmaster::domain {

struct forecast_question {
  std::uint32_t contacts = 0;
  events::campaign_settings settings;
  std::uint32_t channels = 0; // of the trunk
  events::pace rate;          // of the trunk
  events::instant starts_at{};
  std::uint64_t seed = 1;                        // the same seed, the same fate of each attempt
  events::duration step = std::chrono::hours{1}; // of the series
};

struct forecast {
  /// When the last contact is done; nothing: not within a year, or no window
  /// ever opens again. Then the rest tells how far it came.
  std::optional<events::instant> finishes_at;
  std::uint64_t attempts = 0;
  std::uint64_t connects = 0; // attempts that somebody or something answered
  std::array<std::uint64_t, std::size(events::all_outcomes) + 1>
    outcomes{};                // by number; 0 is unused
  std::uint64_t completed = 0; // contacts
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint32_t most_at_once = 0;
  /// How often the circuit breaker would have paused it.
  std::uint64_t breaker_trips = 0;
  std::optional<events::instant> first_trip_at;

  struct stretch {
    events::instant from{};
    std::uint64_t attempts = 0; // dialled in it
    std::uint64_t connects = 0; // of them
    friend bool operator==(const stretch&, const stretch&) = default;
  };
  /// Gapless, `step` long each, from the first dial to the last; their beginnings
  /// are whole multiples of `step` in UTC.
  std::vector<stretch> series;

  friend bool operator==(const forecast&, const forecast&) = default;
};

/// The stretch of a gapless series in which `at` lies; the series grows as far as
/// that takes. Before the first stretch counts as in it.
[[nodiscard]] forecast::stretch&
add_to(std::vector<forecast::stretch>& series, events::duration step, events::instant at);

/// Plays the campaign from its first contact on. Assumed is that the trunk is its
/// own, that nothing of ours takes time, that nobody pauses it, and that whenever
/// the breaker does somebody resumes it at once. When it expires, whoever is still in
/// line is cancelled. `odds` must not be empty. Tells
/// `progress` now and then how many contacts are done.
///
/// Pure, and the slower the more there is to call: about a microsecond for each
/// attempt. Memory: 16 bytes for each contact that waits for a retry, 32 for each
/// call that is up, 16 for each stretch of the series, and what the breaker's
/// window holds.
[[nodiscard]] forecast foresee(
  const forecast_question& question,
  const call_odds& odds,
  const std::function<void(std::uint32_t done)>& progress = {});

} // namespace ringmaster::domain
