// The numbers of a trunk, as campaigns and the carrier see them.
#include "domain/waiting.hpp"
#include "support/given_campaign.hpp"

using namespace ringmaster;
using namespace ringmaster::test;

TEST_CASE(
  "caller ids take turns, and whoever is called again sees the same number, over a restart too") {
  premises at;
  plan with{.contacts = 9, .concurrency = 9, .script = "busy,busy,completed"};
  with.caller_ids = {"+14155550100", "+14155550101", "+14155550102"};
  with.settings.retry = three_tries(30);
  std::map<std::uint32_t, std::set<std::string>> seen;
  std::map<std::string, int> first_calls;
  auto look = [&](const stage& on) {
    for (std::size_t i = 0; i < on.carrier().placed.size(); ++i) {
      const auto& call = on.carrier().placed[i].second;
      seen[call.row].insert(on.carrier().callers[i]);
      first_calls[on.carrier().callers[i]] += call.attempt == 1 ? 1 : 0;
    }
  };
  {
    stage on{at};
    begin(on, with);
    on.advance(40min);
    look(on);
  }
  stage on{at};
  on.wake_running();
  run_to_the_end(on);
  look(on);
  CHECK(view(on).progress.attempts == 27);
  for (const auto& [row, numbers] : seen)
    CHECK(numbers.size() == 1);
  for (const auto& [number, calls] : first_calls)
    CHECK(calls == 3);
}

TEST_CASE("a number shows on no more calls at once than it may, also after a restart") {
  premises at;
  plan with{.contacts = 40, .concurrency = 40};
  with.caller_ids = {"+14155550100", "+14155550101"};
  with.caller_id_limits = {.concurrent = 3};
  {
    stage on{at};
    begin(on, with);
    on.advance(5s);
    CHECK(in_flight(on) == 6);
  }
  stage on{at};
  on.wake_running();
  for (int i = 0; i < 60; ++i) {
    on.advance(1s);
    CHECK(in_flight(on) <= 6);
  }
  auto lines = on.lines(trunk);
  CHECK(lines.why == domain::shortage::caller_ids_exhausted);
  REQUIRE(lines.numbers.size() == 2);
  CHECK(lines.numbers[0].in_use == 3);
  CHECK(lines.numbers[1].in_use == 3);
  run_to_the_end(on);
  CHECK(view(on).progress.completed == 40);
}

TEST_CASE("a number that had its dials of the day waits for midnight, also after a restart") {
  premises at; // Monday 09:00 UTC
  plan with{.contacts = 20, .concurrency = 20};
  with.caller_ids = {"+14155550100", "+14155550101"};
  with.caller_id_limits = {.per_day = 4};
  {
    stage on{at};
    begin(on, with);
    on.advance(1h);
    CHECK(view(on).progress.attempts == 8);
    CHECK(on.lines(trunk).why == domain::shortage::caller_ids_exhausted);
  }
  stage on{at};
  on.wake_running();
  on.advance(13h + 59min, 1min);
  CHECK(view(on).progress.attempts == 8);
  on.advance(3min);
  CHECK(view(on).progress.attempts == 16);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.caller_id_limits.per_day = 6; }));
  on.advance(1min);
  CHECK(view(on).progress.completed == 20);
}

TEST_CASE(
  "what the carrier would not take does not count for a number's day, nor after a restart") {
  premises at;
  plan with{.contacts = 20, .concurrency = 20, .carrier = R"({"not_now_rate": 1})"};
  with.caller_id_limits = {.per_day = 4};
  {
    stage on{at};
    begin(on, with);
    on.advance(1h);
    CHECK(on.carrier().placed.size() > 20);
    CHECK(on.lines(trunk).why == domain::shortage::resting);
    CHECK_FALSE(edit_trunk(on, [](auto& it) { it.settings = steady; }));
    on.advance(1min);
    CHECK(view(on).progress.completed == 4);
  }
  stage on{at};
  on.wake_running();
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.caller_id_limits.per_day = 6; }));
  on.advance(1h);
  CHECK(view(on).progress.completed == 6);
}

TEST_CASE("a trunk that could not be used for a while knows what it dialled that day") {
  premises at;
  stage on{at};
  plan with{.contacts = 20, .concurrency = 20};
  with.caller_id_limits = {.per_day = 4};
  begin(on, with);
  on.advance(1min);
  REQUIRE(view(on).progress.attempts == 4);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.settings = "oops"; }));
  on.run();
  REQUIRE(view(on).state.status == campaign_status::failed);
  CHECK_FALSE(edit_trunk(on, [&](auto& it) { it.settings = with.carrier; }));
  constexpr events::campaign_id other{11};
  create(on, with, other);
  (void)on.command(other, domain::start_campaign{});
  on.advance(1h);
  CHECK(view(on, other).progress.attempts == 0);
  CHECK(on.lines(trunk).why == domain::shortage::caller_ids_exhausted);
}

TEST_CASE("a limit per day that is set later counts what was dialled before") {
  premises at;
  plan with{.contacts = 20, .concurrency = 5};
  {
    stage on{at};
    begin(on, with);
    on.advance(5s);
    CHECK(view(on).progress.attempts == 5);
  }
  stage on{at};
  on.wake_running();
  on.advance(1s);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.caller_id_limits.per_day = 7; }));
  on.advance(1h);
  CHECK(view(on).progress.attempts == 7);
}
