#include "domain/call_rate.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::domain {

void call_rate::change(events::pace allowed, events::instant now) {
  bool knew_enough = is_limited() && allowed.seconds <= allowed_.seconds;
  allowed_ = allowed;
  if (!is_limited())
    dials_.clear();
  else if (!knew_enough)
    not_before_ = std::max(not_before_, now + window());
}

std::optional<events::instant> call_rate::held_until(events::instant now) {
  if (!is_limited())
    return std::nullopt;
  while (!dials_.empty() && dials_.front() + window() <= now)
    dials_.pop_front();
  auto until = not_before_;
  // There may be more than are allowed: they were more.
  if (dials_.size() >= allowed_.calls)
    until = std::max(until, dials_[dials_.size() - allowed_.calls] + window());
  return now < until ? std::optional{until} : std::nullopt;
}

void call_rate::note_dial(events::instant now) {
  if (is_limited())
    dials_.push_back(now);
}

} // namespace ringmaster::domain
