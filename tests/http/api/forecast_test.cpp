#include "events/codec.hpp"
#include "http/api/desk.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace ringmaster;
using namespace std::chrono_literals;
using nlohmann::json;
using ringmaster::test::answered;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

std::string at(const std::string& campaign) {
  return "/v1/campaigns/" + campaign + "/forecast";
}

json forecast(desk& on, const std::string& campaign, const json& body = json::object()) {
  auto got = on.post(at(campaign), body.dump());
  REQUIRE_MESSAGE(got.status == 200, got.text);
  return got.body;
}

void refuse(desk& on, const json& body, unsigned status, const std::string& field) {
  auto got = on.post(at(on.draft()), body.dump());
  INFO(got.text);
  CHECK(got.status == status);
  CHECK(got.body["field"] == field);
}

/// A call of half a minute that nobody answered.
void call(desk& on, const std::string& campaign, std::uint32_t row) {
  events::contact_key who{id_of<events::campaign_id>(campaign), row};
  on.happen(
    who,
    events::contact_dialed{
      .attempt = 1,
      .trunk = {1},
      .caller_id = "+14155550199",
      .at = on.now,
      .give_up_at = on.now + 2h});
  events::contact_attempt_ended end;
  end.attempt = 1;
  end.outcome = events::outcome::no_answer;
  end.at = on.now + 30s;
  on.happen(who, end);
  on.happen(who, events::contact_finished{events::disposition::failed});
}

} // namespace

