#include "domain/forecast.hpp"

#include "domain/breaker.hpp"
#include "domain/call_rate.hpp"
#include "domain/contact.hpp"
#include "domain/ramp_up.hpp"
#include "domain/retry.hpp"
#include "domain/schedule.hpp"
#include "domain/waiting.hpp"

#include <algorithm>
#include <queue>

namespace ringmaster::domain {

namespace {

using events::duration;
using events::instant;

/// Who waits longer than that has a wrong policy, not a forecast.
constexpr duration horizon = std::chrono::days{366};
constexpr std::uint32_t contacts_between_reports = 1U << 14;

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

struct waiting {
  instant due_at;
  std::uint32_t row;
  std::uint32_t attempts; // made so far

  /// For a queue with the earliest in front.
  friend bool operator<(const waiting& a, const waiting& b) {
    return a.due_at != b.due_at ? a.due_at > b.due_at : a.row > b.row;
  }
};

struct open_call {
  instant ends_at;
  std::uint32_t row;
  std::uint32_t attempt;
  events::outcome outcome;

  friend bool operator<(const open_call& a, const open_call& b) {
    return a.ends_at != b.ends_at ? a.ends_at > b.ends_at : a.row > b.row;
  }
};

class simulation {
public:
  simulation(const forecast_question& question, const call_odds& odds)
    : asked_{question}, odds_{odds}, rate_{question.rate},
      lines_{std::min(question.settings.concurrency, question.channels)}, now_{question.starts_at} {
    campaign_.status = campaign_status::running;
    campaign_.settings = question.settings;
  }

  forecast run(const std::function<void(std::uint32_t done)>& progress);

private:
  [[nodiscard]] bool is_expired(instant by) const;
  void expire();
  void end_calls();
  void end(const open_call& it);
  void dial_ready();
  void dial(std::uint32_t row, std::uint32_t attempt);
  void heed_breaker(const open_call& ended);
  void count_dial(bool answered);
  [[nodiscard]] std::uint32_t lines() const;
  [[nodiscard]] bool is_open();
  [[nodiscard]] waiting next_contact();
  [[nodiscard]] std::optional<instant> next_moment();
  [[nodiscard]] bool someone_ready() const {
    return next_row_ <= asked_.contacts || (!waiting_.empty() && waiting_.top().due_at <= now_);
  }

