#include "domain/numbers_seen.hpp"

#include <utility>

namespace ringmaster::domain {

namespace {

constexpr std::size_t first_slots = 1024;

/// Neighbouring numbers far apart (the finalizer of MurmurHash3).
std::uint64_t mixed(std::uint64_t it) {
  it = (it ^ (it >> 33)) * 0xff51afd7ed558ccdu;
  it = (it ^ (it >> 33)) * 0xc4ceb9fe1a85ec53u;
  return it ^ (it >> 33);
}

} // namespace

// Where the object lies differs from upload to upload, so nobody can write a
// file whose numbers all meet in one place. What is answered does not depend on it.
numbers_seen::numbers_seen()
  : slots_(first_slots), salt_{mixed(reinterpret_cast<std::uintptr_t>(slots_.data()))} {}

std::optional<std::uint64_t> numbers_seen::add(std::uint64_t number, std::uint64_t line) {
  auto& place = place_of(number);
  if (place.number == number)
    return place.line;
  place = {number, line};
  if (++taken_ > slots_.size() / 5 * 4)
    grow();
  return {};
}

numbers_seen::slot& numbers_seen::place_of(std::uint64_t number) {
  auto mask = slots_.size() - 1;
  auto at = mixed(number ^ salt_) & mask;
  while (slots_[at].number != 0 && slots_[at].number != number)
    at = (at + 1) & mask;
  return slots_[at];
}

void numbers_seen::grow() {
  auto old = std::exchange(slots_, std::vector<slot>(slots_.size() * 2));
  for (const auto& it : old)
    if (it.number != 0)
      place_of(it.number) = it;
}

} // namespace ringmaster::domain
