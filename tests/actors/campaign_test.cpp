#include "support/given_campaign.hpp"

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::test;
using events::outcome;

TEST_CASE("a campaign calls everyone once and completes with the last call") {
  premises at;
  stage on{at};
  begin(on, {});
  auto took = run_to_the_end(on);
  auto now = view(on);
  CHECK(now.state.status == campaign_status::completed);
  CHECK(now.progress.completed == 20);
  CHECK(now.progress.attempts == 20);
  CHECK(on.carrier().placed.size() == 20);
  never_twice(on.carrier().placed);
  // Four rounds of five calls, a little over fifteen seconds each.
  CHECK(took <= 70s);
  CHECK(on.carrier().prompts.front() == "Hello Customer 1");
}

TEST_CASE("the concurrency limit is reached and never passed") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 400, .concurrency = 100});
  std::uint64_t most = 0;
  for (int i = 0; i < 40; ++i) {
    on.advance(1s);
    auto up = view(on).progress.in_flight;
    CHECK(up <= 100);
    most = std::max(most, up);
  }
  CHECK(most == 100);
}

TEST_CASE("two campaigns on one trunk share its channels evenly and never pass them") {
  premises at;
  stage on{at};
  plan with{.contacts = 200, .concurrency = 50, .channels = 10};
  stock(on, with);
  constexpr events::campaign_id other{11};
  create(on, with);
  create(on, with, other);
  (void)on.command(campaign, domain::start_campaign{});
  (void)on.command(other, domain::start_campaign{});
  on.advance(60s);
  for (int i = 0; i < 30; ++i) {
    on.advance(1s);
    CHECK(view(on).progress.in_flight + view(on, other).progress.in_flight <= 10);
  }
  auto ours = view(on).progress.attempts;
  auto theirs = view(on, other).progress.attempts;
  CHECK(ours + theirs >= 50);
  CHECK(std::max(ours, theirs) - std::min(ours, theirs) <= 10);
}

TEST_CASE("no rolling second holds more dials than the trunk's rate") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 40, .concurrency = 40, .calls_per_second = 3});
  on.advance(20s, 100ms);
  const auto& placed = on.carrier().placed;
  CHECK(placed.size() >= 35);
  for (std::size_t i = 3; i < placed.size(); ++i)
    CHECK(placed[i].first - placed[i - 3].first >= 1s);
}

TEST_CASE("after a pause is acknowledged nothing is dialled, and what is up finishes") {
  premises at;
  stage on{at};
  begin(on, {});
  on.advance(3s);
  CHECK(in_flight_of(on.command(campaign, domain::pause_campaign{})) == 5);
  auto dialled = on.carrier().placed.size();
  on.advance(120s);
  CHECK(on.carrier().placed.size() == dialled);
  auto paused = view(on);
  CHECK(paused.state.status == campaign_status::paused);
  CHECK(paused.progress.in_flight == 0);
  CHECK(paused.progress.completed == 5);
  CHECK(paused.progress.pending == 15);
  (void)on.command(campaign, domain::resume_campaign{});
  run_to_the_end(on);
  CHECK(view(on).progress.completed == 20);
  never_twice(on.carrier().placed);
}

TEST_CASE("a pause that hangs up leaves nobody on the line, and those who rang are called again") {
  premises at;
  stage on{at};
  begin(on, {});
  on.advance(3s); // five phones ring, nobody has answered
  CHECK(in_flight_of(on.command(campaign, domain::pause_campaign{.hang_up = true})) == 5);
  on.advance(1s);
  auto paused = view(on);
  CHECK(paused.progress.in_flight == 0);
  CHECK(paused.progress.waiting == 5);
  CHECK(paused.progress.outcomes[static_cast<std::size_t>(outcome::cancelled)] == 5);
  auto dialled = on.carrier().placed.size();
  on.advance(60s);
  CHECK(on.carrier().placed.size() == dialled);
  (void)on.command(campaign, domain::resume_campaign{});
  run_to_the_end(on);
  // One attempt each is all that they have, and the one hung up was none of theirs.
  CHECK(view(on).progress.completed == 20);
  CHECK(view(on).progress.attempts == 25);
  never_twice(on.carrier().placed);
}

TEST_CASE("calls in talk that a pause hangs up have been answered, and are over") {
  premises at;
  stage on{at};
  begin(on, {});
  on.advance(8s); // in talk
  (void)on.command(campaign, domain::pause_campaign{.hang_up = true});
  on.advance(1s);
  CHECK(view(on).progress.completed == 5);
  CHECK(view(on).progress.pending == 15);
}

