// What is said of calls beside their course, and how whoever says it learns that
// it is on record.
#include "support/given_campaign.hpp"

using namespace ringmaster;
using namespace ringmaster::test;
using events::outcome;

namespace {

events::call_verdict says(std::optional<outcome> how, events::judge by = events::judge::agent) {
  events::call_verdict it;
  it.by = by;
  it.outcome = how;
  return it;
}

events::call_verdict brings(std::string transcript) {
  auto it = says({});
  it.result = events::call_result{
    .transcript = std::move(transcript), .gathered_context = {}, .recording_url = {}};
  return it;
}

projections::run_view run(stage& on, events::attempt_key call = {campaign, 1, 1}) {
  auto found = on.look().run(call);
  REQUIRE(found);
  return *found;
}

std::uint64_t ended_as(stage& on, outcome how) {
  return view(on).progress.outcomes[static_cast<std::size_t>(how)];
}

const plan one_call{.contacts = 1, .concurrency = 1};

} // namespace

TEST_CASE("a result that comes during the call is in the vault before anybody is told so") {
  premises at;
  stage on{at};
  begin(on, one_call);
  on.advance(7s);
  CHECK(on.hear({campaign, 1, 1}, brings("[]")) == true);
  CHECK(on.vault().result_of({campaign, 1, 1})->transcript == "[]");
  run_to_the_end(on);
  CHECK(run(on).has_result);
}

TEST_CASE(
  "what the agent brought stays when the carrier has a result of its own, and is added to") {
  premises at;
  stage on{at};
  begin(on, one_call);
  on.advance(7s);
  REQUIRE(on.hear({campaign, 1, 1}, brings("[1]")) == true);
  run_to_the_end(on);
  auto kept = on.vault().result_of({campaign, 1, 1});
  REQUIRE(kept);
  CHECK(kept->transcript == "[1]");
  CHECK_FALSE(kept->gathered_context.empty()); // of which the agent said nothing
  CHECK(on.hear({campaign, 1, 1}, brings("[2]")) == true);
  auto corrected = on.vault().result_of({campaign, 1, 1});
  CHECK(corrected->transcript == "[2]");
  CHECK(corrected->gathered_context == kept->gathered_context);
}

TEST_CASE("what is said in the moment of a call's end is heard, and on record once") {
  premises at;
  stage on{at};
  begin(on, one_call);
  on.advance(7s);
  events::call_ended end;
  end.outcome = outcome::completed;
  auto ended = on.say({campaign, 1, 1}, end);
  auto again = on.say({campaign, 1, 1}, end);
  auto judged = on.say({campaign, 1, 1}, says(outcome::voicemail, events::judge::carrier));
  on.run();
  CHECK(*ended == true);
  CHECK(*again == true);
  CHECK(*judged == true);
  CHECK(ended_as(on, outcome::voicemail) == 1);
  CHECK(ended_as(on, outcome::completed) == 0);
}

TEST_CASE("a result that comes after the campaign is over is kept as well") {
  premises at;
  stage on{at};
  begin(on, one_call);
  run_to_the_end(on);
  on.advance(2min); // it has left memory
  CHECK(on.hear({campaign, 1, 1}, brings("[1]")) == true);
  CHECK(on.vault().result_of({campaign, 1, 1})->transcript == "[1]");
  CHECK(run(on).has_result);
}

TEST_CASE(
  "a correction moves the call from one count to the other, and the contact to where it belongs") {
  premises at;
  stage on{at};
  auto with = one_call;
  with.script = "voicemail,completed";
  with.settings.retry = three_tries(60);
  begin(on, with);
  on.advance(30s);
  REQUIRE(view(on).progress.waiting == 1);
  CHECK(on.hear({campaign, 1, 1}, says(outcome::completed)) == true);
  CHECK(ended_as(on, outcome::voicemail) == 0);
  CHECK(ended_as(on, outcome::completed) == 1);
  auto now = view(on);
  CHECK(now.progress.waiting == 0);
  CHECK(now.progress.completed == 1);
  CHECK(closes(now.progress));
  CHECK(now.state.status == campaign_status::completed); // at once: nobody is left
  on.advance(2h);
  CHECK(on.carrier().placed.size() == 1);
}

TEST_CASE("whoever opts out during the call is not called again") {
  premises at;
  stage on{at};
  auto with = one_call;
  with.script = "busy,completed";
  with.settings.retry = three_tries(1);
  begin(on, with);
  on.advance(50ms);
  auto stop = says({});
  stop.opted_out = true;
  CHECK(on.hear({campaign, 1, 1}, stop) == true);
  run_to_the_end(on);
  CHECK(on.carrier().placed.size() == 1);
  CHECK(view(on).progress.cancelled == 1);
}

