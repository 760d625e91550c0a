// The lines of a trunk, as campaigns and the carrier see them.
#include "domain/waiting.hpp"
#include "support/given_campaign.hpp"

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::test;
using events::outcome;

namespace {

/// No window of so many seconds holds more calls.
void within_pace(const std::vector<events::instant>& calls, events::pace allowed) {
  auto window = std::chrono::seconds{allowed.seconds};
  for (std::size_t i = allowed.calls; i < calls.size(); ++i)
    CHECK(calls[i] - calls[i - allowed.calls] >= window);
}

void add_times(std::vector<events::instant>& to, const stage& on) {
  for (const auto& [at, call] : on.carrier().placed)
    to.push_back(at);
}

} // namespace

TEST_CASE("calls that are short take turns between campaigns at the trunk's rate") {
  premises at;
  stage on{at};
  plan with{
    .contacts = 60,
    .calls_per_second = 1,
    .carrier =
      R"({"setup_ms": [20, 20], "ring_ms": [20, 20], "talk_ms": [20, 20], "mix": {"completed": 1}})"};
  stock(on, with);
  constexpr events::campaign_id other{11};
  create(on, with);
  create(on, with, other);
  (void)on.command(campaign, domain::start_campaign{});
  (void)on.command(other, domain::start_campaign{});
  on.advance(40'500ms, 100ms); // the first second is waited out
  CHECK(view(on).progress.attempts == 20);
  CHECK(view(on, other).progress.attempts == 20);
}

TEST_CASE("a trunk's rate holds over a restart too") {
  premises at;
  plan with{.contacts = 40, .concurrency = 40, .calls_per_second = 3};
  std::vector<events::instant> calls;
  {
    stage on{at};
    begin(on, with);
    on.advance(4s, 100ms);
    add_times(calls, on);
    REQUIRE(calls.size() >= 6);
    REQUIRE(on.now() - calls.back() < 1s);
  }
  {
    stage on{at};
    on.wake_running();
    on.advance(20s, 100ms);
    add_times(calls, on);
  }
  CHECK(calls.size() == 40);
  within_pace(calls, {3, 1});
}

TEST_CASE("a carrier that takes so many calls at once is not asked for more") {
  premises at;
  at.most_placing = 5;
  stage on{at};
  begin(on, {.contacts = 40, .concurrency = 20});
  on.run();
  CHECK(on.carrier().placed.size() == 5);
  CHECK(in_flight(on) == 5); // nothing is on record that could not leave
  on.answer_placements(2);
  CHECK(on.carrier().placed.size() == 7);
  while (on.carrier().placed.size() < 20)
    on.answer_placements(1);
  on.answer_placements(5);
  CHECK(on.carrier().placed.size() == 20); // that is what the campaign allows
  on.advance(16s);                         // all of them end
  on.run();
  CHECK(on.carrier().placed.size() == 25);
}

TEST_CASE("lines on which no call was placed leave their room on the way to the carrier") {
  premises at;
  at.most_placing = 5;
  stage on{at};
  begin(on, {.contacts = 40, .concurrency = 20});
  on.run();
  (void)on.command(campaign, domain::pause_campaign{});
  on.answer_placements(5);
  CHECK(on.carrier().placed.size() == 5);
  (void)on.command(campaign, domain::resume_campaign{});
  on.run();
  CHECK(on.carrier().placed.size() == 10);
}

TEST_CASE("nobody is called by two campaigns at once") {
  premises at;
  stage on{at};
  plan with{.contacts = 3};
  begin(on, with);
  constexpr events::campaign_id other{11};
  create(on, with, other); // of the same people
  (void)on.command(other, domain::start_campaign{});
  on.advance(3s);
  CHECK(in_flight(on) == 3);
  CHECK(view(on, other).progress.attempts == 0);
  auto waits = on.look().contact({other, 1}).value().state;
  auto why = domain::judge(view(on, other).state, waits, on.now());
  CHECK(why.reason == domain::wait_reason::waiting_for_other);
  on.advance(2min);
  CHECK(view(on, other).progress.completed == 3);
}

TEST_CASE("whom an earlier process was calling nobody else calls until that is settled") {
  premises at;
  plan with{.contacts = 3};
  constexpr events::campaign_id other{11};
  {
    stage on{at};
    begin(on, with);
    create(on, with, other);
    on.advance(7s);
  }
  stage on{at};
  (void)on.command(other, domain::start_campaign{});
  on.run();
  CHECK(on.carrier().placed.empty());
  on.wake_running();
  on.advance(3min);
  CHECK(view(on, other).progress.completed == 3);
}

TEST_CASE(
  "a call that waits at the carrier does not ring when the slot is over, nor after a restart") {
  premises at; // Monday 09:00 UTC
  plan with{.contacts = 1};
  with.settings.schedule.windows = {
    {.day = events::weekday::monday, .start_minute = 0, .end_minute = 12 * 60}};
  auto noon = std::chrono::floor<std::chrono::days>(manual_timer::monday_morning) + 12h;
  {
    stage on{at};
    begin(on, with);
    on.advance(1s);
    REQUIRE(on.carrier().not_after.size() == 1);
    CHECK(on.carrier().not_after.front() <= noon);
  }
  stage on{at};
  on.wake_running();
  REQUIRE_FALSE(on.carrier().asked_about.empty());
  CHECK(on.carrier().asked_about.front().not_after > on.now());
  CHECK(on.carrier().asked_about.front().not_after <= noon);
}

TEST_CASE("more channels are used at once, and fewer as calls end") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 400, .concurrency = 50, .channels = 10});
  on.advance(3s);
  CHECK(in_flight(on) == 10);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.channels = 20; }));
  on.run();
  CHECK(in_flight(on) == 20);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.channels = 4; }));
  CHECK(in_flight(on) == 20); // nobody is cut off
  auto before = on.carrier().placed.size();
  on.advance(13s); // the first ten end
  CHECK(in_flight(on) == 10);
  CHECK(on.carrier().placed.size() == before);
  on.advance(10s);
  for (int i = 0; i < 60; ++i) {
    on.advance(1s);
    CHECK(in_flight(on) <= 4);
  }
  CHECK(on.carrier().placed.size() > before + 10);
  CHECK(view(on).state.status == campaign_status::running);
}

