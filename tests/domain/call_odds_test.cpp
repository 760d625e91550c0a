#include "domain/call_odds.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>

using namespace ringmaster;
using namespace std::chrono_literals;
using domain::call_course;
using domain::call_odds;
using events::outcome;

namespace {

/// Spread over all chances.
std::uint64_t chance(std::uint64_t n) {
  return n * 0x9e3779b97f4a7c15;
}

std::map<outcome, int> draw_thousand(const call_odds& from, std::uint32_t attempt) {
  std::map<outcome, int> drawn;
  for (std::uint64_t n = 0; n < 1'000; ++n)
    ++drawn[from.draw(attempt, chance(n)).outcome];
  return drawn;
}

} // namespace

TEST_CASE("outcomes are drawn as often as the record has them, and last as long") {
  call_odds odds;
  CHECK(odds.empty());
  for (int i = 0; i < 70; ++i)
    odds.learn(1, {outcome::completed, true, 60s});
  for (int i = 0; i < 30; ++i)
    odds.learn(1, {outcome::busy, false, 3s});
  CHECK_FALSE(odds.empty());
  auto drawn = draw_thousand(odds, 1);
  CHECK(drawn[outcome::completed] == doctest::Approx(700).epsilon(0.05));
  CHECK(drawn[outcome::busy] == doctest::Approx(300).epsilon(0.05));
  for (std::uint64_t n = 0; n < 100; ++n) {
    auto call = odds.draw(1, chance(n));
    CHECK(call == odds.draw(1, chance(n)));
    CHECK(call.lasts == (call.answered ? 60s : 3s));
  }
  CHECK(odds.of(outcome::completed).percent == doctest::Approx(70));
  CHECK(odds.of(outcome::completed).mean_seconds == doctest::Approx(60));
  CHECK_FALSE(odds.of(outcome::completed).assumed);
  CHECK(odds.of(outcome::no_answer).assumed);
}

TEST_CASE("a later attempt has its own odds once enough of them are known") {
  call_odds odds;
  for (int i = 0; i < 200; ++i)
    odds.learn(1, {outcome::completed, true, 60s});
  for (int i = 0; i < 49; ++i)
    odds.learn(2, {outcome::no_answer, false, 30s});
  CHECK(draw_thousand(odds, 2)[outcome::no_answer] == 0);
  odds.learn(2, {outcome::no_answer, false, 30s});
  CHECK(draw_thousand(odds, 2)[outcome::no_answer] == 1'000);
  CHECK(draw_thousand(odds, 9)[outcome::no_answer] == 1'000);
  CHECK(draw_thousand(odds, 1)[outcome::completed] == 1'000);
}

TEST_CASE(
  "what was told of outcomes takes the place of what was learnt, but not how long they last") {
  call_odds odds;
  for (int i = 0; i < 100; ++i)
    odds.learn(1, {outcome::busy, false, 7s});
  odds.tell({{outcome::completed, 1}});
  odds.tell({{outcome::busy, 1}, {outcome::no_answer, 3}});
  odds.learn(1, {outcome::completed, true, 9s});
  auto drawn = draw_thousand(odds, 1);
  CHECK(drawn[outcome::busy] == doctest::Approx(250).epsilon(0.1));
  CHECK(drawn[outcome::no_answer] == doctest::Approx(750).epsilon(0.05));
  CHECK(drawn[outcome::completed] == 0);
  CHECK(odds.of(outcome::busy).mean_seconds == doctest::Approx(7));
}

TEST_CASE("of a long record an even sample is kept") {
  call_odds odds;
  for (int i = 1; i <= 1'000'000; ++i)
    odds.learn(1, {outcome::completed, true, i * 1ms});
  CHECK(odds.of(outcome::completed).mean_seconds == doctest::Approx(500).epsilon(0.01));
}

TEST_CASE("attempts beyond the twentieth are like it") {
  call_odds odds;
  for (int i = 0; i < 50; ++i) {
    odds.learn(20, {outcome::busy, false, 3s});
    odds.learn(21, {outcome::no_answer, false, 30s});
  }
  CHECK(draw_thousand(odds, 20)[outcome::busy] == doctest::Approx(500).epsilon(0.1));
  CHECK(draw_thousand(odds, 20)[outcome::no_answer] == doctest::Approx(500).epsilon(0.1));
}

TEST_CASE("courses are drawn from the whole record") {
  call_odds odds;
  for (int i = 1; i <= 100; ++i)
    odds.learn(1, {outcome::completed, true, i * 1s});
  events::duration sum{};
  for (std::uint64_t n = 0; n < 1'000; ++n)
    sum += odds.draw(1, chance(n)).lasts;
  CHECK(std::chrono::duration<double>{sum}.count() / 1'000 == doctest::Approx(50).epsilon(0.05));
}

TEST_CASE("of an outcome that no record has a course is assumed") {
  const call_course figures[] = {
    {outcome::completed, true, 70s},
    {outcome::voicemail, true, 45s},
    {outcome::abandoned, true, 30s},
    {outcome::no_answer, false, 30s},
    {outcome::rejected, false, 10s},
    {outcome::unknown, false, 120s},
    {outcome::busy, false, 2s},
    {outcome::failed, false, 2s},
    {outcome::cancelled, false, 2s}};
  for (const auto& course : figures) {
    CAPTURE(static_cast<int>(course.outcome));
    call_odds odds;
    odds.tell({{course.outcome, 1}});
    CHECK(odds.draw(1, chance(1)) == course);
    CHECK(odds.of(course.outcome).mean_seconds == course.lasts / 1s);
  }
}

TEST_CASE("shares are of what is known, be it nothing or one call") {
  call_odds odds;
  CHECK(odds.of(outcome::busy).percent == 0);
  odds.learn(1, {outcome::busy, false, 3s});
  CHECK(odds.of(outcome::busy).percent == 100);
}

TEST_CASE("without a record the usual shares are taken") {
  auto odds = domain::usual_odds();
  const std::map<outcome, int> percent{
    {outcome::completed, 60},
    {outcome::no_answer, 15},
    {outcome::busy, 10},
    {outcome::voicemail, 10},
    {outcome::failed, 5}};
  for (auto how : events::all_outcomes) {
    auto found = percent.find(how);
    CHECK(odds.of(how).percent == (found == percent.end() ? 0 : found->second));
  }
}
