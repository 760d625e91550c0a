// When dialling is allowed: windows of local time, by the zone's own rules. A
// zone that the system no longer knows opens nothing. Clocks that are set after
// 2037 are not known: there the lists of Debian's tz database end.
#pragma once

#include "events/policy.hpp"
#include "events/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::domain {

/// Whether the system's tz database knows this IANA name.
[[nodiscard]] bool known_timezone(std::string_view name);

/// Whether `at` lies in a window. The rules of DST: the test is made on the
/// local wall clock of that very instant, so an hour that happens twice is open
/// twice, and an hour that is skipped opens nothing.
[[nodiscard]] bool is_open(const events::schedule& when, events::instant at);

/// `at` if it is open then, else the first instant after it that is. Exact to
/// the microsecond, so that nobody polls. Nothing only if no window ever opens
/// again (each lies in a gap, or is empty).
[[nodiscard]] std::optional<events::instant>
next_open(const events::schedule& when, events::instant at);

/// The end of the opening that holds at `at`; nothing if it is closed then, or
/// never closes.
[[nodiscard]] std::optional<events::instant>
closes_at(const events::schedule& when, events::instant at);

/// The instant as the clocks of the zone show it:
/// `Mon 2026-11-23 09:00 America/New_York`.
[[nodiscard]] std::string local_text(const events::schedule& when, events::instant at);

} // namespace ringmaster::domain
