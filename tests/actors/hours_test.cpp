// When a campaign calls: its windows, its first hour and its last.
#include "support/given_campaign.hpp"

using namespace ringmaster;
using namespace ringmaster::test;
using events::outcome;

TEST_CASE("outside its windows a campaign waits for the exact opening") {
  premises at; // Monday 09:00 UTC
  stage on{at};
  plan with;
  with.settings.schedule = {
    .timezone = "UTC", .windows = {{events::weekday::monday, 10 * 60, 11 * 60}}};
  begin(on, with);
  on.advance(59min + 59s);
  CHECK(on.carrier().placed.empty());
  on.advance(2s);
  REQUIRE(on.carrier().placed.size() == 5);
  CHECK(on.carrier().placed.front().first >= at.now + 1h);
}

TEST_CASE("a disk that takes its time makes nobody be called after hours") {
  premises at; // Monday 09:00 UTC
  stage on{at};
  plan with{.contacts = 3};
  with.settings.schedule = {
    .timezone = "UTC",
    .windows = {
      {events::weekday::monday, 9 * 60, 10 * 60}, {events::weekday::monday, 11 * 60, 12 * 60}}};
  stock(on, with);
  create(on, with);
  auto before = on.journal().head().position;
  on.command_later(campaign, domain::start_campaign{});
  // The start, and at least one dial behind it.
  on.run_until([&] { return on.journal().head().position > before + 1; });
  on.stall(61min);
  on.run();
  CHECK(on.carrier().placed.empty());
  CHECK(view(on).progress.in_flight == 0);
  on.advance(2h);
  REQUIRE(on.carrier().placed.size() == 3);
  CHECK(on.carrier().placed.front().first >= premises{}.now + 2h);
  CHECK(view(on).progress.completed == 3);
}

TEST_CASE("nobody is called before the campaign's time has come") {
  premises at; // Monday 09:00 UTC
  stage on{at};
  plan with{.contacts = 3};
  with.settings.not_before = at.now + 90min;
  begin(on, with);
  on.advance(89min);
  CHECK(on.carrier().placed.empty());
  on.advance(2min);
  REQUIRE(on.carrier().placed.size() == 3);
  CHECK(on.carrier().placed.front().first >= *with.settings.not_before);
}

TEST_CASE("a campaign expires while it runs: nobody more is called, and calls end normally") {
  premises at;
  stage on{at};
  plan with{.contacts = 200, .concurrency = 5};
  with.settings.expires_at = at.now + 2min;
  begin(on, with);
  on.advance(2min + 1s);
  auto dialled = on.carrier().placed.size();
  CHECK(view(on).state.status == campaign_status::cancelled);
  CHECK(view(on).state.expired);
  on.advance(10min);
  CHECK(on.carrier().placed.size() == dialled);
  auto now = view(on).progress;
  CHECK(now.completed == dialled);
  CHECK(now.cancelled == 200 - dialled);
}

TEST_CASE("a paused campaign expires in its time, also after a crash") {
  premises at;
  plan with{.contacts = 20};
  with.settings.expires_at = at.now + 1h;
  {
    stage on{at, {.idle_campaign = 10s}};
    begin(on, with);
    on.advance(3s);
    (void)on.command(campaign, domain::pause_campaign{});
    on.advance(30min);
    CHECK(view(on).state.status == campaign_status::paused);
  }
  stage on{at};
  on.wake_running();
  on.advance(31min);
  CHECK(view(on).state.status == campaign_status::cancelled);
}
