#include "domain/lineup.hpp"

#include <algorithm>
#include <iterator>

namespace ringmaster::domain {

lineup::lineup(
  std::uint32_t rows,
  std::uint32_t first_untouched,
  std::set<std::uint32_t> touched,
  std::size_t near_limit)
  : rows_{rows}, first_untouched_{first_untouched}, touched_{std::move(touched)},
    near_limit_{std::max<std::size_t>(near_limit, 1)} {
  skip_touched();
}

std::optional<lineup::candidate> lineup::next(events::instant now) {
  if (!put_back_.empty()) {
    auto who = std::move(put_back_.back());
    put_back_.pop_back();
    return who;
  }
  if (!near_.empty() && near_.begin()->first.first <= now)
    return std::move(near_.extract(near_.begin()).mapped());
  if (!has_untouched())
    return std::nullopt;
  auto row = first_untouched_++;
  skip_touched();
  return candidate{.row = row, .state = contact{}};
}

void lineup::wait(std::uint32_t row, contact state, std::uint64_t version) {
  auto due_at = state.due_at;
  if (more_on_disk_ && due_at >= horizon_)
    return; // the due index has it
  near_.insert_or_assign({due_at, row}, candidate{row, std::move(state), version});
  if (near_.size() <= near_limit_)
    return;
  auto last = std::prev(near_.end());
  horizon_ = last->first.first;
  more_on_disk_ = true;
  near_.erase(last);
}

void lineup::reload(const std::vector<std::pair<events::instant, std::uint32_t>>& due, bool more) {
  for (const auto& [due_at, row] : due)
    near_.try_emplace({due_at, row}, candidate{.row = row});
  more_on_disk_ = more;
  if (more && !due.empty())
    horizon_ = due.back().first;
}

std::optional<events::instant> lineup::next_at(events::instant now) const {
  if (!put_back_.empty() || has_untouched() || must_reload())
    return now;
  if (near_.empty())
    return std::nullopt;
  return std::max(now, near_.begin()->first.first);
}

std::size_t lineup::ready(events::instant now, std::size_t most) const {
  std::size_t count = put_back_.size();
  if (has_untouched())
    count += rows_ - first_untouched_ + 1;
  for (auto it = near_.begin(); it != near_.end() && count < most && it->first.first <= now; ++it)
    ++count;
  return std::min(count, most);
}

void lineup::skip_touched() {
  while (!touched_.empty() && *touched_.begin() <= first_untouched_) {
    if (*touched_.begin() == first_untouched_)
      ++first_untouched_;
    touched_.erase(touched_.begin());
  }
}

} // namespace ringmaster::domain
