#include "events/codec.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace ringmaster::events;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

constexpr instant monday = sys_days{2026y / November / 23} + 9h;
constexpr instant year_0 = sys_days{0y / January / 1};
constexpr instant year_10000 = sys_days{year{10000} / January / 1};

} // namespace

TEST_CASE("a time reads in UTC, with a fraction only if it has one") {
  CHECK(to_rfc3339(monday) == "2026-11-23T09:00:00Z");
  CHECK(to_rfc3339(monday + 1us) == "2026-11-23T09:00:00.000001Z");
  CHECK(to_rfc3339(monday + 500ms) == "2026-11-23T09:00:00.500000Z");
  CHECK(to_rfc3339(instant{}) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(instant{} - 1us) == "1969-12-31T23:59:59.999999Z");
  CHECK(to_rfc3339(sys_days{2028y / February / 29} + 0us) == "2028-02-29T00:00:00Z");
}

TEST_CASE("a time beyond what can be written shows as the nearest that can") {
  CHECK(to_rfc3339(year_0 - 1us) == "0000-01-01T00:00:00Z");
  CHECK(to_rfc3339(year_10000 - 1us) == "9999-12-31T23:59:59.999999Z");
  CHECK(to_rfc3339(year_10000) == "9999-12-31T23:59:59.999999Z");
  CHECK(to_rfc3339(instant::min()) == "0000-01-01T00:00:00Z");
  CHECK(to_rfc3339(instant::max()) == "9999-12-31T23:59:59.999999Z");
}

TEST_CASE("any time of these ten thousand years comes back to the microsecond") {
  auto seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937_64 chance{seed};
  std::uniform_int_distribution<std::int64_t> any{
    year_0.time_since_epoch().count(), year_10000.time_since_epoch().count() - 1};
  for (int round = 0; round < 50'000; ++round) {
    instant at{microseconds{any(chance)}};
    CHECK(parse_rfc3339(to_rfc3339(at)) == at);
  }
}

TEST_CASE("the spellings that RFC 3339 allows are understood") {
  for (const auto* text :
       {"2026-11-23T09:00:00Z",
        "2026-11-23t09:00:00z",
        "2026-11-23 09:00:00Z",
        "2026-11-23T09:00:00.0Z",
        "2026-11-23T09:00:00.000000000Z",
        "2026-11-23T10:00:00+01:00",
        "2026-11-23T03:30:00-05:30",
        "2026-11-24T08:59:00+23:59",
        "2026-11-23T09:00:00-00:00"})
    CHECK_MESSAGE(parse_rfc3339(text) == monday, text);
  CHECK(parse_rfc3339("2026-11-23T09:00:00.5Z") == monday + 500ms);
  CHECK(parse_rfc3339("2026-11-23T09:00:00.1234569Z") == monday + 123456us);
}

TEST_CASE("what is no time, or no time that there was, is refused") {
  for (const auto* text :
       {"",
        "2026-11-23",
        "2026-11-23T09:00Z",
        "2026-11-23T09:00:00",
        "2026-11-23T09:00:00+0100",
        "2026-11-23T09:00:00+01",
        "2026-11-23T09:00:00+24:00",
        "2026-11-23T09:00:00+01:60",
        "2026-11-23T09:00:00.Z",
        "2026-11-23T09:00:00.0000000000Z",
        "2026-11-23T09:00:00ZZ",
        "2026-11-23T09:00:00Z ",
        " 2026-11-23T09:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T09:60:00Z",
        "2026-11-23T09:00:60Z",
        "2026-13-23T09:00:00Z",
        "2026-00-23T09:00:00Z",
        "2026-11-31T09:00:00Z",
        "2026-11-00T09:00:00Z",
        "2027-02-29T09:00:00Z",
        "-026-11-23T09:00:00Z",
        "2026-1-23T09:00:00Z",
        "2026-11-23T-9:00:00Z",
        "2026-11-23T+9:00:00Z",
        "2026/11/23T09:00:00Z",
        "20261123T090000Z",
        "1795426200"})
    CHECK_MESSAGE(!parse_rfc3339(text).has_value(), text);
}
