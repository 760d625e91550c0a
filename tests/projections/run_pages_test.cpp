#include "given_log.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <ranges>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using events::outcome;
using projections::run_query;
using positions = std::vector<std::uint64_t>;

namespace {

constexpr events::campaign_id campaign{1};

/// One attempt of a contact of its own; the position of its dial.
std::uint64_t add_run(given_log& log, std::uint32_t row, outcome how) {
  events::contact_key contact{campaign, row};
  auto position = log.add(contact, dialed(1, noon + std::chrono::minutes{row})).position;
  log.add(contact, ended(1, how));
  log.add(contact, events::contact_finished{});
  return position;
}

/// Reads page after page; `between` runs after each.
template <class Between>
positions read_pages(const folded_views& views, run_query query, Between between) {
  positions seen;
  do {
    auto page = views.look().runs(campaign, query);
    for (const auto& it : page.items)
      seen.push_back(it.position);
    query.cursor = page.next;
    between();
  } while (query.cursor);
  return seen;
}

positions read_pages(const folded_views& views, const run_query& query) {
  return read_pages(views, query, [] {});
}

positions reversed(positions it) {
  std::ranges::reverse(it);
  return it;
}

} // namespace

TEST_CASE("runs are paged by age, newest or oldest first") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 100));
  positions all;
  for (std::uint32_t row = 1; row <= 7; ++row)
    all.push_back(add_run(log, row, outcome::completed));
  views.fold(log);
  for (std::size_t limit : {1u, 3u, 6u, 7u, 8u}) {
    CAPTURE(limit);
    CHECK(read_pages(views, {.limit = limit}) == reversed(all));
    CHECK(read_pages(views, {.limit = limit, .newest_first = false}) == all);
  }
  CHECK(views.look().runs(campaign, {.limit = 7}).items.size() == 7);
  CHECK(!views.look().runs(campaign, {.limit = 7}).next);
  CHECK(views.look().runs({2}, {}).items.empty());
}

TEST_CASE("a cursor from beyond all runs ends the list, and does not begin it again") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 100));
  add_run(log, 1, outcome::completed);
  views.fold(log);
  auto page = views.look().runs(
    campaign, {.newest_first = false, .cursor = std::numeric_limits<std::uint64_t>::max()});
  CHECK(page.items.empty());
  CHECK(!page.next);
}

TEST_CASE("runs are filtered by outcome and by when they were dialled") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 100));
  auto busy = add_run(log, 1, outcome::busy);
  auto completed = add_run(log, 2, outcome::completed);
  auto busy_later = add_run(log, 3, outcome::busy);
  auto up = log.add(events::contact_key{campaign, 4}, dialed(1, noon + 4min)).position;
  views.fold(log);
  CHECK(read_pages(views, {.outcome = outcome::busy}) == positions{busy_later, busy});
  CHECK(read_pages(views, {.outcome = outcome::unknown}).empty());
  CHECK(read_pages(views, {.dialed_from = noon + 2min}) == positions{up, busy_later, completed});
  CHECK(read_pages(views, {.dialed_until = noon + 2min}) == positions{busy});
  CHECK(
    read_pages(
      views, {.outcome = outcome::busy, .dialed_from = noon + 2min, .dialed_until = noon + 4min})
    == positions{busy_later});
}

TEST_CASE("nothing is lost or shown twice when runs arrive between two pages") {
  CHECK(rc::check("paging while runs arrive", [] {
    given_log log;
    folded_views views;
    log.add(campaign, created(campaign, 1'000));
    std::uint32_t row = 0;
    positions wanted;
    auto wished = *rc::gen::element(std::optional<outcome>{}, std::optional{outcome::busy});
    auto arrive = [&](int count) {
      while (count-- > 0) {
        auto how = any_between(0, 2) == 0 ? outcome::busy : outcome::completed;
        auto position = add_run(log, ++row, how);
        if (!wished || how == *wished)
          wanted.push_back(position);
      }
      views.fold(log);
    };
    arrive(any_between(0, 30));
    auto there_at_first = wanted;
    run_query query{.limit = any_between<std::size_t>(1, 8), .outcome = wished};
    auto few_more = [&] {
      if (row < 60)
        arrive(any_between(0, 3));
    };
    RC_ASSERT(read_pages(views, query, few_more) == reversed(there_at_first));
    query.newest_first = false;
    auto seen = read_pages(views, query, few_more);
    // The last page is read before its own latecomers arrive.
    RC_ASSERT(seen.size() <= wanted.size());
    RC_ASSERT(wanted.size() - seen.size() <= 3u);
    RC_ASSERT(std::ranges::equal(seen, wanted | std::views::take(seen.size())));
  }));
}

TEST_CASE("a search for what is rare stops after 20,000 runs, and can go on") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 30'000));
  auto rare = add_run(log, 1, outcome::rejected);
  for (std::uint32_t row = 2; row <= 20'001; ++row)
    log.add(events::contact_key{campaign, row}, dialed(1));
  views.fold(log);
  run_query query{.outcome = outcome::rejected};
  auto first = views.look().runs(campaign, query);
  CHECK(first.items.empty());
  REQUIRE(first.next);
  query.cursor = first.next;
  auto second = views.look().runs(campaign, query);
  REQUIRE(second.items.size() == 1);
  CHECK(second.items[0].position == rare);
  CHECK(!second.next);
}
