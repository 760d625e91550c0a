#include "domain/schedule.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using events::schedule;
using events::weekday;
using events::window;

namespace {

instant utc(int year, unsigned month, unsigned day, std::chrono::microseconds time = 0us) {
  auto date = std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day);
  return instant{std::chrono::sys_days{date}} + time;
}

constexpr std::uint16_t hour = 60;

schedule in(std::string zone, std::vector<window> windows) {
  return {.timezone = std::move(zone), .windows = std::move(windows)};
}

schedule new_york(std::vector<window> windows) {
  return in("America/New_York", std::move(windows));
}

/// 2026-11-23, a Monday on which New York is five hours behind UTC.
const instant monday = utc(2026, 11, 23, 5h);
const schedule office = new_york({{weekday::monday, 9 * hour, 17 * hour}});

} // namespace

TEST_CASE("the zones of the tz database are known, and nothing else") {
  for (auto zone : {"UTC", "America/New_York", "Asia/Kathmandu", "Etc/GMT+5", "US/Eastern"})
    CHECK(known_timezone(zone));
  for (auto zone :
       {"",
        "Mars/Olympus_Mons",
        "america/new_york",
        "America",
        "America/",
        "New York",
        "../UTC",
        "/etc/passwd",
        "EST5EDT4,M3.2.0",
        "UTC\n",
        "+01:00"})
    CHECK_FALSE(known_timezone(zone));
  CHECK_FALSE(known_timezone(std::string_view{"UTC\0", 4}));
  CHECK_FALSE(known_timezone(std::string(100'000, 'a')));
  CHECK(known_timezone("UTC"));
}

TEST_CASE("a zone that nobody knows opens nothing") {
  auto lost = in("Mars/Olympus_Mons", {{weekday::monday, 0, 24 * hour}});
  CHECK_FALSE(is_open(lost, monday));
  CHECK_FALSE(next_open(lost, monday).has_value());
  CHECK_FALSE(closes_at(lost, monday).has_value());
}

TEST_CASE("a window that has no length opens nothing") { // none that the API takes
  auto none = in("UTC", {{weekday::monday, 24 * hour, 0}});
  CHECK_FALSE(is_open(none, monday));
  CHECK_FALSE(next_open(none, monday).has_value());
}

TEST_CASE("without windows it is always open") {
  for (auto zone : {"UTC", "America/New_York", "Mars/Olympus_Mons"}) {
    CHECK(is_open(in(zone, {}), monday));
    CHECK(next_open(in(zone, {}), monday) == monday);
    CHECK_FALSE(closes_at(in(zone, {}), monday).has_value());
  }
}

TEST_CASE("a window holds its start and not its end, by the wall clock of its zone") {
  CHECK_FALSE(is_open(office, monday + 9h - 1us));
  CHECK(is_open(office, monday + 9h));
  CHECK(is_open(office, monday + 17h - 1us));
  CHECK_FALSE(is_open(office, monday + 17h));
  CHECK_FALSE(is_open(office, monday + 24h + 12h));
  CHECK(is_open(office, monday + 7 * 24h + 12h));
}

TEST_CASE("the next opening is now, or the exact start of a window") {
  CHECK(next_open(office, monday) == monday + 9h);
  CHECK(next_open(office, monday + 9h - 1us) == monday + 9h);
  CHECK(next_open(office, monday + 9h) == monday + 9h);
  CHECK(next_open(office, monday + 12h + 1us) == monday + 12h + 1us);
  CHECK(next_open(office, monday + 17h) == monday + 7 * 24h + 9h);
}

TEST_CASE("an opening ends with its window") {
  CHECK_FALSE(closes_at(office, monday + 9h - 1us).has_value());
  CHECK(closes_at(office, monday + 9h) == monday + 17h);
  CHECK(closes_at(office, monday + 17h - 1us) == monday + 17h);
  CHECK_FALSE(closes_at(office, monday + 17h).has_value());
}

TEST_CASE("a day may have several windows") {
  auto with_lunch =
    new_york({{weekday::monday, 14 * hour, 17 * hour}, {weekday::monday, 9 * hour, 13 * hour}});
  CHECK(closes_at(with_lunch, monday + 9h) == monday + 13h);
  CHECK(next_open(with_lunch, monday + 13h) == monday + 14h);
  CHECK(closes_at(with_lunch, monday + 14h) == monday + 17h);
  CHECK(next_open(with_lunch, monday + 17h) == monday + 7 * 24h + 9h);
}

TEST_CASE("windows that touch or overlap are one opening") {
  auto merged = new_york(
    {{weekday::monday, 9 * hour, 13 * hour},
     {weekday::monday, 13 * hour, 15 * hour},
     {weekday::monday, 14 * hour, 24 * hour},
     {weekday::tuesday, 0, 1 * hour}});
  CHECK(closes_at(merged, monday + 9h) == monday + 25h);
  auto apart = new_york({{weekday::monday, 540, 600}, {weekday::monday, 601, 660}});
  CHECK(closes_at(apart, monday + 9h) == monday + 10h);
}

TEST_CASE("an end before the start is on the next day") {
  auto night = new_york({{weekday::monday, 22 * hour, 6 * hour}});
  CHECK_FALSE(is_open(night, monday + 3h));
  CHECK_FALSE(is_open(night, monday + 22h - 1us));
  CHECK(is_open(night, monday + 22h));
  CHECK(is_open(night, monday + 30h - 1us));
  CHECK_FALSE(is_open(night, monday + 30h));
  CHECK(closes_at(night, monday + 23h) == monday + 30h);
}

TEST_CASE("a night from Sunday ends on Monday") {
  auto night = new_york({{weekday::sunday, 22 * hour, 6 * hour}});
  CHECK(is_open(night, monday - 2h));
  CHECK(is_open(night, monday));
  CHECK(is_open(night, monday + 6h - 1us));
  CHECK_FALSE(is_open(night, monday + 6h));
  CHECK(closes_at(night, monday - 2h) == monday + 6h);
  CHECK(next_open(night, monday + 6h) == monday + 6 * 24h + 22h);
}

TEST_CASE("midnight is the end of one day or the start of the next") {
  auto to_midnight = new_york({{weekday::monday, 20 * hour, 24 * hour}});
  CHECK(closes_at(to_midnight, monday + 20h) == monday + 24h);
  auto to_zero = new_york({{weekday::monday, 20 * hour, 0}});
  CHECK(closes_at(to_zero, monday + 20h) == monday + 24h);
  auto all_day = new_york({{weekday::monday, 0, 24 * hour}});
  CHECK(next_open(all_day, monday - 1us) == monday);
  CHECK(closes_at(all_day, monday) == monday + 24h);
  auto a_day_from_nine = new_york({{weekday::monday, 9 * hour, 9 * hour}});
  CHECK(closes_at(a_day_from_nine, monday + 9h) == monday + 33h);
}

TEST_CASE("a week that is open all through never closes") {
  auto windows = std::vector<window>{};
  for (auto day = 1; day <= 7; ++day)
    windows.push_back({static_cast<weekday>(day), 0, 24 * hour});
  CHECK_FALSE(closes_at(new_york(windows), monday).has_value());
  windows.pop_back();
  CHECK(closes_at(new_york(windows), monday) == monday + 6 * 24h);
  windows.push_back({weekday::sunday, 0, 24 * hour - 1});
  CHECK(closes_at(new_york(windows), monday) == monday + 7 * 24h - 1min);
}

// New York, 2026-03-08: at 02:00 the clocks go to 03:00. That is 07:00 UTC.

TEST_CASE("an hour that is skipped opens nothing") {
  auto skipped = new_york({{weekday::sunday, 2 * hour, 3 * hour}});
  auto a_week_later = utc(2026, 3, 15, 6h); // by then four hours behind UTC
  CHECK(next_open(skipped, utc(2026, 3, 8, 6h)) == a_week_later);
  CHECK(next_open(skipped, utc(2026, 3, 8, 7h)) == a_week_later);
}

TEST_CASE("a window that starts in the skipped hour opens when the clocks are set") {
  auto early = new_york({{weekday::sunday, 2 * hour + 30, 5 * hour}});
  auto set = utc(2026, 3, 8, 7h);
  CHECK_FALSE(is_open(early, set - 1us));
  CHECK(is_open(early, set));
  CHECK(next_open(early, set - 1us) == set);
  CHECK(closes_at(early, set) == set + 2h);
}

TEST_CASE("a window that ends in the skipped hour closes when the clocks are set") {
  auto early = new_york({{weekday::sunday, 1 * hour, 2 * hour + 30}});
  auto set = utc(2026, 3, 8, 7h);
  CHECK(closes_at(early, set - 30min) == set);
  CHECK_FALSE(is_open(early, set));
}

TEST_CASE("a window around the skipped hour is an hour shorter") {
  auto early = new_york({{weekday::sunday, 0, 6 * hour}});
  CHECK(closes_at(early, utc(2026, 3, 8, 5h)) == utc(2026, 3, 8, 10h));
}

// New York, 2026-11-01: at 02:00 the clocks go back to 01:00. That is 06:00 UTC.

TEST_CASE("an hour that happens twice is open twice") {
  auto half_past = new_york({{weekday::sunday, 1 * hour + 15, 1 * hour + 45}});
  auto first = utc(2026, 11, 1, 5h + 15min);
  CHECK(next_open(half_past, utc(2026, 11, 1, 4h)) == first);
  CHECK(closes_at(half_past, first) == first + 30min);
  CHECK(next_open(half_past, first + 30min) == first + 1h);
  CHECK(closes_at(half_past, first + 1h) == first + 90min);
  CHECK(next_open(half_past, first + 90min) == utc(2026, 11, 8, 6h + 15min));
}

TEST_CASE("a window that is over when the clocks go back opens once more") {
  auto until_two = new_york({{weekday::sunday, 0, 2 * hour}});
  CHECK(closes_at(until_two, utc(2026, 11, 1, 4h)) == utc(2026, 11, 1, 7h));
  auto until_half_past = new_york({{weekday::sunday, 0, 1 * hour + 30}});
  CHECK(closes_at(until_half_past, utc(2026, 11, 1, 4h)) == utc(2026, 11, 1, 5h + 30min));
  CHECK(next_open(until_half_past, utc(2026, 11, 1, 5h + 30min)) == utc(2026, 11, 1, 6h));
  CHECK(closes_at(until_half_past, utc(2026, 11, 1, 6h)) == utc(2026, 11, 1, 6h + 30min));
}

TEST_CASE("a day that a zone leaves out opens nothing") {
  // Samoa went over the date line: 2011-12-29 was followed by 2011-12-31.
  auto friday = in("Pacific/Apia", {{weekday::friday, 0, 24 * hour}});
  auto over_the_line = utc(2011, 12, 30, 10h);
  auto next_friday = utc(2012, 1, 5, 10h);
  CHECK(next_open(friday, over_the_line - 1h) == next_friday);
  CHECK_FALSE(is_open(friday, over_the_line));
}

TEST_CASE("summer time is known for years to come") {
  CHECK(next_open(office, utc(2036, 7, 14, 5h)) == utc(2036, 7, 14, 13h));
  CHECK(next_open(office, utc(2036, 12, 15, 5h)) == utc(2036, 12, 15, 14h));
}

TEST_CASE("an instant is shown as the clocks of the zone show it") {
  CHECK(local_text(office, utc(2026, 11, 23, 14h)) == "Mon 2026-11-23 09:00 America/New_York");
  CHECK(
    local_text(office, utc(2026, 7, 5, 3h + 59min + 59s))
    == "Sat 2026-07-04 23:59 America/New_York");
  CHECK(local_text(in("Asia/Kathmandu", {}), monday) == "Mon 2026-11-23 10:45 Asia/Kathmandu");
  CHECK(local_text(in("Mars/Olympus_Mons", {}), monday) == "Mon 2026-11-23 05:00 UTC");
}
