#include "given_log.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using domain::campaign_status;
using events::campaign_id;
using events::outcome;

namespace {

constexpr campaign_id campaign{1};

const events::breaker_trip trip{
  .calls = 5,
  .failures = 3,
  .threshold_percent = 50,
  .window_seconds = 120,
  .failed_calls = {{campaign, 1, 1}, {campaign, 4, 2}}};

events::campaign_settings rich_settings() {
  events::campaign_settings it;
  it.name = "Renewals, north";
  it.concurrency = 40;
  it.schedule = {
    .timezone = "Europe/Berlin", .windows = {{events::weekday::friday, 9 * 60, 17 * 60}}};
  it.retry.max_attempts = 3;
  it.retry.rules[outcome::busy] = {
    .retry = true, .backoff = events::backoff::list, .interval_minutes = {5, 15}};
  it.breaker.failure_threshold_percent = 30;
  return it;
}

/// A campaign after `what`, folded event by event, each by a new process.
projections::campaign_view after(std::initializer_list<events::campaign_event> what) {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10, rich_settings()));
  for (const auto& it : what) {
    log.add(campaign, it);
    views.restart();
    views.fold(log);
  }
  return views.look().campaign(campaign).value();
}

events::instant second(int count) {
  return noon + std::chrono::seconds{count};
}

} // namespace

TEST_CASE("a campaign is what the rules make of its events, all of it") {
  given_log log;
  folded_views views;
  domain::campaign state;
  auto edited = rich_settings();
  edited.name = "Renewals, south";
  const events::campaign_event history[] = {
    created(campaign, 10, rich_settings()),
    events::campaign_edited{edited},
    events::campaign_started{},
    events::campaign_paused{trip},
    events::campaign_resumed{},
    events::campaign_failed{"the trunk is gone"}};
  for (const auto& it : history) {
    log.add(campaign, it);
    state = evolve(state, it);
    views.restart();
    views.fold(log);
    CAPTURE(log.position());
    CHECK(views.look().campaign(campaign).value().state == state);
  }
}

TEST_CASE("a campaign tells when it was created, first started and ended") {
  auto fresh = after({events::campaign_edited{}});
  CHECK(fresh.created_at == second(1));
  CHECK(!fresh.started_at);
  CHECK(!fresh.ended_at);

  auto resumed =
    after({events::campaign_started{}, events::campaign_paused{}, events::campaign_resumed{}});
  CHECK(resumed.created_at == second(1));
  CHECK(resumed.started_at == second(2));
  CHECK(resumed.running_since == second(4));
  CHECK(!resumed.ended_at);

  auto started_twice = after({events::campaign_started{}, events::campaign_started{}});
  CHECK(started_twice.started_at == second(2));
  CHECK(started_twice.running_since == second(3));

  CHECK(after({events::campaign_started{}, events::campaign_completed{}}).ended_at == second(3));
  CHECK(after({events::campaign_started{}, events::campaign_failed{"why"}}).ended_at == second(3));
}

TEST_CASE("a pause tells since when and why, for as long as it lasts") {
  auto by_hand = after({events::campaign_started{}, events::campaign_paused{}});
  CHECK(by_hand.paused_at == second(3));
  CHECK(!by_hand.breaker_trip);
  CHECK(!by_hand.paused_by_restore);

  auto restored =
    after({events::campaign_started{}, events::campaign_paused{events::log_was_restored{}}});
  CHECK(restored.paused_by_restore);

  const events::hook_failed silence{.failures = 5, .reason = "timeout"};
  auto silent = after({events::campaign_started{}, events::campaign_paused{silence}});
  CHECK(silent.hook_failure == silence);
  CHECK(
    !after(
       {events::campaign_started{}, events::campaign_paused{silence}, events::campaign_resumed{}})
       .hook_failure);

  auto tripped = after({events::campaign_started{}, events::campaign_paused{trip}});
  CHECK(tripped.paused_at == second(3));
  CHECK(tripped.breaker_trip == trip);

  const events::campaign_event ends[] = {
    events::campaign_resumed{}, events::campaign_completed{}, events::campaign_failed{"why"}};
  for (const auto& end : ends) {
    auto over = after({events::campaign_started{}, events::campaign_paused{trip}, end});
    CAPTURE(to_string(over.state.status));
    CHECK(!over.paused_at);
    CHECK(!over.breaker_trip);
  }
}

TEST_CASE("a deleted draft is gone, but its id stays taken") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  bool in_one_batch = false;
  SUBCASE("in one batch") {
    in_one_batch = true;
  }
  SUBCASE("in two") {
    views.fold(log);
  }
  CAPTURE(in_one_batch);
  log.add(campaign, events::campaign_deleted{});
  views.fold(log);
  CHECK(!views.look().campaign(campaign));
  CHECK(views.look().campaigns({}, 10).items.empty());
  CHECK(views.look().version_of(events::stream_of(campaign)) == 2);
  CHECK(views.rows().rows().size() == 4); // the version, two steps and the checkpoint
}