TEST_CASE("an edited rate holds from the next call on") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 400, .concurrency = 5});
  on.advance(20s);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.rate = {2, 5}; }));
  auto before = on.carrier().placed.size();
  on.advance(60s, 100ms);
  std::vector<events::instant> calls;
  add_times(calls, on);
  calls.erase(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(before));
  CHECK(calls.size() >= 15);
  within_pace(calls, {2, 5});
}

TEST_CASE("an edit that changes nothing leaves no trace") {
  premises at;
  stage on{at};
  begin(on, {});
  auto before = on.journal().head().position;
  CHECK_FALSE(edit_trunk(on, [](auto&) {}));
  CHECK(on.journal().head().position == before);
}

TEST_CASE("a trunk's settings stay while calls are up, and then make its provider anew") {
  premises at;
  stage on{at};
  begin(on, {});
  on.advance(3s);
  auto engage = [](auto& it) { it.settings = R"({"mix": {"busy": 1}})"; };
  CHECK(edit_trunk(on, engage) == domain::refusal::trunk_has_calls);
  (void)on.command(campaign, domain::pause_campaign{});
  on.advance(20s);
  CHECK_FALSE(edit_trunk(on, engage));
  (void)on.command(campaign, domain::resume_campaign{});
  run_to_the_end(on);
  auto now = view(on).progress;
  CHECK(now.completed == 5);
  CHECK(now.outcomes[static_cast<std::size_t>(outcome::busy)] == 15);
  never_twice(on.carrier().placed);
}

TEST_CASE("a trunk's secrets stay while calls are up, and then make its provider anew") {
  premises at;
  stage on{at};
  begin(on, {});
  auto directory = at.home.path() / "secrets";
  auto opened = store::secrets::open(directory, at.home.path() / "key");
  const auto& kept = std::get<std::unique_ptr<store::secrets>>(opened);
  auto owner = to_string(trunk);
  kept->put(owner, "auth_token", "old");
  auto give = [&](const char* value) {
    return on.try_to_record(
      events::stream_of(trunk),
      projections::as_edit(on.look().trunk(trunk).value().trunk),
      std::make_shared<const actors::new_secrets>(
        *kept, trunk, std::map<std::string, std::string>{{"auth_token", value}}));
  };
  on.advance(3s);
  CHECK(give("refused") == domain::refusal::trunk_has_calls);
  (void)on.command(campaign, domain::pause_campaign{});
  on.advance(20s);
  CHECK(kept->find(owner, "auth_token") == "old");
  auto made = on.carriers_made();
  auto version = on.look().version_of(events::stream_of(trunk));
  CHECK_FALSE(give("new"));
  CHECK(kept->find(owner, "auth_token") == "new");
  CHECK(store::count_secrets(directory) == 1);
  CHECK(on.carriers_made() == made + 1);
  CHECK(on.look().version_of(events::stream_of(trunk)) == version + 1);
  (void)on.command(campaign, domain::resume_campaign{});
  run_to_the_end(on);
  never_twice(on.carrier().placed);
}

