// Campaigns whose trunk, or whose agent on it, stands in the way.
#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

constexpr const char* wants_url = R"({"settings":{"wants_url":true}})";

std::string trunk_of(const json& campaign) {
  return "/v1/trunks/" + campaign.at("trunk_id").get<std::string>();
}

} // namespace

TEST_CASE("a campaign whose trunk cannot use the workflow's agent is not made") {
  desk on;
  auto body = on.campaign_body();
  REQUIRE(on.patch(trunk_of(body), wants_url).status == 200);
  auto before = on.recorded();
  auto no = on.post("/v1/campaigns", body.dump());
  CHECK(no.status == 422);
  CHECK(no.body["field"] == "/workflow_id");
  CHECK(
    no.body["detail"]
    == "The trunk cannot hand calls to the workflow's agent, which is no wss:// URL.");
  CHECK(on.recorded() == before);
  auto workflow = on.post("/v1/workflows", R"({"name":"w","agent":"wss://a","prompt":"p"})");
  body["workflow_id"] = workflow.body["id"];
  CHECK(on.post("/v1/campaigns", body.dump()).status == 201);
}

TEST_CASE("a campaign whose trunk cannot use its agent any more is neither started nor resumed") {
  desk on;
  auto body = on.campaign_body();
  auto id = on.post("/v1/campaigns", body.dump()).body["id"].get<std::string>();
  auto turn = [&](const std::string& what) { return on.post("/v1/campaigns/" + id + what); };
  REQUIRE(on.patch(trunk_of(body), wants_url).status == 200);
  auto no = turn("/start");
  CHECK(no.status == 409);
  CHECK(no.body["type"] == "/problems/agent-not-usable");
  CHECK(no.body["trunk_id"] == body["trunk_id"]);
  CHECK(on.post("/v1/campaigns/" + id + "/clone").body["field"] == "/workflow_id");
  REQUIRE(on.patch(trunk_of(body), R"({"settings":{}})").status == 200);
  CHECK(turn("/start").status == 200);
  REQUIRE(on.patch(trunk_of(body), wants_url).status == 200);
  CHECK(turn("/start").status == 200); // which is so already
  CHECK(turn("/pause").status == 200);
  CHECK(turn("/resume").status == 409);
  CHECK(turn("/cancel").status == 200);
  CHECK(on.post("/v1/campaigns/" + id + "/redial").body["field"] == "/workflow_id");
}

TEST_CASE(
  "a campaign whose trunk cannot be used is neither started nor resumed, and stays as it was") {
  desk on;
  auto body = on.campaign_body();
  auto id = on.post("/v1/campaigns", body.dump()).body["id"].get<std::string>();
  auto turn = [&](const std::string& what) { return on.post("/v1/campaigns/" + id + what); };
  auto as_before = std::exchange(on.with.check_trunk, [](const auto&) {
    return std::vector<http::trunk_trouble>{{"/provider", "This server can't use it."}};
  });
  auto no = turn("/start");
  CHECK(no.status == 409);
  CHECK(no.body["type"] == "/problems/trunk-not-usable");
  CHECK(no.body["detail"] == "This server can't use it.");
  CHECK(no.body["trunk_id"] == body["trunk_id"]);
  CHECK(on.get("/v1/campaigns/" + id).body["status"] == "draft");
  std::swap(on.with.check_trunk, as_before);
  CHECK(turn("/start").status == 200);
  CHECK(turn("/pause").status == 200);
  std::swap(on.with.check_trunk, as_before);
  CHECK(turn("/resume").status == 409);
  std::swap(on.with.check_trunk, as_before);
  on.with.check_secrets = [](auto, const auto&, const auto&, const auto&) {
    return std::optional<std::string>{"auth_token is missing"};
  };
  CHECK(turn("/resume").body["detail"] == "Of its secrets, auth_token is missing.");
  auto trunk = id_of<events::trunk_id>(body["trunk_id"].get<std::string>());
  on.record(events::stream_of(trunk), events::trunk_removed{trunk});
  CHECK(turn("/resume").body["detail"] == "The trunk is gone.");
  CHECK(on.get("/v1/campaigns/" + id).body["status"] == "paused");
}