TEST_CASE("a cancelled campaign dials no more, cancels who is in line, and drains its calls") {
  premises at;
  stage on{at};
  plan with{.script = "busy,completed"};
  with.settings.retry = three_tries(30);
  begin(on, with);
  on.advance(3s);
  CHECK(in_flight_of(on.command(campaign, domain::cancel_campaign{})) == 5);
  auto dialled = on.carrier().placed.size();
  auto now = view(on);
  CHECK(now.state.status == campaign_status::cancelled);
  CHECK(closes(now.progress));
  CHECK(now.progress.cancelled == 15);
  on.advance(2h);
  now = view(on);
  CHECK(on.carrier().placed.size() == dialled);
  CHECK(now.progress.in_flight == 0);
  CHECK(now.progress.waiting == 0);
  CHECK(now.progress.cancelled == 20); // busy, and the retry was cancelled
  CHECK(now.state.status == campaign_status::cancelled);
}

TEST_CASE("a cancelled campaign can have its calls hung up") {
  premises at;
  stage on{at};
  begin(on, {});
  on.advance(3s);
  (void)on.command(campaign, domain::cancel_campaign{.hang_up = true});
  on.advance(1s);
  CHECK(view(on).progress.in_flight == 0);
  CHECK(view(on).progress.cancelled == 20);
}

TEST_CASE("after a crash a cancelled campaign stays so, and its calls are hung up") {
  premises at;
  {
    stage on{at};
    begin(on, {});
    on.advance(3s);
    on.command_later(campaign, domain::cancel_campaign{.hang_up = true});
    on.run_until([&] { return view(on).state.hang_up; });
  }
  stage on{at};
  on.wake_running();
  on.advance(2s);
  auto now = view(on);
  CHECK(now.state.status == campaign_status::cancelled);
  CHECK(now.progress.in_flight == 0);
  CHECK(now.progress.cancelled == 20);
  CHECK(on.carrier().placed.empty());
}

TEST_CASE("an edit of a running campaign holds from the next dial on") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 60, .concurrency = 10});
  on.advance(3s);
  auto settings = view(on).state.settings;
  settings.concurrency = 2;
  settings.retry = three_tries(1);
  (void)on.command(campaign, domain::edit_campaign{settings});
  on.advance(20s);
  CHECK(view(on).progress.in_flight == 2);
  settings.schedule = {.timezone = "UTC", .windows = {{events::weekday::monday, 10 * 60, 11 * 60}}};
  (void)on.command(campaign, domain::edit_campaign{settings});
  auto dialled = on.carrier().placed.size();
  on.advance(50min);
  CHECK(on.carrier().placed.size() == dialled);
  on.advance(15min);
  CHECK(on.carrier().placed.size() > dialled);
}

TEST_CASE("in the log no dial judged by the old settings stands behind an edit") {
  premises at;
  stage on{at};
  plan with{.contacts = 50, .calls_per_second = 20};
  begin(on, with);
  auto settings = view(on).state.settings;
  settings.schedule = {
    .timezone = "UTC", .windows = {{events::weekday::tuesday, 10 * 60, 11 * 60}}};
  on.advance(4s);
  on.command_later(campaign, domain::edit_campaign{settings});
  on.advance(60s);
  bool edited = false;
  on.journal().read(1, [&](events::envelope&& it) {
    edited = edited || std::holds_alternative<events::campaign_edited>(it.event);
    if (edited)
      CHECK_FALSE(std::holds_alternative<events::contact_dialed>(it.event));
    return true;
  });
  CHECK(edited);
}

TEST_CASE("in the log no dial stands between a pause and the resume") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 50});
  on.advance(4s);
  // Asked while lines are being filled, so that dials are under way.
  on.command_later(campaign, domain::pause_campaign{});
  on.advance(60s);
  bool paused = false;
  on.journal().read(1, [&](events::envelope&& it) {
    paused = paused || std::holds_alternative<events::campaign_paused>(it.event);
    if (paused)
      CHECK_FALSE(std::holds_alternative<events::contact_dialed>(it.event));
    return true;
  });
  CHECK(paused);
}

