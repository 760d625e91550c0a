#include "domain/breaker.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::attempt_key;
using events::instant;
using events::outcome;
using test::any_between;

namespace {

constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
const events::breaker_policy defaults;

attempt_key call(std::uint32_t row, std::uint32_t attempt = 1) {
  return {{1}, row, attempt};
}

breaker_window window_of(std::uint32_t failures, std::uint32_t successes) {
  breaker_window window;
  std::uint32_t row = 0;
  while (failures-- > 0)
    window.add(call(++row), outcome::failed, noon);
  while (successes-- > 0)
    window.add(call(++row), outcome::completed, noon);
  return window;
}

bool trips(breaker_window window, const events::breaker_policy& policy = defaults) {
  return window.judge(policy, noon).has_value();
}

} // namespace

TEST_CASE("failed and unknown calls speak against a campaign, others do not") {
  for (auto how : events::all_outcomes) {
    CAPTURE(static_cast<int>(how));
    CHECK(counts_as_failure(how) == (how == outcome::failed || how == outcome::unknown));
    CHECK(counts_as_call(how) == (how != outcome::cancelled));
    breaker_window window;
    window.add(call(1), how, noon);
    auto tally = window.count(defaults, noon);
    CHECK(tally.calls == (how == outcome::cancelled ? 0 : 1));
    CHECK(tally.failures == (how == outcome::failed || how == outcome::unknown ? 1 : 0));
  }
}

TEST_CASE("the breaker trips above its threshold and not at it") {
  CHECK_FALSE(trips(window_of(50, 50)));
  CHECK(trips(window_of(51, 50)));
  CHECK_FALSE(trips(window_of(5, 5)));
  CHECK(trips(window_of(6, 5)));
}

TEST_CASE("the breaker waits for the minimum of calls") {
  CHECK_FALSE(trips(window_of(4, 0)));
  CHECK(trips(window_of(5, 0)));
  CHECK(trips(window_of(4, 1)));
}

TEST_CASE("an empty window never trips") {
  CHECK_FALSE(trips({}, {.failure_threshold_percent = 0, .min_calls_in_window = 0}));
  CHECK(trips(window_of(1, 0), {.failure_threshold_percent = 0, .min_calls_in_window = 0}));
}

TEST_CASE("more than all calls cannot fail") {
  CHECK_FALSE(trips(window_of(100, 0), {.failure_threshold_percent = 100}));
  CHECK(trips(window_of(100, 0), {.failure_threshold_percent = 99}));
}

TEST_CASE("a breaker that is switched off counts and stays quiet") {
  events::breaker_policy off{.enabled = false};
  auto window = window_of(100, 0);
  CHECK_FALSE(window.judge(off, noon).has_value());
  CHECK(window.count(off, noon).failures == 100);
}

TEST_CASE("a call leaves the window to the microsecond") {
  auto window = window_of(5, 0);
  CHECK(window.count(defaults, noon + 120s - 1us).calls == 5);
  CHECK(window.judge(defaults, noon + 120s - 1us).has_value());
  CHECK_FALSE(window.judge(defaults, noon + 120s).has_value());
  CHECK(window.count(defaults, noon + 120s).calls == 0);
}

TEST_CASE("a call from the future does not count yet") {
  breaker_window window;
  window.add(call(1), outcome::failed, noon + 1us);
  CHECK(window.count(defaults, noon).calls == 0);
  CHECK(window.count(defaults, noon + 1us).calls == 1);
  CHECK(window.count(defaults, noon + 1us).failures == 1);
}

TEST_CASE("calls that are told of out of order leave in order") {
  breaker_window window;
  window.add(call(1), outcome::failed, noon + 2s);
  window.add(call(2), outcome::completed, noon);
  window.add(call(3), outcome::failed, noon + 1s);
  auto tally = window.count(defaults, noon + 120s);
  CHECK(tally.calls == 2);
  CHECK(tally.failures == 2);
  tally = window.count(defaults, noon + 121s);
  CHECK(tally.calls == 1);
  CHECK(tally.failures == 1);
}

TEST_CASE("a call that is told of twice counts once") {
  breaker_window window;
  window.add(call(1), outcome::failed, noon);
  window.add(call(1), outcome::failed, noon);
  window.add(call(1), outcome::completed, noon + 1s);
  auto tally = window.count(defaults, noon + 1s);
  CHECK(tally.calls == 1);
  CHECK(tally.failures == 1);
  window.add(call(1, 2), outcome::failed, noon);
  CHECK(window.count(defaults, noon + 1s).calls == 2);
}

