#include "domain/line_pool.hpp"

#include <algorithm>

namespace ringmaster::domain {

namespace {

/// A turn of whoever weighs 1. Divided by the greatest weight it is still exact
/// enough to order turns.
constexpr std::uint64_t whole_turn = 1'000'000;

/// Has `a` less than its due, beside `b`? Fractions are compared without rounding.
bool needs_more(const line_pool::user& a, const line_pool::user& b) {
  auto a_has = std::uint64_t{a.in_use} * b.weight;
  auto b_has = std::uint64_t{b.in_use} * a.weight;
  return a_has != b_has ? a_has < b_has : a.served < b.served;
}

} // namespace

std::string_view to_string(shortage it) {
  switch (it) {
  case shortage::none: return "none";
  case shortage::no_free_channel: return "no_free_channel";
  case shortage::placing: return "placing";
  case shortage::resting: return "resting";
  case shortage::rate: return "rate";
  case shortage::caller_ids_exhausted: return "caller_ids_exhausted";
  }
  return "unknown";
}

void line_pool::change(std::uint32_t channels, events::pace rate, events::instant now) {
  channels_ = channels;
  rate_.change(rate, now);
}

void line_pool::limit_placing(std::uint32_t most) {
  most_placing_ = most;
  placing_ = 0;
}

void line_pool::note_placed(std::uint32_t lines) {
  placing_ -= std::min(lines, placing_);
}

void line_pool::want(events::campaign_id who, std::uint32_t lines, std::uint32_t weight) {
  auto it = users_.try_emplace(who).first;
  auto& they = it->second;
  if (they.wanted == 0) // turns that nobody wanted are not saved up
    they.served = std::max(they.served, served_);
  they.wanted = lines;
  they.weight = std::max(weight, 1U);
  forget_if_idle(it);
}

void line_pool::take_back(events::campaign_id who, std::uint32_t lines) {
  auto it = users_.find(who);
  if (it == users_.end())
    return;
  lines = std::min(lines, it->second.in_use);
  it->second.in_use -= lines;
  in_use_ -= lines;
  forget_if_idle(it);
}

void line_pool::adopt(events::campaign_id who, std::uint32_t lines) {
  auto it = users_.try_emplace(who).first;
  in_use_ = in_use_ - it->second.in_use + lines;
  it->second.in_use = lines;
  forget_if_idle(it);
}

void line_pool::rest(events::duration asked, events::instant now) {
  rest_.begin(asked, now);
}

std::vector<line_pool::grant> line_pool::share(events::instant now) {
  std::map<events::campaign_id, std::uint32_t> given;
  while (held(now).why == shortage::none) {
    auto to = neediest();
    if (to == users_.end())
      break;
    give_line(to->second, now);
    ++given[to->first];
  }
  std::vector<grant> grants;
  for (const auto& [to, lines] : given)
    grants.push_back({to, lines});
  return grants;
}

line_pool::hold line_pool::held(events::instant now) {
  if (in_use_ >= channels_)
    return {shortage::no_free_channel, std::nullopt};
  if (most_placing_ && placing_ >= *most_placing_)
    return {shortage::placing, std::nullopt};
  if (auto until = rest_.until(now))
    return {shortage::resting, until};
  // Lines that were granted, and whose calls have not taken their numbers yet.
  auto numberless = in_use_ - std::min(in_use_, numbers_.up());
  if (numbers_.room(now) <= numberless)
    return {shortage::caller_ids_exhausted, numbers_.next_day(now)};
  if (auto until = rate_.held_until(now))
    return {shortage::rate, until};
  return {};
}

line_report line_pool::report(events::instant now) {
  auto next = held(now);
  line_report it{
    .in_use = in_use_,
    .users = {},
    .why = next.why,
    .until = next.until,
    .rests_because = {},
    .numbers = {}};
  for (const auto& [who, they] : users_)
    it.users.push_back({who, they.in_use, they.wanted, they.weight});
  for (const auto& number : numbers_.numbers()) {
    auto use = numbers_.of(number, now);
    it.numbers.push_back({number, use.up, use.dials});
  }
  return it;
}

bool line_pool::anybody_waits() const {
  return std::ranges::any_of(users_, [](const auto& it) { return it.second.wanted > 0; });
}

line_pool::place line_pool::neediest() {
  auto best = users_.end();
  for (auto it = users_.begin(); it != users_.end(); ++it)
    if (it->second.wanted > 0 && (best == users_.end() || needs_more(it->second, best->second)))
      best = it;
  return best;
}

void line_pool::give_line(user& to, events::instant now) {
  --to.wanted;
  ++to.in_use;
  ++in_use_;
  if (most_placing_)
    ++placing_;
  served_ = to.served;
  to.served += whole_turn / to.weight;
  rate_.note_dial(now);
}

void line_pool::forget_if_idle(place who) {
  if (who->second.in_use == 0 && who->second.wanted == 0)
    users_.erase(who);
}

} // namespace ringmaster::domain