TEST_CASE("settings that no provider takes fail the campaigns that wait for a line") {
  premises at;
  stage on{at};
  plan with;
  with.settings.schedule = {
    .timezone = "UTC", .windows = {{events::weekday::monday, 9 * 60, 10 * 60}}};
  begin(on, with);
  (void)on.command(campaign, domain::pause_campaign{});
  on.advance(20s);
  CHECK_FALSE(edit_trunk(on, [](auto& it) { it.settings = R"({"nonsense": true})"; }));
  (void)on.command(campaign, domain::resume_campaign{});
  CHECK(view(on).state.status == campaign_status::failed);
}

TEST_CASE("a trunk is kept while a campaign may go on calling on it, or has calls up") {
  premises at;
  stage on{at};
  begin(on, {});
  auto remove = [&] {
    return on.try_to_record(events::stream_of(trunk), events::trunk_removed{trunk});
  };
  on.advance(3s);
  CHECK(remove() == domain::refusal::trunk_in_use);
  (void)on.command(campaign, domain::pause_campaign{});
  on.advance(20s);
  CHECK(remove() == domain::refusal::trunk_in_use);
  (void)on.command(campaign, domain::resume_campaign{});
  on.advance(2s);
  (void)on.command(campaign, domain::cancel_campaign{});
  CHECK(remove() == domain::refusal::trunk_in_use);
  on.advance(20s);
  CHECK_FALSE(remove());
}

TEST_CASE("a campaign of greater weight gets a greater share of a trunk") {
  premises at;
  stage on{at};
  plan with{.contacts = 200, .concurrency = 50, .channels = 8};
  stock(on, with);
  constexpr events::campaign_id other{11};
  create(on, with);
  with.settings.line_weight = 3;
  create(on, with, other);
  (void)on.command(campaign, domain::start_campaign{});
  (void)on.command(other, domain::start_campaign{});
  on.advance(40s);
  CHECK(in_flight(on) == 2);
  CHECK(view(on, other).progress.in_flight == 6);
  auto settings = view(on, other).state.settings;
  settings.line_weight = 1;
  (void)on.command(other, domain::edit_campaign{settings});
  on.advance(40s);
  CHECK(in_flight(on) == 4);
  CHECK(view(on, other).progress.in_flight == 4);
}

TEST_CASE(
  "a slow start goes from one call to all of them, anew after a resume, and over a restart") {
  premises at;
  plan with{.contacts = 400, .concurrency = 11, .carrier = R"({"talk_ms": [3600000, 3600000],
    "setup_ms": [100, 100], "ring_ms": [1000, 1000], "mix": {"completed": 1}})"};
  with.settings.ramp_up_seconds = 100;
  {
    stage on{at};
    begin(on, with);
    for (std::uint64_t tens = 0; tens < 5; ++tens) {
      CHECK(in_flight(on) == 1 + tens);
      on.advance(10s);
    }
  }
  stage on{at};
  on.wake_running();
  CHECK(in_flight(on) == 6);
  on.advance(10s);
  CHECK(in_flight(on) == 7);
  on.advance(60s);
  CHECK(in_flight(on) == 11);
  (void)on.command(campaign, domain::pause_campaign{.hang_up = true});
  on.advance(1s);
  (void)on.command(campaign, domain::resume_campaign{});
  CHECK(in_flight(on) == 1);
  on.advance(100s);
  CHECK(in_flight(on) == 11);
}

