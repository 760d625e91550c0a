#include "domain/forecast.hpp"
#include "domain/retry.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <numeric>
#include <vector>

using namespace ringmaster;
using namespace std::chrono_literals;
using domain::call_odds;
using domain::forecast_question;
using domain::foresee;
using events::outcome;

namespace {

/// Monday.
constexpr events::instant nine{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 9h};

call_odds always(outcome how, events::duration lasts) {
  call_odds odds;
  odds.learn(1, {how, how == outcome::completed, lasts});
  return odds;
}

forecast_question question(std::uint32_t contacts, std::uint32_t concurrency) {
  forecast_question it;
  it.contacts = contacts;
  it.channels = 1'000;
  it.starts_at = nine;
  it.settings.concurrency = concurrency;
  it.settings.breaker.enabled = false;
  return it;
}

events::schedule weekdays_nine_to_ten() {
  events::schedule when{.timezone = "UTC", .windows = {}};
  for (int day = 1; day <= 5; ++day)
    when.windows.push_back({static_cast<events::weekday>(day), 9 * 60, 10 * 60});
  return when;
}

} // namespace

TEST_CASE("calls of a minute on ten lines take a minute for every ten contacts") {
  auto seen = foresee(question(95, 10), always(outcome::completed, 60s));
  CHECK(seen.finishes_at == nine + 10min);
  CHECK(seen.attempts == 95);
  CHECK(seen.connects == 95);
  CHECK(seen.completed == 95);
  CHECK(seen.outcomes[static_cast<std::size_t>(outcome::completed)] == 95);
  CHECK(seen.most_at_once == 10);
}

TEST_CASE("a campaign has no more lines than its trunk, and dials no faster") {
  auto asked = question(100, 50);
  asked.channels = 5;
  CHECK(foresee(asked, always(outcome::completed, 60s)).finishes_at == nine + 20min);
  asked.channels = 1'000;
  asked.rate = {2, 1};
  auto seen = foresee(asked, always(outcome::completed, 10s));
  CHECK(seen.finishes_at == nine + 49s + 10s);
  CHECK(seen.most_at_once == 20);
}

TEST_CASE("a slow start is played through too") {
  auto asked = question(100, 11);
  asked.settings.ramp_up_seconds = 100;
  auto seen = foresee(asked, always(outcome::completed, 24h));
  CHECK(seen.most_at_once == 11);
  asked.contacts = 6;
  seen = foresee(asked, always(outcome::completed, 1h));
  CHECK(seen.finishes_at == nine + 50s + 1h); // the sixth is called after 50 s
}

TEST_CASE("who was busy is tried again when the policy says, as often as it says") {
  auto asked = question(10, 10);
  asked.settings.retry = {
    .max_attempts = 3, .retry_interval_minutes = 30, .rules = domain::default_retry_rules(30)};
  auto seen = foresee(asked, always(outcome::busy, 2s));
  CHECK(seen.attempts == 30);
  CHECK(seen.connects == 0);
  CHECK(seen.series.front() == domain::forecast::stretch{nine, 20, 0});
  CHECK(seen.failed == 10);
  CHECK(seen.finishes_at == nine + 60min + 6s);
}

TEST_CASE("nothing is dialled while no window is open, and retries wait for the next") {
  auto asked = question(100, 1);
  asked.settings.schedule = weekdays_nine_to_ten();
  auto seen = foresee(asked, always(outcome::completed, 60s));
  CHECK(seen.finishes_at == nine + 24h + 40min);
  CHECK(seen.series.front().attempts == 60);
  CHECK(seen.series.back() == domain::forecast::stretch{nine + 24h, 40, 40});
  asked.contacts = 1;
  asked.settings.retry = {
    .max_attempts = 2, .retry_interval_minutes = 90, .rules = domain::default_retry_rules(90)};
  CHECK(foresee(asked, always(outcome::busy, 1s)).finishes_at == nine + 24h + 1s);
  asked.starts_at = nine + 4 * 24h + 2h; // Friday, after hours
  CHECK(foresee(asked, always(outcome::completed, 1s)).finishes_at == nine + 7 * 24h + 1s);
}

TEST_CASE("a call that is up when the window closes goes on to its end") {
  auto asked = question(1, 1);
  asked.settings.schedule = weekdays_nine_to_ten();
  asked.starts_at = nine + 59min;
  CHECK(foresee(asked, always(outcome::completed, 5min)).finishes_at == nine + 64min);
}

TEST_CASE("a campaign that expires has the calls that are up as its last") {
  auto asked = question(100, 10);
  asked.settings.expires_at = nine + 150s;
  auto seen = foresee(asked, always(outcome::completed, 60s));
  CHECK(seen.finishes_at == nine + 3min);
  CHECK(seen.completed == 30);
  CHECK(seen.cancelled == 70);
  asked.settings.expires_at = nine + 10min;
  CHECK(foresee(asked, always(outcome::completed, 60s)).cancelled == 0);
  asked.settings.expires_at = nine + 60s; // just when the first calls end
  CHECK(foresee(asked, always(outcome::completed, 60s)).completed == 10);
}

