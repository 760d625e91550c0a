#include "domain/caller_ids.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace ringmaster::domain {

namespace {

constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

std::uint64_t left(std::uint32_t limit, std::uint32_t used) {
  return limit == 0 ? no_limit : limit - std::min(limit, used);
}

std::chrono::sys_days day_of(events::instant at) {
  return std::chrono::floor<std::chrono::days>(at);
}

} // namespace

void caller_ids::change(std::vector<std::string> numbers, events::caller_id_limits limits) {
  numbers_ = std::move(numbers);
  limits_ = limits;
}

std::optional<std::string> caller_ids::take(const std::string& usual, events::instant now) {
  if (numbers_.empty())
    return std::string{};
  auto chosen = std::ranges::find(numbers_, usual);
  bool fits = chosen != numbers_.end() && room_of(usual, now) > 0;
  for (std::size_t tried = 0; !fits; ++tried) {
    if (tried == numbers_.size())
      return std::nullopt;
    chosen = numbers_.begin() + static_cast<std::ptrdiff_t>(next_++ % numbers_.size());
    fits = room_of(*chosen, now) > 0;
  }
  adopt(*chosen);
  count_dial(*chosen, now);
  return *chosen;
}

void caller_ids::give_back(const std::string& number) {
  auto found = uses_.find(number);
  if (found == uses_.end() || found->second.up == 0)
    return;
  --found->second.up;
  --up_;
}

void caller_ids::discount(const std::string& number, events::instant at) {
  auto found = uses_.find(number);
  if (found != uses_.end() && found->second.day == day_of(at) && found->second.dials > 0)
    --found->second.dials;
}

void caller_ids::adopt(const std::string& number) {
  if (number.empty())
    return;
  ++uses_[number].up;
  ++up_;
}

void caller_ids::count_dial(const std::string& number, events::instant at) {
  auto& it = uses_[number];
  // A clock that goes back does not open a day anew.
  if (it.day < day_of(at)) {
    it.day = day_of(at);
    it.dials = 0;
  }
  ++it.dials;
}

std::uint64_t caller_ids::room(events::instant now) const {
  if (numbers_.empty() || limits_ == events::caller_id_limits{})
    return no_limit;
  std::uint64_t sum = 0;
  for (const auto& it : numbers_)
    sum += std::min<std::uint64_t>(room_of(it, now), std::numeric_limits<std::uint32_t>::max());
  return sum;
}

std::optional<events::instant> caller_ids::next_day(events::instant now) const {
  auto today = day_of(now);
  for (const auto& it : numbers_) {
    auto known = of(it, now);
    if (left(limits_.per_day, known.dials) == 0)
      return std::max(today, known.day) + std::chrono::days{1};
  }
  return std::nullopt;
}

caller_ids::use caller_ids::of(const std::string& number, events::instant now) const {
  auto found = uses_.find(number);
  if (found == uses_.end())
    return {.up = 0, .day = day_of(now), .dials = 0};
  auto it = found->second;
  if (it.day < day_of(now)) {
    it.day = day_of(now);
    it.dials = 0;
  }
  return it;
}

std::uint64_t caller_ids::room_of(const std::string& number, events::instant now) const {
  auto it = of(number, now);
  return std::min(left(limits_.concurrent, it.up), left(limits_.per_day, it.dials));
}

} // namespace ringmaster::domain