TEST_CASE(
  "a carrier that goes on saying not now is asked less and less often, and then as before") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 400, .concurrency = 5, .carrier = R"({"not_now_rate": 1})"});
  on.advance(10min);
  CHECK(on.carrier().placed.size() < 100);
  CHECK(on.lines(trunk).why == domain::shortage::resting);
  CHECK_FALSE(on.lines(trunk).rests_because.empty());
  CHECK(view(on).progress.in_flight == 0);
  CHECK(closes(view(on).progress));
}

TEST_CASE("a line whose call ended unheard is given to the next once the carrier was asked") {
  premises at;
  stage on{at};
  begin(
    on,
    {.contacts = 2,
     .channels = 1,
     .carrier = R"({"lost_end_rate": 1, "setup_ms": [100, 100], "ring_ms": [1000, 1000],
       "talk_ms": [1000, 1000], "mix": {"busy": 1}})"});
  on.advance(90s);
  CHECK(on.carrier().placed.size() == 1);
  on.advance(60s);
  CHECK(on.carrier().placed.size() == 2);
  run_to_the_end(on);
  CHECK(on.lines(trunk).in_use == 0);
}

TEST_CASE("who holds the lines of a trunk and who waits can be asked") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 60, .concurrency = 12, .channels = 10});
  on.advance(2s);
  auto lines = on.lines(trunk);
  CHECK(lines.in_use == 10);
  CHECK(lines.why == domain::shortage::no_free_channel);
  REQUIRE(lines.users.size() == 1);
  CHECK(lines.users.front().campaign == campaign);
  CHECK(lines.users.front().in_use == 10);
  CHECK(lines.users.front().wanted == 2);
  CHECK(on.lines({99}).users.empty());
}

TEST_CASE("after a restart nobody is given a line that another campaign's call still has") {
  premises at;
  constexpr events::campaign_id other{11};
  plan with{.contacts = 100, .concurrency = 20, .channels = 10};
  {
    stage on{at};
    stock(on, with);
    create(on, with);
    create(on, with, other);
    (void)on.command(campaign, domain::start_campaign{});
    (void)on.command(other, domain::start_campaign{});
    on.advance(40s);
  }
  stage on{at};
  CHECK(on.lines(trunk).in_use == 0);                    // nobody has asked yet
  (void)on.command(campaign, domain::resume_campaign{}); // refused, and it is awake
  CHECK(on.lines(trunk).in_use == 10);
  on.wake_running();
  for (int i = 0; i < 40; ++i) {
    on.advance(1s);
    CHECK(in_flight(on) + view(on, other).progress.in_flight <= 10);
  }
}

TEST_CASE("two busy trunks with rates cost no more messages than one") {
  premises at;
  stage on{at};
  plan with{.contacts = 40, .concurrency = 40, .calls_per_second = 1};
  begin(on, with);
  constexpr events::trunk_id other{19};
  on.record(
    events::stream_of(other),
    events::trunk_created{
      .trunk = other,
      .name = "other",
      .provider = "simulated",
      .settings = with.carrier,
      .caller_ids = {"+14155550100"},
      .channels = 100,
      .rate = {1, 1}});
  (void)more_contacts(on, {17}, 40, false);
  create(on, with, {11}, other, {17});
  (void)on.command({11}, domain::start_campaign{});
  // Were each to wake both, their wake-ups would double every second.
  on.advance(60s, 500ms);
  CHECK(view(on).progress.completed == 40);
  CHECK(view(on, {11}).progress.completed == 40);
}

TEST_CASE("a disk that takes its time lets no more calls through than the trunk's rate") {
  premises at;
  stage on{at};
  plan with{
    .contacts = 20,
    .concurrency = 2,
    .calls_per_second = 2,
    .carrier =
      R"({"setup_ms": [20, 20], "ring_ms": [20, 20], "talk_ms": [20, 20], "mix": {"completed": 1}})"};
  stock(on, with);
  create(on, with);
  on.advance(2s); // what an earlier process dialled is waited out
  auto before = on.journal().head().position;
  on.command_later(campaign, domain::start_campaign{});
  // The start, and the first dials behind it: granted now, placed much later.
  on.run_until([&] { return on.journal().head().position > before + 1; });
  on.stall(900ms);
  on.advance(20s, 10ms);
  const auto& placed = on.carrier().placed;
  REQUIRE(placed.size() == 20);
  for (std::size_t i = 2; i < placed.size(); ++i)
    CHECK(placed[i].first - placed[i - 2].first >= 1s);
}
