#include "domain/retry.hpp"
#include "store/damaged_log.hpp"
#include "tools/replay/given_data.hpp"
#include "tools/replay/plot.hpp"
#include "tools/replay/what_if_command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using nlohmann::json;
using replay::what_if_query;

namespace {

constexpr events::campaign_id finished{7};
constexpr events::campaign_id draft{8};

events::campaign_settings settings() {
  events::campaign_settings it;
  it.name = "Spring";
  it.concurrency = 1;
  it.retry = {
    .max_attempts = 2, .retry_interval_minutes = 10, .rules = domain::default_retry_rules(10)};
  it.breaker.enabled = false;
  return it;
}

/// A campaign of 60 contacts, each completed in ten seconds one after the other,
/// with a pause of an hour in between; and a draft on the same trunk.
given_log recorded() {
  given_log log;
  log.add(
    events::stream_of(events::trunk_id{9}),
    events::trunk_created{{9}, "line", "simulated", "{}", {"+14155550199"}, 10, 0});
  log.add(finished, created(finished, 60, settings()));
  log.add(finished, events::campaign_started{});
  auto at = noon + 3s;
  for (std::uint32_t row = 1; row <= 60; ++row, at += 10s) {
    events::contact_key contact{finished, row};
    log.add(contact, dialed(1, at));
    log.add(contact, events::contact_answered{1, at + 2s});
    log.add(contact, ended(1, events::outcome::completed, at + 10s));
    log.add(contact, events::contact_finished{events::disposition::completed});
  }
  log.add(finished, events::campaign_paused{});
  log.add(finished, events::campaign_resumed{});
  log.add(finished, events::campaign_completed{});
  log.add(draft, created(draft, 5, settings()));
  return log;
}

struct told {
  replay::status result;
  std::string out;
  std::string errors;
};

told ask(given_data& data, const what_if_query& query, bool as_json = true) {
  data.with.as_json = as_json;
  std::ostringstream out, errors;
  auto result = print_what_if(data.with, query, out, errors);
  return {result, out.str(), errors.str()};
}

json answer(given_data& data, const what_if_query& query) {
  auto got = ask(data, query);
  CHECK(got.result == replay::all_well);
  CHECK(got.errors.empty());
  return json::parse(got.out);
}

std::string refusal(given_data& data, const what_if_query& query) {
  std::ostringstream out, errors;
  try {
    (void)print_what_if(data.with, query, out, errors);
  } catch (const replay::trouble& why) {
    return why.what();
  }
  return {};
}

} // namespace

TEST_CASE("a finished campaign is compared with itself and with another policy") {
  given_data data;
  data.write(recorded());
  auto told = answer(data, {.campaign = finished, .sets = {"concurrency=6"}});
  CHECK(told["recorded"]["attempts"] == 60);
  CHECK(told["recorded"]["connects"] == 60);
  CHECK(told["recorded"]["completed"] == 60);
  CHECK(told["recorded"]["paused_seconds"] == 1);
  CHECK(told["recorded"]["most_at_once"] == 1);
  CHECK(told["recorded"]["series"][0]["attempts"] == 60);
  CHECK(told["as_it_is"]["starts_at"] == "2026-11-23T12:00:03Z");
  CHECK(told["as_it_is"]["finishes_at"] == "2026-11-23T12:10:03Z");
  CHECK(told["what_if"]["finishes_at"] == "2026-11-23T12:01:43Z");
  CHECK(told["what_if"]["policy"]["concurrency"] == 6);
  CHECK(told["what_if"]["assumptions"]["based_on"] == "own_record");
  CHECK(told["what_if"]["assumptions"]["calls"] == 60);
}

TEST_CASE("a draft is foreseen by the calls of its trunk, or by a mix") {
  given_data data;
  data.write(recorded());
  auto told = answer(data, {.campaign = draft});
  CHECK(told["recorded"] == nullptr);
  CHECK(told["what_if"] == nullptr);
  CHECK(told["as_it_is"]["assumptions"]["based_on"] == "same_trunk");
  CHECK(told["as_it_is"]["attempts"] == 5);
  auto busy = answer(
    data,
    {.campaign = draft,
     .sets = {"retry_config.retry_interval_minutes=20"},
     .mix = "busy=1",
     .starts_at = "2026-12-01T09:00:00Z"});
  CHECK(busy["as_it_is"]["attempts"] == 10);
  CHECK(busy["as_it_is"]["finishes_at"] == "2026-12-01T09:10:12Z");
  CHECK(busy["what_if"]["finishes_at"] == "2026-12-01T09:20:12Z");
  CHECK(busy["what_if"]["assumptions"]["based_on"] == "mix");
}