TEST_CASE("a draft with orders for its contacts leaves the same rows, deleted at once or later") {
  given_log log;
  log.add(campaign, created(campaign, 3));
  log.add({campaign, 2}, events::contact_put_first{.at = noon});
  log.add(campaign, events::campaign_deleted{});
  folded_views at_once;
  at_once.fold(log);
  folded_views step_by_step;
  step_by_step.fold_one_by_one(log);
  CHECK(at_once.rows().rows() == step_by_step.rows().rows());
}

TEST_CASE("the steps of a campaign are found without the log being searched") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  log.add(events::campaign_id{8}, created({8}, 10));
  log.add(campaign, events::campaign_started{});
  log.add(events::contact_key{campaign, 1}, dialed(1));
  log.add(campaign, events::campaign_paused{});
  views.fold(log);
  CHECK(views.look().steps(campaign) == std::vector<std::uint64_t>{1, 3, 5});
  CHECK(views.look().steps({9}).empty());
}

TEST_CASE("events about a campaign that nobody created change nothing") {
  given_log log;
  folded_views views;
  log.add(campaign, events::campaign_started{});
  log.add(events::contact_key{campaign, 1}, dialed(1));
  log.add(events::contact_key{campaign, 1}, ended(1, outcome::busy));
  views.fold_one_by_one(log);
  CHECK(views.rows().rows().size() == 1); // the checkpoint
  log.add(campaign, created(campaign, 2));
  log.add(events::contact_key{campaign, 1}, dialed(1));
  views.fold(log);
  CHECK(views.look().campaign(campaign).value().progress.in_flight == 1);
}

TEST_CASE("running campaigns are found, whatever else there is") {
  given_log log;
  folded_views views;
  for (std::uint64_t id : {1u, 2u, 3u, 4u, 5u, 6u}) {
    log.add(campaign_id{id}, created({id}, 10));
    if (id > 1)
      log.add(campaign_id{id}, events::campaign_started{});
  }
  log.add(campaign_id{3}, events::campaign_paused{});
  log.add(campaign_id{4}, events::campaign_completed{});
  log.add(campaign_id{5}, events::campaign_failed{"why"});
  views.fold(log);
  CHECK(views.look().running_campaigns() == std::vector<campaign_id>{{2}, {6}});
}

TEST_CASE("campaigns are paged newest first, each of them once") {
  given_log log;
  folded_views views;
  for (std::uint64_t id = 1; id <= 7; ++id)
    log.add(campaign_id{id}, created({id}, 10));
  log.add(campaign_id{5}, events::campaign_deleted{});
  views.fold(log);
  std::vector<std::uint64_t> seen;
  std::optional<std::uint64_t> cursor;
  do {
    auto page = views.look().campaigns(cursor, 2);
    CHECK(page.items.size() == 2);
    for (const auto& it : page.items)
      seen.push_back(it.state.id.value);
    cursor = page.next;
  } while (cursor);
  CHECK(seen == std::vector<std::uint64_t>{7, 6, 4, 3, 2, 1});
}

TEST_CASE("a campaign names the last event that touched it or its contacts") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  log.add(events::contact_key{campaign, 1}, dialed(1));
  log.add(events::engine_stream, events::engine_started{.epoch = 1, .software = {}});
  views.fold(log);
  auto view = views.look().campaign(campaign).value();
  CHECK(view.position == 2);
  CHECK(view.version == 1);
  CHECK(views.look().position() == 3);
}

TEST_CASE("rows touched out of turn are remembered until those before them are touched too") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  struct turn {
    std::uint32_t row;
    std::map<std::uint32_t, std::uint32_t> touched; // first and last of each stretch
  };
  const turn turns[] = {
    {1, {{1, 1}}},
    {3, {{1, 1}, {3, 3}}},
    {4, {{1, 1}, {3, 4}}},
    {7, {{1, 1}, {3, 4}, {7, 7}}},
    {2, {{1, 4}, {7, 7}}},
    {7, {{1, 4}, {7, 7}}},
    {5, {{1, 5}, {7, 7}}},
    {6, {{1, 7}}},
    {3, {{1, 7}}}};
  for (const auto& it : turns) {
    log.add(events::contact_key{campaign, it.row}, dialed(1));
    views.restart();
    views.fold(log);
    auto view = views.look().campaign(campaign).value();
    CAPTURE(it.row);
    CHECK(view.touched.stretches() == it.touched);
  }
}
