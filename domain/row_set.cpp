#include "domain/row_set.hpp"

#include <iterator>
#include <limits>

namespace ringmaster::domain {

namespace {

/// Whether `row` comes right behind `last`, which may be the last there is.
bool follows(std::uint32_t last, std::uint32_t row) {
  return last != std::numeric_limits<std::uint32_t>::max() && last + 1 == row;
}

} // namespace

void row_set::insert(std::uint32_t row) {
  auto behind = stretches_.upper_bound(row);
  auto before = behind == stretches_.begin() ? stretches_.end() : std::prev(behind);
  if (before != stretches_.end() && row <= before->second)
    return;
  bool joins_behind = behind != stretches_.end() && follows(row, behind->first);
  auto last = joins_behind ? behind->second : row;
  if (joins_behind)
    stretches_.erase(behind);
  if (before != stretches_.end() && follows(before->second, row))
    before->second = last;
  else
    stretches_.emplace(row, last);
}

void row_set::append(std::uint32_t first, std::uint32_t last) {
  stretches_.emplace_hint(stretches_.end(), first, last);
}

bool row_set::contains(std::uint32_t row) const {
  auto behind = stretches_.upper_bound(row);
  return behind != stretches_.begin() && row <= std::prev(behind)->second;
}

std::uint32_t row_set::first_absent(std::uint32_t row) const {
  auto behind = stretches_.upper_bound(row);
  if (behind == stretches_.begin() || row > std::prev(behind)->second)
    return row;
  return std::prev(behind)->second + 1;
}

} // namespace ringmaster::domain
