#include "http/failed_attempts.hpp"

#include <algorithm>
#include <bit>

namespace ringmaster::http {

namespace {

constexpr std::uint64_t free_attempts = 3; // a mistyped key now and then costs nothing
constexpr std::chrono::milliseconds first_delay{100};
constexpr std::chrono::milliseconds longest_delay{2'000};
constexpr std::chrono::minutes forgotten_after{10};
constexpr std::size_t most_addresses = 10'000;

} // namespace

failed_attempts::verdict failed_attempts::add(const std::string& address, clock::time_point now) {
  std::lock_guard lock{door_};
  if (by_address_.size() >= most_addresses)
    forget(now);
  auto& it = by_address_[address];
  if (now - it.last > forgotten_after)
    it.count = 0;
  it.last = now;
  ++it.count;
  verdict result{
    .count = it.count,
    .worth_a_line = it.count <= free_attempts || std::has_single_bit(it.count),
    .delay = {}};
  if (it.count > free_attempts) {
    auto doublings = std::min<std::uint64_t>(it.count - free_attempts - 1, 5);
    result.delay = std::min(longest_delay, first_delay * (1 << doublings));
  }
  return result;
}

/// Somebody with that many addresses loses us what we knew of them, not memory.
void failed_attempts::forget(clock::time_point now) {
  std::erase_if(
    by_address_, [now](const auto& it) { return now - it.second.last > forgotten_after; });
  if (by_address_.size() >= most_addresses)
    by_address_.clear();
}

} // namespace ringmaster::http
