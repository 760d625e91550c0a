#include "domain/line_pool.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using grant = line_pool::grant;
using grants = std::vector<grant>;

namespace {

constexpr events::instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
constexpr events::campaign_id one{1};
constexpr events::campaign_id two{2};
constexpr events::campaign_id three{3};

line_pool unhurried(std::uint32_t channels) {
  return {channels, call_rate{{}}};
}

} // namespace

TEST_CASE("a campaign alone on a trunk gets all that it wants, up to the channels") {
  auto pool = unhurried(10);
  pool.want(one, 4);
  CHECK(pool.share(noon) == grants{{one, 4}});
  pool.want(one, 100);
  CHECK(pool.share(noon) == grants{{one, 6}});
  CHECK(pool.held(noon) == line_pool::hold{shortage::no_free_channel, std::nullopt});
}

TEST_CASE("no more calls are on their way to the carrier than it takes at once") {
  auto pool = unhurried(10);
  pool.limit_placing(3);
  pool.want(one, 8);
  CHECK(pool.share(noon) == grants{{one, 3}});
  CHECK(pool.held(noon) == line_pool::hold{shortage::placing, std::nullopt});
  pool.note_placed(2);
  CHECK(pool.share(noon) == grants{{one, 2}});
  pool.take_back(one, 5); // that calls ended says nothing of their placement
  CHECK(pool.share(noon).empty());
  pool.note_placed(100);
  CHECK(pool.share(noon) == grants{{one, 3}});
}

TEST_CASE("somebody waits until the last line that was wanted is granted") {
  auto pool = unhurried(1);
  CHECK_FALSE(pool.anybody_waits());
  pool.want(one, 1);
  CHECK(pool.anybody_waits());
  (void)pool.share(noon);
  CHECK_FALSE(pool.anybody_waits());
}

TEST_CASE("a carrier without a limit takes as many calls as there are channels") {
  auto pool = unhurried(10);
  pool.want(one, 20);
  CHECK(pool.share(noon) == grants{{one, 10}});
}

TEST_CASE("campaigns on one trunk get equal shares, whoever asked first") {
  auto pool = unhurried(9);
  pool.want(one, 100);
  pool.want(two, 100);
  pool.want(three, 100);
  CHECK(pool.share(noon) == grants{{one, 3}, {two, 3}, {three, 3}});
}

TEST_CASE("a campaign of greater weight gets a greater share, and nobody gets nothing") {
  auto pool = unhurried(8);
  pool.want(one, 100, 3);
  pool.want(two, 100, 1);
  CHECK(pool.share(noon) == grants{{one, 6}, {two, 2}});
  auto small = unhurried(5);
  small.want(one, 100, 100);
  small.want(two, 100, 1);
  CHECK(small.share(noon) == grants{{one, 4}, {two, 1}});
}

TEST_CASE("an idle share is lent out, and given back as calls end") {
  auto pool = unhurried(6);
  pool.want(one, 100);
  CHECK(pool.share(noon) == grants{{one, 6}});
  pool.want(two, 100);
  CHECK(pool.share(noon).empty());
  pool.take_back(one, 2);
  CHECK(pool.share(noon) == grants{{two, 2}});
  pool.take_back(one, 1);
  CHECK(pool.share(noon) == grants{{two, 1}}); // three and three from here on
  pool.take_back(one, 1);
  CHECK(pool.share(noon) == grants{{one, 1}});
  pool.take_back(two, 1);
  CHECK(pool.share(noon) == grants{{two, 1}});
}

TEST_CASE("calls that end as fast as they are made take turns at the trunk's rate") {
  line_pool pool{100, call_rate{{1, 1}}};
  std::map<events::campaign_id, int> turns;
  pool.want(one, 100, 3);
  pool.want(two, 100);
  for (int i = 0; i < 40; ++i)
    for (const auto& it : pool.share(noon + i * 1s)) {
      turns[it.to] += static_cast<int>(it.lines);
      pool.take_back(it.to, it.lines);
    }
  CHECK(turns[one] == 30);
  CHECK(turns[two] == 10);
}