TEST_CASE("the window remembers nothing of a call that has left it") {
  auto window = window_of(1, 0);
  CHECK(window.count(defaults, noon + 1h).calls == 0);
  window.add(call(1), outcome::completed, noon + 1h);
  CHECK(window.count(defaults, noon + 1h).calls == 1);
}

TEST_CASE("a resume forgives what was before") {
  auto window = window_of(5, 0);
  window.clear();
  CHECK(window.count(defaults, noon).calls == 0);
  window.add(call(1), outcome::failed, noon);
  CHECK(window.count(defaults, noon).failures == 1);
}

TEST_CASE("a trip names its numbers and its latest failed calls") {
  breaker_window window;
  for (std::uint32_t row = 1; row <= 30; ++row)
    window.add(call(row), row % 3 == 0 ? outcome::completed : outcome::failed, noon + row * 1s);
  window.add(call(99), outcome::failed, noon + 1h);
  auto trip = window.judge(defaults, noon + 30s);
  REQUIRE(trip.has_value());
  CHECK(trip->calls == 30);
  CHECK(trip->failures == 20);
  CHECK(trip->threshold_percent == 50);
  CHECK(trip->window_seconds == 120);
  REQUIRE(trip->failed_calls.size() == 20);
  CHECK(trip->failed_calls.front() == call(1));
  CHECK(trip->failed_calls.back() == call(29));

  window.add(call(31), outcome::unknown, noon + 31s);
  trip = window.judge(defaults, noon + 31s);
  REQUIRE(trip.has_value());
  CHECK(trip->failures == 21);
  REQUIRE(trip->failed_calls.size() == 20);
  CHECK(trip->failed_calls.front() == call(2));
  CHECK(trip->failed_calls.back() == call(31));
}

TEST_CASE("calls of one instant are named in the order in which they were told") {
  auto trip = window_of(6, 0).judge(defaults, noon);
  REQUIRE(trip.has_value());
  REQUIRE(trip->failed_calls.size() == 6);
  CHECK(trip->failed_calls.front() == call(1));
  CHECK(trip->failed_calls.back() == call(6));
}

TEST_CASE("a failure rate is a share of the calls") {
  CHECK(breaker_window::tally{}.failure_rate_percent() == doctest::Approx(0));
  CHECK(breaker_window::tally{8, 3}.failure_rate_percent() == doctest::Approx(37.5));
}

namespace {

struct told {
  outcome how;
  instant at;
};

} // namespace

TEST_CASE("the window holds what a plain count over all calls would find") {
  CHECK(rc::check("rolling window against a count over everything", [] {
    events::breaker_policy policy{
      .failure_threshold_percent = any_between(0u, 101u),
      .window_seconds = any_between(1u, 20u),
      .min_calls_in_window = any_between(0u, 6u)};
    breaker_window window;
    std::map<attempt_key, told> all;
    auto now = noon;
    auto steps = any_between(1, 150);
    for (int step = 0; step < steps; ++step) {
      now += std::chrono::milliseconds{any_between(0, 1'500)};
      // Now and then a call repeats itself: then all but its name is as before.
      auto key = call(any_between(1u, 100u));
      told what{
        *rc::gen::elementOf(
          std::vector(std::begin(events::all_outcomes), std::end(events::all_outcomes))),
        now - std::chrono::milliseconds{any_between(-500, 3'000)}};
      what = counts_as_call(what.how) ? all.try_emplace(key, what).first->second : what;
      window.add(key, what.how, what.at);

      std::uint32_t calls = 0;
      std::uint32_t failures = 0;
      for (const auto& [_, it] : all)
        if (it.at > now - std::chrono::seconds{policy.window_seconds} && it.at <= now) {
          ++calls;
          failures += it.how == outcome::failed || it.how == outcome::unknown ? 1 : 0;
        }
      auto tally = window.count(policy, now);
      RC_ASSERT(tally.calls == calls);
      RC_ASSERT(tally.failures == failures);
      bool too_many = calls > 0 && 100.0 * failures / calls > policy.failure_threshold_percent;
      RC_ASSERT(
        window.judge(policy, now).has_value() == (calls >= policy.min_calls_in_window && too_many));
    }
  }));
}
