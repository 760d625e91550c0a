#include "domain/call_rate.hpp"

#include <chrono>

namespace ringmaster::domain {

namespace {

constexpr auto span = std::chrono::seconds{1};

} // namespace

std::optional<events::instant> call_rate::held_until(events::instant now) {
  while (!dials_.empty() && dials_.front() + span <= now)
    dials_.pop_front();
  if (!is_limited() || dials_.size() < per_second_)
    return std::nullopt;
  return dials_.front() + span;
}

void call_rate::note_dial(events::instant now) {
  if (is_limited())
    dials_.push_back(now);
}

} // namespace ringmaster::domain
