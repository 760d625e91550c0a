#include "domain/breaker.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace ringmaster::domain {

namespace {

constexpr std::size_t failed_calls_told_at_most = 20;

/// In whole numbers: exactly at the threshold is not above it.
bool exceeds(const breaker_window::tally& it, std::uint32_t threshold_percent) {
  return std::uint64_t{it.failures} * 100 > std::uint64_t{it.calls} * threshold_percent;
}

} // namespace

bool counts_as_failure(events::outcome how) {
  return how == events::outcome::failed || how == events::outcome::unknown;
}

bool counts_as_call(events::outcome how) {
  return how != events::outcome::cancelled;
}

double breaker_window::tally::failure_rate_percent() const {
  return calls == 0 ? 0 : 100.0 * failures / calls;
}

std::size_t breaker_window::key_hash::operator()(const events::attempt_key& it) const noexcept {
  return std::hash<events::contact_key>{}(it.contact()) ^ it.attempt;
}

void breaker_window::add(const events::attempt_key& call, events::outcome how, events::instant at) {
  if (!counts_as_call(how) || !known_.insert(call).second)
    return;
  auto later = calls_.end(); // nearly always the place
  while (later != calls_.begin() && std::prev(later)->at > at)
    --later;
  bool failure = counts_as_failure(how);
  calls_.insert(later, {call, at, failure});
  failures_ += failure ? 1 : 0;
}

void breaker_window::clear() {
  calls_.clear();
  known_.clear();
  failures_ = 0;
}

breaker_window::tally
breaker_window::count(const events::breaker_policy& policy, events::instant now) {
  forget_until(now - std::chrono::seconds{policy.window_seconds});
  tally result{static_cast<std::uint32_t>(calls_.size()), failures_};
  for (auto it = calls_.rbegin(); it != calls_.rend() && it->at > now; ++it) {
    --result.calls;
    result.failures -= it->failure ? 1 : 0;
  }
  return result;
}

std::optional<events::breaker_trip>
breaker_window::judge(const events::breaker_policy& policy, events::instant now) {
  auto found = count(policy, now); // even if disabled: it is what keeps the window small
  if (
    !policy.enabled || found.calls < policy.min_calls_in_window
    || !exceeds(found, policy.failure_threshold_percent))
    return std::nullopt;
  events::breaker_trip trip{
    .calls = found.calls,
    .failures = found.failures,
    .threshold_percent = policy.failure_threshold_percent,
    .window_seconds = policy.window_seconds,
    .failed_calls = {}};
  for (auto it = calls_.rbegin();
       it != calls_.rend() && trip.failed_calls.size() < failed_calls_told_at_most;
       ++it)
    if (it->failure && it->at <= now)
      trip.failed_calls.push_back(it->call);
  std::ranges::reverse(trip.failed_calls);
  return trip;
}

void breaker_window::forget_until(events::instant limit) {
  while (!calls_.empty() && calls_.front().at <= limit) {
    failures_ -= calls_.front().failure ? 1 : 0;
    known_.erase(calls_.front().call);
    calls_.pop_front();
  }
}

} // namespace ringmaster::domain