  const forecast_question& asked_;
  const call_odds& odds_;
  campaign campaign_;
  call_rate rate_;
  breaker_window breaker_;
  std::uint32_t lines_;
  instant now_;
  instant open_until_ = instant::min();
  instant closed_until_ = instant::min();
  std::uint32_t next_row_ = 1;
  std::uint32_t done_ = 0;
  std::priority_queue<waiting> waiting_;
  std::priority_queue<open_call> calls_;
  forecast result_;
};

forecast simulation::run(const std::function<void(std::uint32_t done)>& progress) {
  std::uint32_t reported = 0;
  while (true) {
    end_calls();
    if (!is_expired(now_))
      dial_ready();
    if (progress && done_ - reported >= contacts_between_reports)
      progress(reported = done_);
    if (done_ == asked_.contacts) {
      result_.finishes_at = now_;
      break;
    }
    auto next = next_moment();
    if (is_expired(next.value_or(instant::max()))) {
      expire();
      break;
    }
    if (!next || *next > asked_.starts_at + horizon)
      break;
    now_ = *next;
  }
  return std::move(result_);
}

bool simulation::is_expired(instant by) const {
  const auto& at = asked_.settings.expires_at;
  return at && *at <= by && *at <= asked_.starts_at + horizon;
}

/// Calls that are up are the last; whoever is in line is cancelled.
void simulation::expire() {
  result_.finishes_at = std::max(now_, *asked_.settings.expires_at);
  while (!calls_.empty()) {
    now_ = calls_.top().ends_at;
    result_.finishes_at = std::max(result_.finishes_at, std::optional{now_});
    end_calls();
  }
  result_.cancelled += asked_.contacts - done_;
}

void simulation::end_calls() {
  while (!calls_.empty() && calls_.top().ends_at <= now_) {
    auto ended = calls_.top();
    calls_.pop();
    end(ended);
  }
}

void simulation::end(const open_call& it) {
  const auto& settings = asked_.settings;
  ++result_.outcomes[static_cast<std::size_t>(it.outcome)];
  heed_breaker(it);
  auto due_at = next_try(settings.retry, settings.schedule, it.attempt, it.outcome, it.ends_at);
  if (due_at)
    return waiting_.push({*due_at, it.row, it.attempt});
  ++done_;
  switch (disposition_after(it.outcome)) {
  case events::disposition::completed: ++result_.completed; break;
  case events::disposition::cancelled: ++result_.cancelled; break;
  case events::disposition::failed: ++result_.failed; break;
  }
}

void simulation::heed_breaker(const open_call& ended) {
  const auto& policy = asked_.settings.breaker;
  if (!policy.enabled)
    return;
  breaker_.add({{}, ended.row, ended.attempt}, ended.outcome, ended.ends_at);
  if (!breaker_.judge(policy, now_))
    return;
  ++result_.breaker_trips;
  if (!result_.first_trip_at)
    result_.first_trip_at = now_;
  breaker_.clear();
}

void simulation::dial_ready() {
  while (calls_.size() < lines() && someone_ready() && is_open() && !rate_.held_until(now_)) {
    auto who = next_contact();
    dial(who.row, who.attempts + 1);
  }
}

std::uint32_t simulation::lines() const {
  return std::min(lines_, ramp_up(asked_.settings, asked_.starts_at, now_).calls);
}

/// As in `lineup`: retries that are due first, then the list in its order.
waiting simulation::next_contact() {
  if (waiting_.empty() || waiting_.top().due_at > now_)
    return {now_, next_row_++, 0};
  auto who = waiting_.top();
  waiting_.pop();
  return who;
}

void simulation::dial(std::uint32_t row, std::uint32_t attempt) {
  auto chance = mixed(mixed(asked_.seed) ^ (std::uint64_t{row} << 32 | attempt));
  auto course = odds_.draw(attempt, chance);
  rate_.note_dial(now_);
  count_dial(course.answered);
  calls_.push({now_ + std::max(course.lasts, duration{}), row, attempt, course.outcome});
  result_.most_at_once = std::max(result_.most_at_once, static_cast<std::uint32_t>(calls_.size()));
}

void simulation::count_dial(bool answered) {
  ++result_.attempts;
  result_.connects += answered ? 1 : 0;
  auto& stretch = add_to(result_.series, asked_.step, now_);
  ++stretch.attempts;
  stretch.connects += answered ? 1 : 0;
}

/// The windows are asked only when one of them may have begun or ended.
bool simulation::is_open() {
  if (now_ < open_until_)
    return true;
  if (now_ < closed_until_)
    return false;
  auto wait = judge(campaign_, now_);
  if (wait.reason == wait_reason::none)
    open_until_ = closes_at(asked_.settings.schedule, now_).value_or(instant::max());
  else
    closed_until_ = wait.until.value_or(instant::max());
  return wait.reason == wait_reason::none;
}

/// When something will be different; nothing: never.
std::optional<instant> simulation::next_moment() {
  auto next = instant::max();
  if (!calls_.empty())
    next = calls_.top().ends_at;
  if (auto grows_at = ramp_up(asked_.settings, asked_.starts_at, now_).grows_at;
      grows_at && someone_ready())
    next = std::min(next, *grows_at);
  if (calls_.size() < lines()) {
    if (!someone_ready())
      next = waiting_.empty() ? next : std::min(next, waiting_.top().due_at);
    else if (!is_open())
      next = std::min(next, closed_until_);
    else if (auto held = rate_.held_until(now_))
      next = std::min(next, *held);
  }
  return next == instant::max() ? std::nullopt : std::optional{next};
}

} // namespace

forecast::stretch& add_to(std::vector<forecast::stretch>& series, duration step, instant at) {
  auto whole = instant{at.time_since_epoch() / step * step};
  if (series.empty())
    series.push_back({whole});
  while (series.back().from < whole)
    series.push_back({series.back().from + step});
  auto index = std::max<std::ptrdiff_t>((whole - series.front().from) / step, 0);
  return series[static_cast<std::size_t>(index)];
}

forecast foresee(
  const forecast_question& question,
  const call_odds& odds,
  const std::function<void(std::uint32_t done)>& progress) {
  return simulation{question, odds}.run(progress);
}

} // namespace ringmaster::domain
