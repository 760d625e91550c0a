// The schedule against the C library's idea of local time, a minute at a time.
#include "domain/schedule.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <utility>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using events::schedule;
using events::weekday;
using events::window;
using test::any_between;

namespace {

// An hour, half an hour (Lord Howe) and two hours (Troll) of summer time, other
// offsets than whole hours, a summer time that is negative (Dublin), none at all.
const std::string zones[] = {
  "America/New_York",
  "Europe/London",
  "Europe/Dublin",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Antarctica/Troll",
  "Pacific/Chatham",
  "UTC"};

/// Makes the C library tell the time of a zone.
void go_to(const std::string& zone) {
  setenv("TZ", zone.c_str(), 1);
  tzset();
}

std::tm wall_clock(instant at) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  std::time_t time{seconds};
  std::tm clock{};
  localtime_r(&time, &clock);
  return clock;
}

/// Whether `it` is open at that minute of that day (Sunday is 0).
bool holds(const window& it, int day, int minute) {
  int its_day = static_cast<int>(it.day) % 7;
  if (it.start_minute < it.end_minute)
    return day == its_day && minute >= it.start_minute && minute < it.end_minute;
  return (day == its_day && minute >= it.start_minute)
         || (day == (its_day + 1) % 7 && minute < it.end_minute);
}

bool plainly_open(const schedule& when, instant at) {
  auto clock = wall_clock(at);
  auto minute = clock.tm_hour * 60 + clock.tm_min;
  return when.windows.empty() || std::ranges::any_of(when.windows, [&](const window& it) {
           return holds(it, clock.tm_wday, minute);
         });
}

/// The first instant from `at` on that is open, or closed; nothing within two
/// weeks. In these zones and years, nothing changes but at a full minute.
std::optional<instant> plainly_next(const schedule& when, instant at, bool open) {
  for (auto later = at; later < at + std::chrono::weeks{2};
       later = std::chrono::floor<std::chrono::minutes>(later) + 1min)
    if (plainly_open(when, later) == open)
      return later;
  return std::nullopt;
}

constexpr instant first{std::chrono::sys_days{std::chrono::year{2023} / 1 / 1}};
constexpr int hours = 10 * 365 * 24;

/// The hours from `first` on in which the zone's clocks were set.
std::vector<int> clock_changes(const std::string& zone) {
  go_to(zone);
  std::vector<int> changes;
  auto before = wall_clock(first).tm_gmtoff;
  for (int hour = 1; hour < hours; ++hour) {
    auto offset = wall_clock(first + hour * 1h).tm_gmtoff;
    if (offset != before)
      changes.push_back(hour);
    before = offset;
  }
  return changes;
}

/// Half of them near a change of the clocks.
instant any_instant(const std::vector<int>& changes) {
  auto offset = std::chrono::microseconds{any_between<std::int64_t>(0, 3'600'000'000)};
  if (changes.empty() || *rc::gen::arbitrary<bool>())
    return first + any_between(0, hours) * 1h + offset;
  return first + (*rc::gen::elementOf(changes) + any_between(-36, 12)) * 1h + offset;
}

/// Many of them in the small hours, when clocks are set.
std::uint16_t any_minute(std::uint16_t last) {
  switch (any_between(0, 4)) {
  case 0: return 0;
  case 1: return last;
  case 2: return any_between<std::uint16_t>(0, last);
  default: return static_cast<std::uint16_t>(any_between(0, 17) * 15);
  }
}

schedule any_schedule(const std::string& zone) {
  schedule when{.timezone = zone, .windows = {}};
  auto count = any_between(1, 6);
  for (int i = 0; i < count; ++i) {
    auto day = *rc::gen::element(1, 2, 3, 4, 5, 6, 6, 7, 7, 7); // clocks are set on weekends
    auto start = any_minute(1439);
    when.windows.push_back({static_cast<weekday>(day), start, any_minute(1440)});
  }
  return when;
}

} // namespace

namespace {

constexpr instant world_begins{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr int world_hours = 2 * 365 * 24;

/// Every name of the system's tz database, links too, but for that of a machine
/// which was never told where it is.
std::vector<std::string> all_zones() {
  std::ifstream database{"/usr/share/zoneinfo/tzdata.zi"};
  std::vector<std::string> names;
  for (std::string line; std::getline(database, line);) {
    std::istringstream words{line};
    std::string kind, name, link;
    words >> kind >> name >> link;
    if (kind == "Z" && name != "Factory")
      names.push_back(name);
    if (kind == "L")
      names.push_back(link);
  }
  return names;
}

/// Open in the day's middle, over midnight, and in the small hours of every day.
schedule around_the_clock(const std::string& zone) {
  schedule when{.timezone = zone, .windows = {}};
  for (std::uint8_t day = 1; day <= 7; ++day) {
    when.windows.push_back({static_cast<weekday>(day), 570, 1030});
    when.windows.push_back({static_cast<weekday>(day), 75, 135});
  }
  when.windows.push_back({weekday::saturday, 1380, 45});
  return when;
}

} // namespace

TEST_CASE("every zone of the world opens as its clocks say: every hour of two years, every minute "
          "near a change") {
  auto zones_of_the_world = all_zones();
  REQUIRE(zones_of_the_world.size() > 500);
  std::uint64_t looks = 0;
  for (const auto& zone : zones_of_the_world) {
    CAPTURE(zone);
    REQUIRE(known_timezone(zone));
    go_to(zone);
    auto when = around_the_clock(zone);
    std::vector<instant> wrong;
    auto look = [&](instant at) {
      ++looks;
      if (is_open(when, at) != plainly_open(when, at))
        wrong.push_back(at);
    };
    auto offset = wall_clock(world_begins).tm_gmtoff;
    for (int hour = 0; hour < world_hours; ++hour) {
      auto at = world_begins + hour * 1h;
      look(at + (hour * 7 % 60) * 1min);
      auto next_offset = wall_clock(at + 1h).tm_gmtoff;
      if (std::exchange(offset, next_offset) != next_offset)
        for (auto near = at - 12h; near < at + 14h; near += 1min)
          look(near);
    }
    CHECK_MESSAGE(wrong.empty(), wrong.size() << " instants");
  }
  MESSAGE(looks << " looks in " << zones_of_the_world.size() << " zones");
}

TEST_CASE("a schedule opens and closes as the clocks on the wall say") {
  for (const auto& zone : zones) {
    CAPTURE(zone);
    auto changes = clock_changes(zone);
    CHECK(changes.empty() == (zone == "UTC" || zone == "Asia/Kathmandu"));
    CHECK(rc::check("in " + zone, [&] {
      auto when = any_schedule(zone);
      auto at = any_instant(changes);
      bool open = plainly_open(when, at);
      RC_ASSERT(is_open(when, at) == open);
      RC_ASSERT(next_open(when, at) == plainly_next(when, at, true));
      RC_ASSERT(closes_at(when, at) == (open ? plainly_next(when, at, false) : std::nullopt));
    }));
  }
}