TEST_CASE("a campaign that comes late has no turns saved up") {
  line_pool pool{100, call_rate{{1, 1}}};
  int ours = 0;
  pool.want(one, 1'000);
  for (int i = 0; i < 60; ++i) {
    if (i == 40)
      pool.want(two, 1'000);
    for (const auto& it : pool.share(noon + i * 1s)) {
      ours += i >= 40 && it.to == one ? 1 : 0;
      pool.take_back(it.to, it.lines);
    }
  }
  CHECK(ours == 10); // of twenty
}

TEST_CASE("calls of before a restart hold their lines, even beyond the channels") {
  auto pool = unhurried(5);
  pool.adopt(one, 7);
  pool.want(two, 3);
  CHECK(pool.share(noon).empty());
  pool.take_back(one, 2);
  CHECK(pool.share(noon).empty());
  pool.take_back(one, 1);
  CHECK(pool.share(noon) == grants{{two, 1}});
}

TEST_CASE("fewer channels take nobody's line away, and grant none until enough are free") {
  auto pool = unhurried(5);
  pool.want(one, 10);
  (void)pool.share(noon);
  pool.change(3, {}, noon);
  pool.take_back(one, 2);
  CHECK(pool.share(noon).empty());
  pool.take_back(one, 1);
  CHECK(pool.share(noon) == grants{{one, 1}});
  pool.change(6, {}, noon);
  CHECK(pool.share(noon) == grants{{one, 3}});
}

TEST_CASE("nothing is granted while the trunk rests") {
  auto pool = unhurried(5);
  pool.want(one, 5);
  pool.rest(10s, noon);
  pool.rest(5s, noon + 1s);
  CHECK(pool.share(noon + 9s).empty());
  CHECK(pool.held(noon) == line_pool::hold{shortage::resting, noon + 10s});
  CHECK(pool.share(noon + 10s) == grants{{one, 5}});
}

TEST_CASE("a line is granted only if a number is left for its call") {
  line_pool pool{100, call_rate{{}}, caller_ids{{"a", "b"}, {.concurrent = 2, .per_day = 3}}};
  auto& numbers = pool.numbers();
  pool.want(one, 10);
  CHECK(pool.share(noon) == grants{{one, 4}});
  CHECK(pool.held(noon) == line_pool::hold{shortage::caller_ids_exhausted, std::nullopt});
  for (int i = 0; i < 4; ++i)
    CHECK(numbers.take("", noon));
  CHECK(pool.share(noon).empty());
  numbers.give_back("a");
  CHECK(pool.share(noon).empty()); // its line is not back yet
  pool.take_back(one, 1);
  CHECK(pool.share(noon) == grants{{one, 1}});
  CHECK(numbers.take("b", noon) == "a"); // b has two calls up
  CHECK(pool.held(noon) == line_pool::hold{shortage::caller_ids_exhausted, noon + 12h});
}

TEST_CASE("numbers that had their dials of the day have new ones at midnight") {
  line_pool pool{100, call_rate{{}}, caller_ids{{"a"}, {.per_day = 1}}};
  pool.want(one, 3);
  CHECK(pool.share(noon) == grants{{one, 1}});
  CHECK(pool.numbers().take("", noon) == "a");
  pool.numbers().give_back("a");
  pool.take_back(one, 1);
  CHECK(pool.share(noon).empty());
  CHECK(pool.held(noon) == line_pool::hold{shortage::caller_ids_exhausted, noon + 12h});
  CHECK(pool.share(noon + 12h) == grants{{one, 1}});
}

TEST_CASE("the rate is the reason when a channel is free") {
  line_pool pool{2, call_rate{{1, 1}}};
  pool.want(one, 5);
  CHECK(pool.share(noon) == grants{{one, 1}});
  CHECK(pool.held(noon) == line_pool::hold{shortage::rate, noon + 1s});
  CHECK(pool.share(noon + 1s) == grants{{one, 1}});
  CHECK(pool.held(noon + 1s).why == shortage::no_free_channel);
}

TEST_CASE("who has the lines, who waits and why can be told") {
  line_pool pool{3, call_rate{{}}, caller_ids{{"a", "b"}, {}}};
  pool.want(one, 5, 2);
  pool.want(two, 1);
  (void)pool.share(noon);
  (void)pool.numbers().take("", noon);
  auto seen = pool.report(noon);
  CHECK(seen.in_use == 3);
  REQUIRE(seen.users.size() == 2);
  CHECK(seen.users[0].campaign == one);
  CHECK(seen.users[0].in_use == 2);
  CHECK(seen.users[0].wanted == 3);
  CHECK(seen.users[0].weight == 2);
  CHECK(seen.users[1].wanted == 0);
  CHECK(seen.why == shortage::no_free_channel);
  CHECK_FALSE(seen.until);
  REQUIRE(seen.numbers.size() == 2);
  CHECK(seen.numbers[0].in_use == 1);
  CHECK(seen.numbers[0].dialed_today == 1);
  CHECK(seen.numbers[1].in_use == 0);
}

TEST_CASE("what a campaign gives back beyond what it has changes nothing") {
  auto pool = unhurried(3);
  pool.want(one, 2);
  (void)pool.share(noon);
  pool.take_back(one, 7);
  pool.take_back(two, 1);
  CHECK(pool.in_use() == 0);
  CHECK(pool.users().empty());
}
