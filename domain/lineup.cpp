#include "domain/lineup.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace ringmaster::domain {

lineup::lineup(const std::vector<list_span>& lists, row_set touched, std::size_t near_limit)
  : touched_{std::move(touched)}, near_limit_{std::max<std::size_t>(near_limit, 1)} {
  for (const auto& it : lists)
    add(it, false);
}

void lineup::add(const list_span& list, bool next) {
  if (list.rows > 0)
    untouched_.insert(
      next ? untouched_.begin() : untouched_.end(), {list.first, list.first + list.rows - 1});
  skip_touched();
}

std::optional<lineup::candidate> lineup::next(events::instant now) {
  if (!put_back_.empty()) {
    auto who = std::move(put_back_.back());
    put_back_.pop_back();
    return who;
  }
  if (!near_.empty() && near_.begin()->first.due_at <= now)
    return std::move(near_.extract(near_.begin()).mapped());
  if (!has_untouched())
    return std::nullopt;
  return next_untouched();
}

std::optional<lineup::candidate> lineup::take(line_part part) {
  auto wanted = std::ranges::find_if(put_back_, [&](const candidate& it) {
    bool untouched = it.state && it.state->phase == contact_phase::untouched;
    return part == line_part::everybody || !untouched;
  });
  if (wanted != put_back_.end()) {
    auto who = std::move(*wanted);
    put_back_.erase(wanted);
    return who;
  }
  if (!near_.empty())
    return std::move(near_.extract(near_.begin()).mapped());
  if (part == line_part::waiting || !has_untouched())
    return std::nullopt;
  return next_untouched();
}

void lineup::wait(std::uint32_t row, contact state, std::uint64_t version) {
  due_contact place{state.due_at, row, state.turn == contact_turn::first};
  if (more_on_disk_ && place >= horizon_)
    return; // the due index has it
  near_.insert_or_assign(place, candidate{row, std::move(state), version});
  if (near_.size() <= near_limit_)
    return;
  auto last = std::prev(near_.end());
  horizon_ = last->first;
  more_on_disk_ = true;
  near_.erase(last);
}

void lineup::give_back(candidate who) {
  if (who.state && who.state->phase == contact_phase::waiting)
    wait(who.row, *std::move(who.state), who.version);
  else
    put_back(std::move(who));
}

void lineup::remove(std::uint32_t row) {
  std::erase_if(put_back_, [&](const auto& it) { return it.row == row; });
  std::erase_if(near_, [&](const auto& it) { return it.first.row == row; });
  touched_.insert(row);
  skip_touched();
}

void lineup::reload(const std::vector<due_contact>& due, bool more) {
  std::set<std::uint32_t> in_line;
  for (const auto& who : put_back_)
    in_line.insert(who.row);
  for (const auto& it : due)
    if (!in_line.contains(it.row))
      near_.try_emplace(it, candidate{.row = it.row});
  more_on_disk_ = more;
  if (!due.empty())
    horizon_ = due.back();
}

std::optional<events::instant> lineup::next_at(events::instant now) const {
  if (!put_back_.empty() || has_untouched() || must_reload())
    return now;
  if (near_.empty())
    return std::nullopt;
  return std::max(now, near_.begin()->first.due_at);
}

std::size_t lineup::ready(events::instant now, std::size_t most) const {
  std::size_t count = put_back_.size();
  for (const auto& it : untouched_)
    count += it.last - it.first + 1;
  for (auto it = near_.begin(); it != near_.end() && count < most && it->first.due_at <= now; ++it)
    ++count;
  return std::min(count, most);
}

lineup::candidate lineup::next_untouched() {
  auto& list = untouched_.front();
  candidate who{.row = list.first++, .state = contact{}};
  skip_touched();
  return who;
}

void lineup::skip_touched() {
  while (!untouched_.empty()) {
    auto& list = untouched_.front();
    list.first = touched_.first_absent(list.first);
    if (list.first <= list.last)
      return;
    untouched_.pop_front();
  }
}

} // namespace ringmaster::domain
