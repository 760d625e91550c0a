#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace std::chrono_literals;
using nlohmann::json;
using ringmaster::test::answered;
using ringmaster::test::desk;

namespace {

struct call_up {
  events::attempt_key key;
  std::string target;
};

/// The first contact of a campaign is being spoken to.
call_up call_on(desk& on) {
  auto campaign = on.draft();
  auto id = test::id_of<events::campaign_id>(campaign);
  REQUIRE(on.post("/v1/campaigns/" + campaign + "/start").status == 200);
  events::contact_dialed dialed;
  dialed.attempt = 1;
  dialed.at = on.now;
  on.happen({id, 1}, dialed);
  on.happen({id, 1}, events::contact_answered{1, on.now});
  return {{id, 1, 1}, "/v1/runs/" + campaign + ".1.1"};
}

void end(desk& on, const call_up& call) {
  events::contact_attempt_ended ended;
  ended.attempt = 1;
  ended.outcome = events::outcome::completed;
  ended.at = on.now;
  on.happen({call.key.campaign, 1}, ended);
  on.happen({call.key.campaign, 1}, events::contact_finished{events::disposition::completed});
}

answered bring(desk& on, const call_up& call, const std::string& body, std::string token = {}) {
  auto it = desk::request("POST", call.target + "/result", body);
  it.role.reset();
  it.headers["authorization"] =
    "Bearer " + (token.empty() ? "rst_of_" + to_string(call.key) : token);
  return on.ask(std::move(it));
}

constexpr const char* whole = R"({"transcript":[{"role":"agent","text":"Hi","at_ms":0}],
  "recording_url":"https://recordings.example/1.wav","gathered_context":{"confirmed":true},
  "disposition":"confirmed"})";

} // namespace

TEST_CASE("an agent brings the result of its call, and the run shows it") {
  desk on;
  auto call = call_on(on);
  auto done = bring(on, call, whole);
  CHECK(done.status == 200);
  CHECK(done.body["outcome"] == nullptr);
  end(on, call);
  auto run = on.get(call.target).body;
  CHECK(run["transcript"][0]["text"] == "Hi");
  CHECK(run["gathered_context"]["confirmed"] == true);
  CHECK(run["recording_url"] == "https://recordings.example/1.wav");
  CHECK(run["call_disposition"] == "confirmed");
  CHECK(run["opted_out"] == false);
}

TEST_CASE("the same result again changes nothing, and a part leaves the rest as it was") {
  desk on;
  auto call = call_on(on);
  end(on, call);
  CHECK(bring(on, call, whole).body["outcome"] == "completed");
  auto before = on.recorded();
  CHECK(bring(on, call, whole).status == 200);
  CHECK(on.recorded() == before);
  CHECK(bring(on, call, R"({"gathered_context":{"confirmed":false}})").status == 200);
  auto run = on.get(call.target).body;
  CHECK(run["gathered_context"]["confirmed"] == false);
  CHECK(run["transcript"][0]["text"] == "Hi");
}

TEST_CASE("a machine that answered is a voicemail, unless the agent says otherwise") {
  desk on;
  auto call = call_on(on);
  end(on, call);
  CHECK(bring(on, call, R"({"answered_by":"machine"})").body["outcome"] == "voicemail");
  CHECK(
    bring(on, call, R"({"answered_by":"machine","outcome":"completed"})").body["outcome"]
    == "completed");
}

TEST_CASE("an opt-out is on record with the run") {
  desk on;
  auto call = call_on(on);
  CHECK(bring(on, call, R"({"opt_out":true})").status == 200);
  CHECK(on.get(call.target).body["opted_out"] == true);
}

TEST_CASE("only this call's token, or an operator, brings its result") {
  desk on;
  auto call = call_on(on);
  for (const char* token : {"rst_", "rst_of_cmp_000000000zzz.1.1", "rst_x"}) {
    auto no = bring(on, call, whole, token);
    CHECK_MESSAGE(no.status == 403, token);
    CHECK(no.body["type"].get<std::string>().ends_with("wrong-token"));
  }
  CHECK_FALSE(on.results.contains(call.key));
  auto viewer = desk::request("POST", call.target + "/result", whole);
  viewer.role = events::key_role::viewer;
  CHECK(on.ask(std::move(viewer)).status == 403);
  CHECK(on.post(call.target + "/result", whole).status == 200);
}

TEST_CASE("a result is taken for a day after the end of the call") {
  desk on;
  auto call = call_on(on);
  end(on, call);
  on.now += 24h - 1us;
  CHECK(bring(on, call, whole).status == 200);
  on.now += 1us;
  auto late = bring(on, call, R"({"disposition":"late"})");
  CHECK(late.status == 409);
  CHECK(late.body["type"].get<std::string>().ends_with("result-too-late"));
}

TEST_CASE("an opt-out is taken at any age, and what came with it too late is named") {
  desk on;
  on.with.results_accepted_for = 48h;
  auto call = call_on(on);
  end(on, call);
  on.now += 47h;
  CHECK(bring(on, call, R"({"disposition":"in_time"})").status == 200);
  on.now += 24h * 30;
  CHECK(bring(on, call, R"({"disposition":"late","opt_out":false})").status == 409);
  auto taken = bring(on, call, R"({"disposition":"late","outcome":"voicemail","opt_out":true})");
  CHECK(taken.status == 200);
  CHECK(taken.body["left_out"] == json{"disposition", "outcome"});
  auto run = on.get(call.target).body;
  CHECK(run["opted_out"] == true);
  CHECK(run["call_disposition"] == "in_time");
  CHECK(run["outcome"] == "completed");
  auto before = on.recorded();
  auto again = bring(on, call, R"({"opt_out":true})");
  CHECK(again.status == 200);
  CHECK_FALSE(again.body.contains("left_out"));
  CHECK(on.recorded() == before);
}

TEST_CASE("a result that cannot be recorded just now is to be sent again") {
  desk on;
  auto call = call_on(on);
  on.records_verdicts = false;
  auto no = bring(on, call, whole);
  CHECK(no.status == 503);
  CHECK(no.headers.contains("Retry-After"));
}

TEST_CASE("what is wrong with a result is named, and nothing of it is kept") {
  desk on;
  auto call = call_on(on);
  for (auto [body, field] :
       {std::pair{R"({"transcript":[{"role":"agent"}]})", "/transcript/0/text"},
        {R"({"transcript":"Hi"})", "/transcript"},
        {R"({"gathered_context":[]})", "/gathered_context"},
        {R"({"recording_url":"ftp://recordings.example/1"})", "/recording_url"},
        {R"({"disposition":"Jane said no"})", "/disposition"},
        {R"({"outcome":"busy"})", "/outcome"},
        {R"({"opt_out":"yes"})", "/opt_out"},
        {R"({"oops":1})", "/oops"}}) {
    auto no = bring(on, call, body);
    CHECK_MESSAGE((no.status == 400 || no.status == 422), body << ' ' << no.status);
    CHECK(no.body["field"] == field);
  }
  CHECK(on.results.empty());
  CHECK(
    bring(
      on,
      {{call.key.campaign, 2, 1},
       "/v1/runs/" + to_string(events::attempt_key{call.key.campaign, 2, 1})},
      "{}")
      .status
    == 404);
}