TEST_CASE("a command in the wrong state is refused by its rule") {
  premises at;
  stage on{at};
  plan with;
  stock(on, with);
  create(on, with);
  CHECK(
    std::get<domain::refusal>(on.command(campaign, domain::pause_campaign{}))
    == domain::refusal::not_running);
  CHECK(
    std::get<domain::refusal>(on.command(campaign, domain::resume_campaign{}))
    == domain::refusal::not_paused);
  CHECK(
    std::get<domain::refusal>(on.command({99}, domain::start_campaign{}))
    == domain::refusal::not_found);
}

TEST_CASE(
  "busy, no answer and voicemail are tried again when due, with what went before in the context") {
  premises at;
  stage on{at};
  plan with{.contacts = 1, .script = "busy,no_answer,completed"};
  with.settings.retry = three_tries(30);
  begin(on, with);
  on.advance(29min);
  CHECK(on.carrier().placed.size() == 1);
  CHECK(view(on).progress.waiting == 1);
  run_to_the_end(on);
  REQUIRE(on.carrier().placed.size() == 3);
  CHECK(on.carrier().placed[1].first - on.carrier().placed[0].first >= 30min);
  CHECK(on.carrier().contexts[0].count("retry_attempt") == 0);
  CHECK(on.carrier().contexts[2].at("retry_attempt") == "2");
  CHECK(on.carrier().contexts[2].at("last_outcome") == "no_answer");
  auto now = view(on);
  CHECK(now.state.status == campaign_status::completed);
  CHECK(now.progress.completed == 1);
  CHECK(now.progress.attempts == 3);
}

TEST_CASE("a budget that is used up fails the contact and completes the campaign") {
  premises at;
  stage on{at};
  plan with{.contacts = 3, .script = "busy"};
  with.settings.retry = three_tries(1);
  begin(on, with);
  run_to_the_end(on);
  auto now = view(on);
  CHECK(now.state.status == campaign_status::completed);
  CHECK(now.progress.failed == 3);
  CHECK(now.progress.attempts == 9);
}

TEST_CASE("a lowered budget ends those who wait for a retry it no longer holds") {
  premises at;
  stage on{at};
  plan with{.contacts = 2, .script = "busy"};
  with.settings.retry = three_tries(30);
  begin(on, with);
  on.advance(5min);
  (void)on.command(campaign, domain::pause_campaign{});
  auto settings = view(on).state.settings;
  settings.retry.max_attempts = 1;
  (void)on.command(campaign, domain::edit_campaign{settings});
  (void)on.command(campaign, domain::resume_campaign{});
  run_to_the_end(on);
  CHECK(view(on).progress.failed == 2);
  CHECK(on.carrier().placed.size() == 2);
}

TEST_CASE("more retries than memory holds are all made") {
  premises at;
  stage on{at, {.near_retries = 4}};
  plan with{.contacts = 60, .concurrency = 20, .script = "no_answer,completed"};
  with.settings.retry = three_tries(2);
  begin(on, with);
  run_to_the_end(on);
  CHECK(view(on).progress.completed == 60);
  CHECK(on.carrier().placed.size() == 120);
  never_twice(on.carrier().placed);
}

TEST_CASE("the breaker pauses a failing campaign, says why, and starts afresh after a resume") {
  premises at;
  stage on{at};
  plan with{.contacts = 30, .script = "failed:carrier"};
  begin(on, with);
  on.advance(30s);
  auto tripped = view(on);
  CHECK(tripped.state.status == campaign_status::paused);
  REQUIRE(tripped.breaker_trip);
  CHECK(tripped.breaker_trip->calls == 5);
  CHECK(tripped.breaker_trip->failures == 5);
  auto dialled = on.carrier().placed.size();
  on.advance(10min);
  CHECK(on.carrier().placed.size() == dialled);
  (void)on.command(campaign, domain::resume_campaign{});
  on.advance(30s);
  CHECK(view(on).breaker_trip->calls == 5); // not those from before
  CHECK(view(on).state.status == campaign_status::paused);
}

