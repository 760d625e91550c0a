#include "domain/retry.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::backoff;
using events::instant;
using events::outcome;

namespace {

const events::schedule always;
constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

events::retry_policy busy_rule(events::retry_rule rule) {
  return {.max_attempts = 100, .retry_interval_minutes = 60, .rules = {{outcome::busy, rule}}};
}

/// Minutes until the next try after that attempt ended busy.
std::int64_t wait(const events::retry_rule& rule, std::uint32_t attempt) {
  auto next = next_try(busy_rule(rule), always, attempt, outcome::busy, noon);
  REQUIRE(next.has_value());
  return std::chrono::duration_cast<std::chrono::minutes>(*next - noon).count();
}

} // namespace

TEST_CASE("by default busy, no answer and voicemail are tried again, and nothing else") {
  events::retry_policy policy{.max_attempts = 3, .rules = default_retry_rules(15)};
  for (auto how : events::all_outcomes) {
    CAPTURE(static_cast<int>(how));
    bool retried = how == outcome::busy || how == outcome::no_answer || how == outcome::voicemail;
    auto expected = retried ? std::optional{noon + 15min} : std::nullopt;
    CHECK(next_try(policy, always, 1, how, noon) == expected);
  }
}

TEST_CASE("a rule may forbid a retry") {
  CHECK_FALSE(next_try(busy_rule({}), always, 1, outcome::busy, noon));
}

TEST_CASE("the budget is one for all outcomes, and the first call counts") {
  events::retry_policy policy{.max_attempts = 3, .rules = default_retry_rules(15)};
  CHECK(next_try(policy, always, 2, outcome::busy, noon));
  CHECK(next_try(policy, always, 2, outcome::voicemail, noon));
  CHECK_FALSE(next_try(policy, always, 3, outcome::busy, noon));
  CHECK_FALSE(next_try(policy, always, 4, outcome::busy, noon));
  policy.max_attempts = 1;
  CHECK_FALSE(next_try(policy, always, 1, outcome::busy, noon));
}

TEST_CASE("a fixed interval stays the same") {
  events::retry_rule rule{.retry = true, .backoff = backoff::fixed, .interval_minutes = {7, 9}};
  CHECK(wait(rule, 1) == 7);
  CHECK(wait(rule, 50) == 7);
}

TEST_CASE("a rule without an interval takes the policy's") {
  CHECK(wait({.retry = true, .backoff = backoff::fixed, .interval_minutes = {}}, 2) == 60);
  CHECK(wait({.retry = true, .backoff = backoff::exponential, .interval_minutes = {}}, 2) == 120);
  CHECK(wait({.retry = true, .backoff = backoff::list, .interval_minutes = {}}, 2) == 60);
}

TEST_CASE("an exponential interval doubles up to seven days") {
  events::retry_rule rule{.retry = true, .backoff = backoff::exponential, .interval_minutes = {5}};
  CHECK(wait(rule, 1) == 5);
  CHECK(wait(rule, 2) == 10);
  CHECK(wait(rule, 3) == 20);
  CHECK(wait(rule, 11) == 5'120);
  CHECK(wait(rule, 12) == 7 * 24 * 60);
  CHECK(wait(rule, 99) == 7 * 24 * 60);
}

TEST_CASE("an interval that is longer than seven days to begin with is kept") {
  events::retry_rule rule{
    .retry = true, .backoff = backoff::exponential, .interval_minutes = {20'000}};
  CHECK(wait(rule, 1) == 20'000);
  CHECK(wait(rule, 5) == 20'000);
}

TEST_CASE("an interval of nothing is tried again at once, however often") {
  events::retry_rule rule{.retry = true, .backoff = backoff::exponential, .interval_minutes = {0}};
  CHECK(wait(rule, 1) == 0);
  CHECK(wait(rule, 99) == 0);
}

TEST_CASE("a list of intervals repeats its last") {
  events::retry_rule rule{
    .retry = true, .backoff = backoff::list, .interval_minutes = {5, 30, 240}};
  CHECK(wait(rule, 1) == 5);
  CHECK(wait(rule, 2) == 30);
  CHECK(wait(rule, 3) == 240);
  CHECK(wait(rule, 4) == 240);
  CHECK(wait(rule, 99) == 240);
}

TEST_CASE("a retry that falls into the night waits for the morning") {
  // noon is a Monday.
  events::schedule office{
    .timezone = "UTC",
    .windows = {
      {events::weekday::monday, 9 * 60, 17 * 60}, {events::weekday::tuesday, 9 * 60, 17 * 60}}};
  events::retry_policy policy{.max_attempts = 3, .rules = default_retry_rules(60)};
  auto after = [&](instant ended_at) {
    return next_try(policy, office, 1, outcome::busy, ended_at);
  };
  CHECK(after(noon) == noon + 1h);
  CHECK(after(noon + 4h - 1us) == noon + 5h - 1us);
  CHECK(after(noon + 4h) == noon + 21h);
}

TEST_CASE("a retry knows which one it is, and what came before it") {
  CHECK(domain::retry_context(1, outcome::unknown).empty());
  CHECK(
    domain::retry_context(2, outcome::busy)
    == std::map<std::string, std::string>{{"retry_attempt", "1"}, {"last_outcome", "busy"}});
}

TEST_CASE("a retry for which no window ever opens is no retry") {
  events::schedule nowhere{
    .timezone = "Mars/Olympus_Mons", .windows = {{events::weekday::monday, 0, 1440}}};
  events::retry_policy policy{.max_attempts = 3, .rules = default_retry_rules(60)};
  CHECK_FALSE(next_try(policy, nowhere, 1, outcome::busy, noon));
}
