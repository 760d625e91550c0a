#include "domain/schedule.hpp"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <limits>

namespace ringmaster::domain {

namespace {

using events::duration;
using events::instant;

constexpr duration day = std::chrono::hours{24};
constexpr duration week = 7 * day;

/// Nothing if the tz database does not know the name. Looking a zone up costs
/// more than asking it, and a thread mostly asks about one. Zones live as long
/// as the process.
const date::time_zone* find_zone(std::string_view name) {
  struct looked_up {
    std::string name;
    const date::time_zone* zone = nullptr;
  };
  thread_local looked_up last;
  if (last.name == name)
    return last.zone;
  try {
    const auto* zone = date::locate_zone(name);
    // The rules are read from their file on first use, which may fail as well.
    (void)zone->get_info(date::sys_seconds{});
    last = {std::string{name}, zone};
  } catch (const std::exception&) {
    last = {std::string{name}, nullptr};
  }
  return last.zone;
}

/// How long the window is open; nothing or less: never.
duration length(const events::window& it) {
  std::chrono::minutes minutes{it.end_minute - it.start_minute};
  return it.end_minute > it.start_minute ? minutes : minutes + day;
}

/// How long ago, within a week, the window last began at this time of the week.
duration since_start(const events::window& it, duration time_of_week) {
  auto start = (static_cast<int>(it.day) - 1) * day + std::chrono::minutes{it.start_minute};
  auto since = (time_of_week - start) % week;
  return since < duration{} ? since + week : since;
}

/// From Monday's midnight, on the wall clock, negative before 1970.
duration time_of_week(instant at, std::chrono::seconds offset) {
  constexpr duration monday_to_epoch = 3 * day; // 1970 began on a Thursday
  return (at.time_since_epoch() + offset + monday_to_epoch) % week;
}

bool is_open(const std::vector<events::window>& windows, duration time_of_week) {
  return std::ranges::any_of(
    windows, [&](const auto& it) { return since_start(it, time_of_week) < length(it); });
}

/// From a closed time of the week to the next start of a window; nothing if
/// each of them is empty.
std::optional<duration>
until_start(const std::vector<events::window>& windows, duration time_of_week) {
  std::optional<duration> nearest;
  for (const auto& it : windows)
    if (length(it) > duration{}) {
      auto wait = week - since_start(it, time_of_week);
      nearest = std::min(nearest.value_or(wait), wait);
    }
  return nearest;
}

/// From an open time of the week to the next closed one, however many windows
/// touch or overlap in between; nothing if all of the week is open.
std::optional<duration>
until_end(const std::vector<events::window>& windows, duration time_of_week) {
  duration open{};
  while (open < week) {
    duration further{};
    for (const auto& it : windows)
      further = std::max(further, length(it) - since_start(it, (time_of_week + open) % week));
    if (further <= duration{})
      return open;
    open += further;
  }
  return std::nullopt;
}

/// A span in which the zone's clocks run evenly has one offset, so that there
/// wall clock arithmetic is plain. In whole seconds: the last span ends too far
/// in the future for microseconds.
bool within(const date::sys_info& span, instant at) {
  return date::floor<std::chrono::seconds>(at) < span.end;
}

} // namespace

bool known_timezone(std::string_view name) {
  return find_zone(name) != nullptr;
}

bool is_open(const events::schedule& when, instant at) {
  if (when.windows.empty())
    return true;
  const auto* zone = find_zone(when.timezone);
  return zone != nullptr && is_open(when.windows, time_of_week(at, zone->get_info(at).offset));
}

std::optional<instant> next_open(const events::schedule& when, instant at) {
  if (when.windows.empty())
    return at;
  const auto* zone = find_zone(when.timezone);
  if (zone == nullptr)
    return std::nullopt;
  while (true) {
    auto span = zone->get_info(at);
    auto time = time_of_week(at, span.offset);
    if (is_open(when.windows, time))
      return at;
    auto wait = until_start(when.windows, time);
    if (!wait)
      return std::nullopt;
    if (within(span, at + *wait))
      return at + *wait;
    at = span.end; // the clocks are set here, maybe to where it is open
  }
}

std::optional<instant> closes_at(const events::schedule& when, instant at) {
  const auto* zone = when.windows.empty() ? nullptr : find_zone(when.timezone);
  if (zone == nullptr || !is_open(when, at))
    return std::nullopt;
  while (true) {
    auto span = zone->get_info(at);
    auto time = time_of_week(at, span.offset);
    if (!is_open(when.windows, time))
      return at;
    auto open = until_end(when.windows, time);
    if (!open)
      return std::nullopt;
    if (within(span, at + *open))
      return at + *open;
    at = span.end;
  }
}

std::string local_text(const events::schedule& when, instant at) {
  const auto* zone = find_zone(when.timezone);
  auto offset = zone == nullptr ? std::chrono::seconds{} : zone->get_info(at).offset;
  auto local = date::floor<std::chrono::minutes>(at + offset);
  return date::format(std::locale::classic(), "%a %F %H:%M ", local)
         + (zone == nullptr ? "UTC" : when.timezone);
}

} // namespace ringmaster::domain
