// When to try again, against a reference that counts on its fingers.
#include "domain/retry.hpp"
#include "domain/schedule.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <optional>
#include <vector>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::backoff;
using events::instant;
using events::outcome;
using test::any_between;

namespace {

// -- the reference -------------------------------------------------------------

constexpr std::uint32_t week_minutes = 7 * 24 * 60;

/// The wait behind each of the first `attempts` attempts, one after the other.
std::vector<std::uint32_t>
all_waits(const events::retry_rule& rule, std::uint32_t fallback, std::uint32_t attempts) {
  std::vector<std::uint32_t> waits{
    rule.interval_minutes.empty() ? fallback : rule.interval_minutes[0]};
  while (waits.size() < attempts) {
    auto last = waits.back();
    if (rule.backoff == backoff::list && waits.size() < rule.interval_minutes.size())
      waits.push_back(rule.interval_minutes[waits.size()]);
    else if (rule.backoff == backoff::exponential && last < week_minutes)
      waits.push_back(2 * last < week_minutes ? 2 * last : week_minutes);
    else
      waits.push_back(last);
  }
  return waits;
}

/// The first moment from `at` on at which the schedule is open: windows open on
/// whole minutes, and if not within nine days, never.
std::optional<instant> first_open_minute(const events::schedule& when, instant at) {
  if (is_open(when, at))
    return at;
  auto minute = std::chrono::ceil<std::chrono::minutes>(at);
  for (auto last = minute + 9 * 24h; minute < last; minute += 1min)
    if (is_open(when, minute))
      return minute;
  return std::nullopt;
}

std::optional<instant> reference(
  const events::retry_policy& policy,
  const events::schedule& when,
  std::uint32_t attempt,
  outcome how,
  instant ended_at) {
  bool budget_left = attempt < policy.max_attempts;
  if (!budget_left || !policy.rules.contains(how) || !policy.rules.at(how).retry)
    return std::nullopt;
  auto waits = all_waits(policy.rules.at(how), policy.retry_interval_minutes, attempt);
  return first_open_minute(when, ended_at + std::chrono::minutes{waits.at(attempt - 1)});
}

// -- what is asked ---------------------------------------------------------------

events::retry_rule any_rule() {
  events::retry_rule rule{
    .retry = any_between(0, 5) > 0,
    .backoff = static_cast<backoff>(any_between(0, 3)),
    .interval_minutes = {}};
  auto intervals = any_between(0, 5);
  for (int n = 0; n < intervals; ++n)
    rule.interval_minutes.push_back(
      *rc::gen::element(0u, 1u, 59u, 90u, 5'000u, week_minutes, 20'000u));
  return rule;
}

events::retry_policy any_policy() {
  events::retry_policy policy{
    .max_attempts = any_between(1u, 21u),
    .retry_interval_minutes = any_between(0u, 3'000u),
    .rules = {}};
  for (auto how : events::all_outcomes)
    if (any_between(0, 4) > 0)
      policy.rules[how] = any_rule();
  return policy;
}

events::schedule any_schedule() {
  events::schedule when{
    .timezone = *rc::gen::element<std::string>(
      "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    .windows = {}};
  auto windows = any_between(0, 4);
  for (int n = 0; n < windows; ++n)
    when.windows.push_back(
      {static_cast<events::weekday>(any_between(1, 8)),
       static_cast<std::uint16_t>(any_between(0, 1'440)),
       static_cast<std::uint16_t>(any_between(0, 1'441))});
  return when;
}

/// In a year with all its changes of clocks.
instant any_time() {
  return instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}
         + std::chrono::microseconds{any_between<std::int64_t>(0, 365LL * 86'400 * 1'000'000)};
}

} // namespace

TEST_CASE("a retry falls due when the reference says") {
  CHECK(rc::check("next_try against all waits counted out", [] {
    auto policy = any_policy();
    auto when = any_schedule();
    for (auto how : events::all_outcomes) {
      auto attempt = any_between(1u, 23u);
      auto ended_at = any_time();
      RC_ASSERT(
        next_try(policy, when, attempt, how, ended_at)
        == reference(policy, when, attempt, how, ended_at));
    }
  }));
}
