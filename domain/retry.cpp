#include "domain/retry.hpp"

#include "domain/contact.hpp"
#include "domain/schedule.hpp"

#include <algorithm>

namespace ringmaster::domain {

namespace {

using std::chrono::minutes;

/// Where doubling stops: who was not reached for a week is not reached by
/// waiting for two.
constexpr minutes longest_doubled = std::chrono::days{7};

minutes doubled(minutes first, std::uint32_t attempt) {
  auto wait = first;
  for (std::uint32_t n = 1; n < attempt && wait > minutes{} && wait < longest_doubled; ++n)
    wait = std::min(2 * wait, longest_doubled);
  return wait;
}

minutes
wait_after(const events::retry_rule& rule, std::uint32_t default_minutes, std::uint32_t attempt) {
  const auto& intervals = rule.interval_minutes;
  minutes first{intervals.empty() ? default_minutes : intervals.front()};
  switch (rule.backoff) {
  case events::backoff::fixed: break;
  case events::backoff::exponential: return doubled(first, attempt);
  case events::backoff::list:
    if (!intervals.empty())
      return minutes{intervals[std::min<std::size_t>(attempt, intervals.size()) - 1]};
  }
  return first;
}

} // namespace

std::optional<events::instant> next_try(
  const events::retry_policy& policy,
  const events::schedule& when,
  std::uint32_t attempt,
  events::outcome how,
  events::instant ended_at) {
  auto rule = policy.rules.find(how);
  if (rule == policy.rules.end() || !rule->second.retry || attempt >= policy.max_attempts)
    return std::nullopt;
  return next_open(
    when, ended_at + wait_after(rule->second, policy.retry_interval_minutes, attempt));
}

std::map<events::outcome, events::retry_rule> default_retry_rules(std::uint32_t interval_minutes) {
  events::retry_rule rule{.retry = true, .interval_minutes = {interval_minutes}};
  return {
    {events::outcome::busy, rule},
    {events::outcome::no_answer, rule},
    {events::outcome::voicemail, rule}};
}

bool costs_budget(events::outcome how, std::string_view cause) {
  bool our_doing = cause == held_back_cause || cause == hung_up_cause || cause == queued_cause;
  return how != events::outcome::cancelled || !our_doing;
}

std::map<std::string, std::string> retry_context(std::uint32_t attempt, events::outcome previous) {
  if (attempt <= 1)
    return {};
  return {
    {"retry_attempt", std::to_string(attempt - 1)},
    {"last_outcome", std::string{events::to_string(previous)}}};
}

} // namespace ringmaster::domain
