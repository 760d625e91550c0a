#include "domain/caller_ids.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <utility>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using test::any_between;

namespace {

constexpr std::chrono::sys_days monday{std::chrono::year{2026} / 11 / 23};
constexpr instant noon{monday + 12h};
const std::vector<std::string> abc{"a", "b", "c"};

} // namespace

TEST_CASE("numbers take turns, and a contact sees the one that it saw before") {
  caller_ids ids{abc, {}};
  CHECK(ids.take("", noon) == "a");
  CHECK(ids.take("", noon) == "b");
  CHECK(ids.take("a", noon) == "a");
  CHECK(ids.take("", noon) == "c");
  CHECK(ids.take("gone", noon) == "a");
  CHECK(ids.up() == 5);
}

TEST_CASE("a trunk without numbers calls with none, as often as it likes") {
  caller_ids ids{{}, {.concurrent = 1, .per_day = 1}};
  CHECK(ids.take("", noon) == "");
  CHECK(ids.take("a", noon) == "");
  CHECK(ids.room(noon) == std::numeric_limits<std::uint64_t>::max());
  CHECK(ids.up() == 0);
}

TEST_CASE("a number shows on so many calls at once and no more") {
  caller_ids ids{{"a", "b"}, {.concurrent = 2}};
  CHECK(ids.room(noon) == 4);
  CHECK(ids.take("a", noon) == "a");
  CHECK(ids.take("a", noon) == "a");
  CHECK(ids.take("a", noon) == "b"); // its usual one has no room
  CHECK(ids.take("", noon) == "b");
  CHECK_FALSE(ids.take("", noon));
  CHECK(ids.room(noon) == 0);
  CHECK_FALSE(ids.next_day(noon)); // only an end helps
  ids.give_back("a");
  CHECK(ids.take("", noon) == "a");
}

TEST_CASE("a number is dialled so often a day, and the day is UTC's") {
  caller_ids ids{{"a"}, {.per_day = 2}};
  CHECK(ids.take("", noon) == "a");
  ids.give_back("a");
  CHECK(ids.take("", noon) == "a");
  ids.give_back("a");
  CHECK_FALSE(ids.take("", noon + 11h));
  CHECK(ids.next_day(noon) == monday + 24h);
  CHECK(ids.room(monday + 24h) == 2);
  CHECK(ids.take("", monday + 24h) == "a");
  CHECK(ids.of("a", monday + 25h).dials == 1);
}

TEST_CASE("a call that came to nothing does not count for the day of its dial") {
  caller_ids ids{{"a"}, {.per_day = 1}};
  (void)ids.take("", noon);
  ids.give_back("a");
  ids.discount("a", noon);
  CHECK(ids.take("", noon) == "a");
  ids.give_back("a");
  ids.discount("a", noon - 24h); // it began yesterday
  CHECK_FALSE(ids.take("", noon));
}

TEST_CASE("what was never taken, or is given back again, changes nothing") {
  caller_ids ids{{"a"}, {.concurrent = 1, .per_day = 1}};
  ids.give_back("a");
  ids.discount("a", noon);
  (void)ids.take("", noon);
  for (int i = 0; i < 2; ++i) {
    ids.give_back("a");
    ids.discount("a", noon);
    CHECK(ids.up() == 0);
    CHECK(ids.of("a", noon).up == 0);
    CHECK(ids.of("a", noon).dials == 0);
  }
}

TEST_CASE("what an earlier process dialled counts") {
  caller_ids ids{{"a", "b"}, {.concurrent = 1, .per_day = 3}};
  ids.adopt("a");
  ids.count_dial("b", noon - 1h);
  ids.count_dial("b", noon - 1h);
  ids.count_dial("b", noon - 24h); // of yesterday, and the day is not opened anew
  CHECK(ids.of("a", noon).up == 1);
  CHECK(ids.take("", noon) == std::nullopt);
  ids.give_back("a");
  CHECK(ids.take("", noon) == "a");
}

TEST_CASE("an edit takes numbers out of turn, and forgets nothing of them") {
  caller_ids ids{{"a", "b"}, {.per_day = 1}};
  CHECK(ids.take("", noon) == "a");
  ids.change({"b"}, {.per_day = 1});
  CHECK(ids.take("a", noon) == "b");
  ids.change({"a", "b", "c"}, {.per_day = 1});
  CHECK(ids.take("", noon) == "c");
  CHECK_FALSE(ids.take("", noon));
}

TEST_CASE("whatever happens, no number is above its limits, and none that has room is refused") {
  CHECK(rc::check("calls, ends and midnights in any order", [] {
    events::caller_id_limits limits{
      any_between<std::uint32_t>(0, 4), any_between<std::uint32_t>(0, 6)};
    caller_ids ids{abc, limits};
    std::vector<std::pair<std::string, events::instant>> up;
    std::vector<std::pair<std::chrono::sys_days, std::string>> dials;
    auto now = noon;
    auto has_room = [&](const std::string& it) {
      auto calls = std::ranges::count(up, it, &decltype(up)::value_type::first);
      auto today =
        std::ranges::count(dials, std::pair{std::chrono::floor<std::chrono::days>(now), it});
      return (limits.concurrent == 0 || calls < limits.concurrent)
             && (limits.per_day == 0 || today < limits.per_day);
    };
    for (int i = 0; i < 120; ++i) {
      switch (any_between(0, 6)) {
      case 0: now += any_between(0, 16) * 1h; break;
      case 1:
      case 2:
        if (!up.empty()) {
          auto which = up.begin() + any_between<std::ptrdiff_t>(0, std::ssize(up));
          auto [number, taken_at] = *which;
          up.erase(which);
          ids.give_back(number);
          if (any_between(0, 3) > 0)
            break;
          ids.discount(number, taken_at); // it came to nothing
          dials.erase(std::ranges::find(
            dials, std::pair{std::chrono::floor<std::chrono::days>(taken_at), number}));
        }
        break;
      default:
        auto usual = abc[any_between<std::size_t>(0, 3)];
        auto taken = ids.take(usual, now);
        RC_ASSERT(taken.has_value() == std::ranges::any_of(abc, has_room));
        if (!taken)
          break;
        RC_ASSERT(has_room(*taken));
        RC_ASSERT(*taken == usual || !has_room(usual));
        up.emplace_back(*taken, now);
        dials.emplace_back(std::chrono::floor<std::chrono::days>(now), *taken);
      }
      RC_ASSERT((ids.room(now) > 0) == std::ranges::any_of(abc, has_room));
    }
  }));
}