TEST_CASE("wherever a crash falls, nobody is called once the breaker had to trip") {
  plan with{.contacts = 30, .concurrency = 1, .script = "failed:carrier"};
  bool tripped = false;
  for (std::uint64_t crash_at = 1; !tripped; ++crash_at) {
    CAPTURE(crash_at);
    premises at;
    std::size_t placed = 0;
    {
      stage on{at};
      begin(on, with);
      auto last = on.journal().head().position + crash_at;
      auto crashes = [&] { return on.journal().head().position >= last; };
      for (int i = 0; i < 300 && !crashes(); ++i) {
        on.pass(100ms);
        on.run_while([&] { return !crashes(); });
      }
      tripped = !crashes();
      placed = on.carrier().placed.size();
    }
    stage on{at};
    on.wake_running();
    on.advance(3min);
    CHECK(placed + on.carrier().placed.size() <= 5);
    CHECK(view(on).state.status == campaign_status::paused);
  }
}

TEST_CASE("busy lines do not trip the breaker") {
  premises at;
  stage on{at};
  begin(on, {.script = "busy"});
  run_to_the_end(on);
  CHECK(view(on).state.status == campaign_status::completed);
  CHECK(view(on).progress.failed == 20);
}

TEST_CASE("a trunk that is gone fails the campaign with the reason") {
  premises at;
  stage on{at};
  plan with;
  stock(on, with);
  create(on, with);
  on.record(events::stream_of(trunk), events::trunk_removed{trunk});
  (void)on.command(campaign, domain::start_campaign{});
  on.advance(1s);
  CHECK(view(on).state.status == campaign_status::failed);
  CHECK(view(on).state.failure == "the trunk is gone");
}

TEST_CASE("a list that is gone fails the campaign with the reason") {
  premises at;
  stage on{at};
  plan with;
  stock(on, with);
  create(on, with);
  on.vault().sweep([](auto) { return false; });
  (void)on.command(campaign, domain::start_campaign{});
  on.advance(1s);
  CHECK(view(on).state.status == campaign_status::failed);
  CHECK(view(on).state.failure == "the contact list is gone");
}

TEST_CASE("an agent hears of retries of calls, and not of those that the carrier would not take") {
  premises at;
  stage on{at};
  plan with{.contacts = 20, .carrier = R"({"not_now_rate": 0.5, "mix": {"busy": 1}})"};
  with.settings.retry.max_attempts = 2;
  with.settings.retry.rules = domain::default_retry_rules(1);
  begin(on, with);
  run_to_the_end(on);
  REQUIRE(view(on).progress.outcomes[static_cast<std::size_t>(outcome::cancelled)] > 0);
  std::size_t retries = 0;
  for (const auto& context : on.carrier().contexts)
    if (auto retry = context.find("retry_attempt"); retry != context.end()) {
      ++retries;
      CHECK(retry->second == "1");
      CHECK(context.at("last_outcome") == "busy");
    }
  CHECK(retries >= 20);
}

TEST_CASE("a carrier that says not now costs the contact nothing") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 20, .carrier = R"({"not_now_rate": 0.4, "mix": {"completed": 1}})"});
  run_to_the_end(on);
  CHECK(view(on).progress.completed == 20);
  CHECK(view(on).progress.outcomes[static_cast<std::size_t>(outcome::cancelled)] > 0);
}

TEST_CASE("reports that come twice, late and in the wrong order count once") {
  premises at;
  stage on{at};
  begin(
    on,
    {.contacts = 200,
     .concurrency = 50,
     .carrier =
       R"({"duplicate_rate": 0.5, "reorder_rate": 0.5, "late_rate": 0.5, "lost_answer_rate": 0.2})"});
  run_to_the_end(on);
  auto now = view(on).progress;
  CHECK(now.completed + now.failed == 200);
  CHECK(now.attempts == 200);
  std::uint64_t ended = 0;
  for (auto count : now.outcomes)
    ended += count;
  CHECK(ended == 200);
}

TEST_CASE("a campaign that rests leaves memory and comes back on the next command") {
  premises at;
  stage on{at, {.idle_campaign = 10s}};
  plan with;
  stock(on, with);
  create(on, with);
  on.advance(5min);
  CHECK(std::holds_alternative<actors::campaign_receipt>(
    on.command(campaign, domain::start_campaign{})));
  run_to_the_end(on);
  CHECK(view(on).progress.completed == 20);
}

TEST_CASE("what an agent brings back is in the vault under the run's name") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 1});
  run_to_the_end(on);
  auto run = on.look().run({campaign, 1, 1});
  REQUIRE(run);
  CHECK(run->has_result);
  CHECK(run->answered_at);
  auto result = on.vault().result_of({campaign, 1, 1});
  REQUIRE(result);
  CHECK(result->simulated);
  CHECK_FALSE(result->transcript.empty());
}