TEST_CASE("whoever opts out while waiting for a retry is done, through a crash too") {
  premises at;
  auto with = one_call;
  with.script = "busy,completed";
  with.settings.retry = three_tries(1);
  {
    stage on{at};
    begin(on, with);
    on.advance(10s);
    REQUIRE(view(on).progress.waiting == 1);
    auto stop = says({});
    stop.opted_out = true;
    CHECK(on.hear({campaign, 1, 1}, stop) == true);
  }
  stage on{at};
  on.wake_running();
  on.advance(10min);
  CHECK(on.carrier().placed.empty());
  CHECK(run(on).opted_out);
}

TEST_CASE("what is said of an earlier call while another is up corrects the earlier one") {
  premises at;
  stage on{at};
  auto with = one_call;
  with.script = "voicemail,completed";
  with.settings.retry = three_tries(1);
  begin(on, with);
  on.advance(80s);
  REQUIRE(on.carrier().placed.size() == 2);
  CHECK(on.hear({campaign, 1, 1}, says(outcome::no_answer)) == true);
  CHECK(run(on, {campaign, 1, 1}).outcome == outcome::no_answer);
  CHECK_FALSE(run(on, {campaign, 1, 2}).outcome);
  run_to_the_end(on);
  CHECK(run(on, {campaign, 1, 2}).outcome == outcome::completed);
  CHECK(ended_as(on, outcome::no_answer) == 1);
  CHECK(ended_as(on, outcome::voicemail) == 0);
}

TEST_CASE(
  "the end of a call that was given up is learned when it comes, and nobody is called for it") {
  premises at;
  stage on{at, {.answered_silence = 1min, .attempt_deadline = 1min}};
  auto with = one_call;
  with.carrier = R"({"setup_ms": [100, 100], "ring_ms": [5000, 5000], "talk_ms": [600000, 600000],
    "duplicate_rate": 0, "reorder_rate": 0, "late_rate": 0, "lost_end_rate": 1, "mix": {"completed": 1}})";
  begin(on, with);
  on.advance(5min);
  REQUIRE(ended_as(on, outcome::unknown) + ended_as(on, outcome::completed) == 1);
  if (ended_as(on, outcome::unknown) == 1) {
    events::call_ended late;
    late.outcome = outcome::completed;
    late.talk_time_ms = 30'000;
    late.at = on.now();
    CHECK(on.hear({campaign, 1, 1}, late) == true);
    CHECK(run(on).outcome == outcome::completed);
    CHECK(run(on).talk_time_ms == 30'000);
    CHECK(ended_as(on, outcome::unknown) == 0);
  }
  CHECK(on.carrier().placed.size() == 1);
}

TEST_CASE("what says nothing new is settled without an event") {
  premises at;
  stage on{at};
  begin(on, one_call);
  run_to_the_end(on);
  auto before = on.journal().head().position;
  CHECK(on.hear({campaign, 1, 1}, events::call_ringing{}) == true);
  CHECK(on.hear({campaign, 1, 1}, says(outcome::completed)) == true);
  CHECK(on.hear({campaign, 99, 1}, says(outcome::completed)) == true);
  CHECK(on.hear({events::campaign_id{77}, 1, 1}, says(outcome::completed)) == true);
  CHECK(on.journal().head().position == before);
}

TEST_CASE("a carrier is asked by all that is known of the call, after a crash as before") {
  premises at;
  auto with = one_call;
  with.carrier = R"({"setup_ms": [100, 100], "ring_ms": [60000, 60000], "talk_ms": [60000, 60000],
    "duplicate_rate": 0, "reorder_rate": 0, "late_rate": 0, "mix": {"completed": 1}})";
  {
    stage on{at};
    begin(on, with);
    on.advance(10s);
  }
  stage on{at};
  on.wake_running();
  on.advance(1s);
  REQUIRE(on.carrier().asked_about.size() == 1);
  const auto& asked = on.carrier().asked_about.front();
  CHECK(asked.id == events::attempt_key{campaign, 1, 1});
  CHECK(asked.provider_ref == run(on).provider_ref);
  CHECK_FALSE(asked.provider_ref.empty());
  CHECK(asked.to == "+14155551001");
  CHECK(asked.from == "+14155550100");
  CHECK(asked.dialed_at == run(on).dialed_at);
}
