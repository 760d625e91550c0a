#include "simulation/trunk_account.hpp"

#include <algorithm>
#include <limits>

namespace ringmaster::simulation {

using events::instant;

namespace {

/// An edit holds from the next line on. One that was granted before it may be used
/// when a hook, a slow disk, the trunk's rate and a slow carrier have had their time.
constexpr auto longest_way_of_a_line = std::chrono::minutes{10};

constexpr auto longest_window = std::chrono::seconds{60};

std::uint64_t left(std::uint32_t limit, std::uint32_t used) {
  return limit == 0 ? std::numeric_limits<std::uint32_t>::max() : limit - std::min(limit, used);
}

std::chrono::sys_days day_of(instant at) {
  return std::chrono::floor<std::chrono::days>(at);
}

template <class Map>
std::uint32_t count_in(const Map& counts, const typename Map::key_type& of) {
  auto found = counts.find(of);
  return found == counts.end() ? 0 : found->second;
}

} // namespace

void trunk_account::edited(const events::trunk_edited& to, instant at) {
  earlier_.push_back({at, now_});
  now_.name = to.name;
  now_.settings = to.settings;
  now_.caller_ids = to.caller_ids;
  now_.channels = to.channels;
  now_.rate = to.rate;
  now_.caller_id_limits = to.caller_id_limits;
}

template <class Limit>
std::uint32_t trunk_account::most(instant at, Limit limit) const {
  auto most = limit(now_);
  for (const auto& it : earlier_)
    if (it.until + longest_way_of_a_line >= at && most != 0)
      most = limit(it.was) == 0 ? 0 : std::max(most, limit(it.was));
  return most;
}

/// At the instant of an edit the rate before it may still be the one.
complaint trunk_account::placed(instant at) {
  while (!placed_.empty() && placed_.front() + longest_window <= at)
    placed_.pop_front();
  placed_.push_back(at);
  auto found = nothing_above_the_rate(placed_, now_.rate);
  for (const auto& it : earlier_)
    if (found && it.until == at)
      found = nothing_above_the_rate(placed_, it.was.rate);
  return found;
}

complaint trunk_account::begins(instant until, instant at) {
  up_until_.erase(up_until_.begin(), up_until_.upper_bound(at));
  up_until_.insert(until);
  auto channels = most(at, [](const auto& it) { return it.channels; });
  return nothing_above_a_cap("trunk", up_until_.size(), channels);
}

void trunk_account::ends(instant until) {
  if (auto at = up_until_.find(until); at != up_until_.end())
    up_until_.erase(at);
}

complaint trunk_account::dialed(const std::string& number, instant dialed_at, instant at) {
  ++dials_;
  auto calls = ++calls_of_[number];
  ++dials_of_[{number, day_of(dialed_at)}];
  auto limit = most(at, [](const auto& it) { return it.caller_id_limits.concurrent; });
  return number.empty() || limit == 0 ? std::nullopt
                                      : nothing_above_a_cap("caller id", calls, limit);
}

complaint trunk_account::judge_day(const std::string& number, instant dialed_at, instant at) const {
  auto limit = most(at, [](const auto& it) { return it.caller_id_limits.per_day; });
  auto dials = count_in(dials_of_, {number, day_of(dialed_at)});
  return number.empty() ? std::nullopt : no_number_above_its_day(number, dials, limit);
}

void trunk_account::over(const std::string& number) {
  --calls_of_[number];
}

void trunk_account::came_to_nothing(const std::string& number, instant dialed_at) {
  --dials_of_[{number, day_of(dialed_at)}];
}

std::uint64_t trunk_account::room_of_numbers(std::chrono::sys_days today) const {
  if (now_.caller_ids.empty())
    return std::numeric_limits<std::uint64_t>::max();
  std::uint64_t room = 0;
  for (const auto& number : now_.caller_ids)
    room += std::min(
      left(now_.caller_id_limits.concurrent, count_in(calls_of_, number)),
      left(now_.caller_id_limits.per_day, count_in(dials_of_, {number, today})));
  return room;
}

} // namespace ringmaster::simulation
