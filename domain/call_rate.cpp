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
  auto counted = dials_.size() + on_their_way_;
  if (counted >= allowed_.calls) {
    auto next_out = counted - allowed_.calls;
    until = std::max(until, (next_out < dials_.size() ? dials_[next_out] : now) + window());
  }
  return now < until ? std::optional{until} : std::nullopt;
}

void call_rate::note_dial(events::instant now) {
  if (is_limited())
    dials_.push_back(now);
}

void call_rate::end_dial(events::instant left) {
  on_their_way_ -= std::min(on_their_way_, 1U);
  note_dial(dials_.empty() ? left : std::max(left, dials_.back()));
}

} // namespace ringmaster::domain