TEST_CASE("a campaign may expire up to a year from now") {
  auto asked = question(1'000, 1);
  asked.settings.expires_at = nine + 366 * 24h;
  CHECK(foresee(asked, always(outcome::completed, 24h)).finishes_at == nine + 366 * 24h);
  *asked.settings.expires_at += 1us;
  CHECK_FALSE(foresee(asked, always(outcome::completed, 24h)).finishes_at);
}

TEST_CASE("a long forecast says now and then how far it is") {
  std::vector<std::uint32_t> told;
  (void)foresee(question(50'000, 1), always(outcome::completed, 1s), [&](std::uint32_t done) {
    told.push_back(done);
  });
  CHECK(told == std::vector<std::uint32_t>{1 << 14, 2 << 14, 3 << 14});
}

TEST_CASE("nobody is dialled before the campaign may begin") {
  auto asked = question(10, 10);
  asked.settings.not_before = nine + 1h;
  CHECK(foresee(asked, always(outcome::completed, 60s)).finishes_at == nine + 61min);
}

TEST_CASE("the series adds up, without gaps, in whole hours") {
  auto asked = question(1'000, 1);
  asked.starts_at = nine + 20min;
  auto seen = foresee(asked, always(outcome::completed, 30s));
  REQUIRE(seen.series.size() == 9);
  CHECK(seen.series[0] == domain::forecast::stretch{nine, 80, 80});
  CHECK(seen.series[1].attempts == 120);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < seen.series.size(); ++i) {
    CHECK(seen.series[i].from == nine + std::chrono::hours{i});
    sum += seen.series[i].attempts;
  }
  CHECK(sum == seen.attempts);
}

TEST_CASE("the breaker's trips are told, and assumed to be resumed at once") {
  auto asked = question(20, 1);
  asked.settings.breaker = {
    .enabled = true,
    .failure_threshold_percent = 50,
    .window_seconds = 120,
    .min_calls_in_window = 5};
  auto seen = foresee(asked, always(outcome::failed, 1s));
  CHECK(seen.breaker_trips == 4);
  CHECK(seen.first_trip_at == nine + 5s);
  CHECK(seen.finishes_at == nine + 20s);
  CHECK(foresee(asked, always(outcome::busy, 1s)).breaker_trips == 0);
}

TEST_CASE("what takes longer than a year, or can never be dialled, has no end") {
  auto slow = foresee(question(1'000, 1), always(outcome::completed, 24h));
  CHECK_FALSE(slow.finishes_at);
  CHECK(slow.completed == 366);
  auto asked = question(10, 10);
  asked.settings.schedule = {.timezone = "No/Where", .windows = {{events::weekday::monday, 0, 60}}};
  auto never = foresee(asked, always(outcome::completed, 1s));
  CHECK_FALSE(never.finishes_at);
  CHECK(never.attempts == 0);
  CHECK(never.series.empty());
}

TEST_CASE("the same seed tells the same, another seed something else") {
  call_odds odds;
  odds.tell({{outcome::completed, 60}, {outcome::busy, 20}, {outcome::no_answer, 20}});
  auto asked = question(500, 10);
  asked.settings.retry = {
    .max_attempts = 3, .retry_interval_minutes = 5, .rules = domain::default_retry_rules(5)};
  auto seen = foresee(asked, odds);
  CHECK(foresee(asked, odds) == seen);
  CHECK(seen.completed + seen.failed + seen.cancelled == 500);
  auto per_outcome = std::accumulate(seen.outcomes.begin(), seen.outcomes.end(), std::uint64_t{0});
  CHECK(per_outcome == seen.attempts);
  asked.seed = 2;
  CHECK_FALSE(foresee(asked, odds) == seen);
}

TEST_CASE("more lines give each attempt the same fate, only sooner") {
  call_odds odds;
  odds.tell({{outcome::completed, 50}, {outcome::failed, 50}});
  auto few = foresee(question(1'000, 5), odds);
  auto many = foresee(question(1'000, 50), odds);
  CHECK(few.outcomes == many.outcomes);
  CHECK(*many.finishes_at < *few.finishes_at);
}

TEST_CASE("whoever is due first is tried first, whatever the order of the list") {
  call_odds odds;
  odds.tell({{outcome::busy, 50}, {outcome::no_answer, 50}});
  auto asked = question(20, 20);
  asked.settings.retry = {
    .max_attempts = 2, .retry_interval_minutes = 120, .rules = domain::default_retry_rules(120)};
  asked.settings.retry.rules[outcome::busy].interval_minutes = {5};
  auto seen = foresee(asked, odds);
  auto again = seen.series.front().attempts - 20;
  CHECK(again > 5);
  CHECK(again < 15);
  CHECK(seen.attempts == 40);
}

TEST_CASE("a line is free again when its own call ends, whichever ends first") {
  call_odds odds;
  for (int i = 0; i < 100; ++i)
    odds.learn(1, {outcome::completed, true, i % 2 == 0 ? 1s : 99s});
  auto seen = foresee(question(1'000, 10), odds);
  // 50 s a call on ten lines; any order of work is done within one call of that.
  CHECK(*seen.finishes_at - nine < 5'000s * 1.05 + 99s);
}