TEST_CASE("a draft shows when it would finish, and says what that leans on") {
  desk on;
  auto campaign = on.draft();
  auto before = on.recorded();
  auto got = forecast(on, campaign);
  CHECK(got["campaign_id"] == campaign);
  CHECK(got["contacts"] == 3);
  CHECK(got["starts_at"] == events::to_rfc3339(on.now));
  CHECK(got["finishes_at"].is_string());
  CHECK(got["completed"].get<int>() + got["failed"].get<int>() == 3);
  CHECK(got["step_seconds"] == 3'600);
  CHECK(got["series"][0]["attempts"] == got["attempts"]);
  CHECK(got["assumptions"]["based_on"] == "assumed");
  CHECK(got["assumptions"]["outcomes"]["completed"]["percent"] == 60.0);
  CHECK(got["assumptions"]["outcomes"]["completed"]["length_is_assumed"] == true);
  CHECK(on.recorded() == before);
  CHECK(on.post(at(campaign)).body == got);
}

TEST_CASE("a forecast is of the policy that is asked about") {
  desk on;
  auto campaign = on.draft();
  json mix{{"completed", 1}};
  auto one_by_one = forecast(on, campaign, {{"concurrency", 1}, {"mix", mix}});
  CHECK(one_by_one["finishes_at"] == events::to_rfc3339(on.now + 3 * 70s));
  CHECK(one_by_one["policy"]["concurrency"] == 1);
  CHECK(one_by_one["assumptions"]["based_on"] == "mix");
  auto at_once = forecast(on, campaign, {{"concurrency", 3}, {"mix", mix}});
  CHECK(at_once["finishes_at"] == events::to_rfc3339(on.now + 70s));
  CHECK(at_once["most_at_once"] == 3);
  auto tried_twice = forecast(
    on,
    campaign,
    {{"mix", {{"busy", 1}}},
     {"retry_config", {{"max_attempts", 2}, {"retry_interval_minutes", 10}}},
     {"starts_at", "2026-12-01T09:00:00Z"}});
  CHECK(tried_twice["attempts"] == 6);
  CHECK(tried_twice["finishes_at"] == "2026-12-01T09:10:04Z");
  CHECK(on.get("/v1/campaigns/" + campaign).body["concurrency"] == 10);
}

TEST_CASE("the seed decides, and nothing else does") {
  desk on;
  auto campaign = on.draft();
  CHECK(forecast(on, campaign, {{"seed", 7}}) == forecast(on, campaign, {{"seed", 7}}));
  CHECK(forecast(on, campaign, {{"seed", 7}})["assumptions"]["seed"] == 7);
}

TEST_CASE("a campaign's own calls say what to expect, or those of the last one on its trunk") {
  desk on;
  auto body = on.campaign_body();
  std::string first = on.post("/v1/campaigns", body.dump()).body["id"];
  on.now += 1s;
  std::string second = on.post("/v1/campaigns", body.dump()).body["id"];
  REQUIRE(on.post("/v1/campaigns/" + first + "/start").status == 200);
  auto started = on.now;
  call(on, first, 1);
  on.now += 1h;
  for (const auto& [campaign, basis] : {std::pair{first, "own_record"}, {second, "same_trunk"}}) {
    auto got = forecast(on, campaign, {{"concurrency", 1}});
    CHECK(got["assumptions"]["based_on"] == basis);
    CHECK(got["assumptions"]["campaign_id"] == first);
    CHECK(got["assumptions"]["calls"] == 1);
    CHECK(got["assumptions"]["outcomes"]["no_answer"]["mean_seconds"] == 30.0);
    CHECK(got["outcomes"]["no_answer"] == got["attempts"]);
    auto from = campaign == first ? started : on.now;
    CHECK(got["starts_at"] == events::to_rfc3339(from));
    CHECK(got["finishes_at"] == events::to_rfc3339(from + 90s));
  }
}

TEST_CASE("what cannot be foreseen names the field") {
  desk on;
  refuse(on, {{"mix", {{"completet", 60}}}}, 400, "/mix/completet");
  refuse(on, {{"mix", {{"completed", -1}}}}, 422, "/mix/completed");
  refuse(on, {{"mix", {{"completed", 0}}}}, 422, "/mix");
  refuse(on, {{"mix", json::object()}}, 422, "/mix");
  refuse(on, {{"mix", "completed=60"}}, 400, "/mix");
  refuse(on, {{"concurrency", 21}}, 422, "/concurrency");
  refuse(on, {{"starts_at", "tomorrow"}}, 400, "/starts_at");
  refuse(on, {{"seed", "7"}}, 400, "/seed");
  refuse(on, {{"retry_config", {{"max_attempts", 0}}}}, 422, "/retry_config/max_attempts");
  refuse(on, {{"name", "other"}}, 400, "/name");
  CHECK(on.post("/v1/campaigns/cmp_000000000zzz/forecast").status == 404);
  CHECK(on.post(at(on.draft()), "[]").status == 400);
  CHECK(on.get(at(on.draft())).status == 405);
}

TEST_CASE("a campaign that is not saved shows when it would finish, and is not saved by that") {
  desk on;
  auto body = on.campaign_body();
  json plan{{"contact_list_id", body["contact_list_id"]}, {"trunk_id", body["trunk_id"]}};
  auto before = on.recorded();
  auto got = on.post("/v1/forecasts", plan.dump());
  REQUIRE_MESSAGE(got.status == 200, got.text);
  CHECK_FALSE(got.body.contains("campaign_id"));
  CHECK(got.body["contacts"] == 3);
  CHECK(got.body["policy"]["concurrency"] == 10);
  CHECK(got.body["assumptions"]["based_on"] == "assumed");
  plan.update(
    {{"concurrency", 1}, {"mix", {{"completed", 1}}}, {"not_before", "2026-11-23T13:00:00Z"}});
  got = on.post("/v1/forecasts", plan.dump());
  CHECK(got.body["finishes_at"] == "2026-11-23T13:03:30Z");
  CHECK(on.recorded() == before);
  CHECK(on.get("/v1/campaigns").body["items"].empty());
}

TEST_CASE("a campaign that is not saved learns from the last one on its trunk") {
  desk on;
  auto body = on.campaign_body();
  std::string first = on.post("/v1/campaigns", body.dump()).body["id"];
  REQUIRE(on.post("/v1/campaigns/" + first + "/start").status == 200);
  call(on, first, 1);
  json plan{{"contact_list_id", body["contact_list_id"]}, {"trunk_id", body["trunk_id"]}};
  auto got = on.post("/v1/forecasts", plan.dump()).body;
  CHECK(got["assumptions"]["based_on"] == "same_trunk");
  CHECK(got["assumptions"]["campaign_id"] == first);
}

TEST_CASE("a plan that is no campaign names the field") {
  desk on;
  auto body = on.campaign_body();
  const json plan{{"contact_list_id", body["contact_list_id"]}, {"trunk_id", body["trunk_id"]}};
  auto refused = [&](const json& change, unsigned status, const std::string& field) {
    auto asked = plan;
    asked.merge_patch(change);
    auto got = on.post("/v1/forecasts", asked.dump());
    INFO(got.text);
    CHECK(got.status == status);
    CHECK(got.body["field"] == field);
  };
  refused({{"trunk_id", nullptr}}, 400, "/trunk_id");
  refused({{"contact_list_id", "lst_000000000zzz"}}, 422, "/contact_list_id");
  refused({{"concurrency", 21}}, 422, "/concurrency");
  refused({{"expires_at", "2026-11-23T11:00:00Z"}}, 422, "/expires_at");
  refused({{"name", "spring"}}, 400, "/name");
  CHECK(on.get("/v1/forecasts").status == 405);
}

TEST_CASE("one forecast is made at a time") {
  desk on;
  auto campaign = on.draft();
  std::optional<answered> meanwhile;
  auto now = on.with.now;
  on.with.now = [&] {
    if (!meanwhile) {
      meanwhile.emplace();
      meanwhile = on.post(at(campaign));
    }
    return now();
  };
  CHECK(on.post(at(campaign)).status == 200);
  CHECK(meanwhile->status == 503);
  CHECK(meanwhile->headers["Retry-After"] == "1");
  CHECK(http::takes_long(desk::request("POST", "/v1/forecasts")));
  CHECK(on.post(at(campaign)).status == 200);
}

TEST_CASE("whoever may look may ask what would be") {
  desk on;
  auto asked = desk::request("POST", at(on.draft()));
  asked.role = events::key_role::viewer;
  CHECK(on.ask(asked).status == 200);
  asked = desk::request("POST", "/v1/forecasts", "{}");
  asked.role = events::key_role::viewer;
  CHECK(on.ask(asked).status == 400);
}
