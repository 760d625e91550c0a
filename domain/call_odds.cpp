#include "domain/call_odds.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::domain {

namespace {

using std::chrono::seconds;

constexpr std::size_t most_courses = 4'096;   // of an outcome: their mean is good to some 2 %
constexpr std::uint64_t enough_to_trust = 50; // calls, to give an attempt its own odds
constexpr std::uint32_t most_attempts = 20;   // of a contact; further ones are like the last
constexpr std::uint64_t golden = 0x9e3779b97f4a7c15; // 2^64 / phi: moves every bit of a product

std::size_t number(events::outcome how) {
  return static_cast<std::size_t>(how);
}

/// Round figures for outcomes of which no record has a call. Whoever shows a
/// forecast says where it leans on one.
call_course assumed(events::outcome how) {
  switch (how) {
  case events::outcome::completed: return {how, true, seconds{70}};
  case events::outcome::voicemail: return {how, true, seconds{45}};
  case events::outcome::abandoned: return {how, true, seconds{30}};
  case events::outcome::no_answer: return {how, false, seconds{30}};
  case events::outcome::rejected: return {how, false, seconds{10}};
  case events::outcome::unknown: return {how, false, seconds{120}};
  case events::outcome::busy:
  case events::outcome::failed:
  case events::outcome::cancelled: break;
  }
  return {how, false, seconds{2}};
}

/// The upper 32 bits decide about the outcome, the lower about the course.
std::uint64_t share_of(std::uint32_t chance, std::uint64_t of) {
  return static_cast<std::uint64_t>(
    static_cast<double>(chance) / 4294967296.0 * static_cast<double>(of));
}

} // namespace

void call_odds::tally::add(events::outcome how, std::uint64_t count) {
  counts[number(how) % outcomes] += count;
  total += count;
}

events::outcome call_odds::tally::pick(std::uint64_t chance) const {
  auto left = share_of(static_cast<std::uint32_t>(chance >> 32), total);
  for (auto how : events::all_outcomes) {
    if (left < counts[number(how)])
      return how;
    left -= counts[number(how)];
  }
  return events::outcome::unknown;
}

void call_odds::sample::add(const call_course& call) {
  if (seen++ % stride != 0)
    return;
  kept.push_back(call);
  if (kept.size() < most_courses)
    return;
  // Every second goes, and from now on only every second of before comes.
  for (std::size_t i = 0; i < kept.size() / 2; ++i)
    kept[i] = kept[2 * i];
  kept.resize(kept.size() / 2);
  stride *= 2;
}

void call_odds::learn(std::uint32_t attempt, const call_course& call) {
  courses_[number(call.outcome) % outcomes].add(call);
  if (told_)
    return;
  auto index = std::clamp<std::uint32_t>(attempt, 1, most_attempts) - 1;
  if (by_attempt_.size() <= index)
    by_attempt_.resize(index + 1);
  by_attempt_[index].add(call.outcome, 1);
  all_.add(call.outcome, 1);
}

void call_odds::tell(const outcome_mix& mix) {
  told_ = true;
  by_attempt_.clear();
  all_ = {};
  for (const auto& [how, weight] : mix)
    all_.add(how, weight);
}

const call_odds::tally& call_odds::odds_for(std::uint32_t attempt) const {
  for (std::size_t n = std::min<std::size_t>(attempt, by_attempt_.size()); n > 0; --n)
    if (by_attempt_[n - 1].total >= enough_to_trust)
      return by_attempt_[n - 1];
  return all_;
}

call_course call_odds::draw(std::uint32_t attempt, std::uint64_t chance) const {
  auto how = odds_for(attempt).pick(chance);
  const auto& known = courses_[number(how)].kept;
  if (known.empty())
    return assumed(how);
  return known[share_of(static_cast<std::uint32_t>(chance * golden >> 32), known.size())];
}

call_odds::expectation call_odds::of(events::outcome how) const {
  expectation it;
  if (all_.total > 0)
    it.percent =
      100.0 * static_cast<double>(all_.counts[number(how)]) / static_cast<double>(all_.total);
  const auto& known = courses_[number(how)].kept;
  it.assumed = known.empty();
  double sum = 0;
  for (const auto& call : known)
    sum += std::chrono::duration<double>(call.lasts).count();
  it.mean_seconds = known.empty() ? std::chrono::duration<double>(assumed(how).lasts).count()
                                  : sum / static_cast<double>(known.size());
  return it;
}

call_odds usual_odds() {
  call_odds odds;
  odds.tell(
    {{events::outcome::completed, 60},
     {events::outcome::no_answer, 15},
     {events::outcome::busy, 10},
     {events::outcome::voicemail, 10},
     {events::outcome::failed, 5}});
  return odds;
}

} // namespace ringmaster::domain