TEST_CASE("a trunk with more lines can be supposed") {
  given_data data;
  data.write(recorded());
  what_if_query query{.campaign = finished, .sets = {"concurrency=60"}};
  CHECK(says(refusal(data, query), "/concurrency: The trunk has 10 channels"));
  query.sets.emplace_back("trunk.channels=60");
  CHECK(answer(data, query)["what_if"]["most_at_once"] == 60);
  query.sets.emplace_back("trunk.calls_per_second=1");
  CHECK(answer(data, query)["what_if"]["most_at_once"] == 10);
}

TEST_CASE("what cannot be set is refused by name") {
  given_data data;
  data.write(recorded());
  auto no = [&](const std::string& set) {
    return refusal(data, {.campaign = finished, .sets = {set}});
  };
  CHECK(says(no("concurrency"), "not NAME=VALUE"));
  CHECK(says(no("=5"), "not NAME=VALUE"));
  CHECK(says(no("colour=blue"), "/colour: "));
  CHECK(says(no("concurrency=many"), "/concurrency: "));
  CHECK(says(no("concurrency.x=1"), "concurrency. has no members"));
  CHECK(says(no("retry_config.max_attempts=0"), "/retry_config/max_attempts: "));
  CHECK(says(no("trunk.lines=7"), "/trunk/lines: "));
  CHECK(says(no("trunk=7"), "/trunk: "));
  CHECK(says(refusal(data, {.campaign = finished, .mix = "busy"}), "not OUTCOME=WEIGHT"));
  CHECK(says(refusal(data, {.campaign = finished, .mix = "buzy=1"}), "/mix/buzy: "));
  CHECK(says(refusal(data, {.campaign = finished, .starts_at = "noon"}), "/starts_at: "));
}

TEST_CASE("people see a table and a plot") {
  given_data data;
  data.write(recorded());
  auto told = ask(data, {.campaign = finished, .sets = {"concurrency=6"}}, false);
  CHECK(told.result == replay::all_well);
  CHECK(says(told.out, "\"Spring\", 60 contacts, from Mon 2026-11-23 12:00 UTC"));
  CHECK(says(told.out, "60 calls of its own: completed 100.0 % (10 s)"));
  CHECK(says(
    told.out,
    "took                0 h 04 min 03 s               0 h 10 min 00 s               0 h 01 min 40 "
    "s"));
  CHECK(says(told.out, "calls per hour, recorded"));
  CHECK(says(told.out, "calls per hour, what if"));
  CHECK(says(told.out, "█"));
}

TEST_CASE("a campaign that never was has no forecast") {
  given_data data;
  data.write(recorded());
  auto told = ask(data, {.campaign = {99}});
  CHECK(told.result == replay::found_wrong);
  CHECK(says(told.errors, "there is no campaign cmp_"));
}

TEST_CASE("what stands before the damage is compared") {
  given_data data;
  data.write(recorded());
  tamper(
    data.with.journal(), [](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(100)).ok()); });
  auto told = ask(data, {.campaign = finished});
  CHECK(told.result == replay::found_wrong);
  CHECK(says(told.errors, "position 100 is missing"));
  CHECK(json::parse(told.out)["recorded"]["finishes_at"] == nullptr);
}

TEST_CASE("a plot shows each minute's rate on one scale, and a little where there was little") {
  replay::plot_curve busy{"busy", {{noon, 120, 0}, {noon + 1min, 60, 0}}};
  replay::plot_curve late{"late", {{noon + 2min, 1, 0}}};
  auto text = replay::plot_calls_per_hour({busy, late}, {});
  CHECK(says(text, "calls per hour, busy\n      7200 █\n"));
  CHECK(says(text, "         0 ██\n"));
  CHECK(says(text, "calls per hour, late\n      7200\n"));
  CHECK(says(text, "         0   ▁\n"));
  CHECK(says(text, "Mon 2026-11-23 12:00 UTC to Mon 2026-11-23 12:03 UTC, a column is 1 min\n"));
  CHECK(replay::plot_calls_per_hour({{"none", {}}}, {}).empty());
}

TEST_CASE("a plot of a year is no wider than a terminal") {
  replay::plot_curve long_one{"long", {}};
  for (int hour = 0; hour < 8'760; ++hour)
    long_one.series.push_back({noon + std::chrono::hours{hour}, 10, 0});
  std::istringstream lines{replay::plot_calls_per_hour({long_one}, {})};
  for (std::string line; std::getline(lines, line);) {
    auto shown = std::ranges::count_if(line, [](char it) { return (it & 0xc0) != 0x80; });
    CHECK(shown <= 100);
  }
}
