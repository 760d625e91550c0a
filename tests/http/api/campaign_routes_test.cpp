#include "http/api/desk.hpp"
#include "http/campaign_body.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

json created(desk& on, json more) {
  auto body = on.campaign_body();
  body.update(more);
  auto made = on.post("/v1/campaigns", body.dump());
  CHECK_MESSAGE(made.status == 201, made.text);
  return made.body;
}

} // namespace

TEST_CASE("a campaign of which little is said has the defaults") {
  desk on;
  auto made = created(on, json::object());
  CHECK(made["status"] == "draft");
  CHECK(made["concurrency"] == 10);
  CHECK(made["schedule"] == json{{"timezone", "UTC"}, {"time_slots", json::array()}});
  CHECK(made["retry_config"]["max_attempts"] == 1);
  CHECK(
    made["circuit_breaker"]
    == json{
      {"enabled", true},
      {"failure_threshold_percent", 50},
      {"window_seconds", 120},
      {"min_calls_in_window", 5}});
  CHECK(made["progress"]["total"] == 3);
  CHECK(made["position"] == on.recorded());
}

TEST_CASE("concurrency defaults to the trunk's channels where these are fewer than ten") {
  desk on;
  auto trunk = on.post("/v1/trunks", R"({"name":"s","provider":"simulated","channels":4})");
  CHECK(created(on, {{"trunk_id", trunk.body["id"]}})["concurrency"] == 4);
}

TEST_CASE("everything an operator chose comes back as it was given") {
  desk on;
  auto schedule = json::parse(R"({"timezone":"America/New_York","time_slots":[
    {"day":"monday","start":"09:00","end":"17:00"},
    {"day":"friday","start":"22:30","end":"06:00"},
    {"day":"sunday","start":"00:00","end":"24:00"}]})");
  auto breaker = json::parse(
    R"({"enabled":false,"failure_threshold_percent":0,"window_seconds":86400,"min_calls_in_window":1})");
  auto made =
    created(on, {{"schedule", schedule}, {"circuit_breaker", breaker}, {"concurrency", 20}});
  auto shown = on.get("/v1/campaigns/" + made["id"].get<std::string>());
  CHECK(shown.body["schedule"] == schedule);
  CHECK(shown.body["circuit_breaker"] == breaker);
  CHECK(shown.body["concurrency"] == 20);
}

TEST_CASE("retries default to three attempts, an hour apart, for three outcomes") {
  desk on;
  auto retry = created(on, {{"retry_config", json::object()}})["retry_config"];
  CHECK(retry["max_attempts"] == 3);
  CHECK(retry["retry_interval_minutes"] == 60);
  CHECK(retry["outcomes"].size() == 3);
  CHECK(retry["outcomes"]["voicemail"]["interval_minutes"] == 60);
}

TEST_CASE("an outcome can have retries of its own") {
  desk on;
  auto retry = created(on, {{"retry_config", json::parse(R"({
    "max_attempts": 20, "retry_interval_minutes": 0, "outcomes": {
      "busy": {"interval_minutes": 5, "backoff": "exponential"},
      "no_answer": {"retry": false},
      "failed": {"intervals_minutes": [1, 10080]}}})")}})["retry_config"];
  CHECK(retry["outcomes"] == json::parse(R"({
      "busy": {"retry": true, "interval_minutes": 5, "backoff": "exponential"},
      "no_answer": {"retry": false, "interval_minutes": 0, "backoff": "fixed"},
      "voicemail": {"retry": true, "interval_minutes": 0, "backoff": "fixed"},
      "failed": {"retry": true, "intervals_minutes": [1, 10080], "backoff": "list"}})"));
}

TEST_CASE("settings that are shown can be sent again and change nothing") {
  desk on;
  auto made = created(on, {{"retry_config", json::object()}});
  auto before = on.recorded();
  json same;
  for (const auto* name :
       {"name",
        "concurrency",
        "line_weight",
        "ramp_up_seconds",
        "schedule",
        "retry_config",
        "circuit_breaker"})
    same[name] = made[name];
  auto done = on.patch("/v1/campaigns/" + made["id"].get<std::string>(), same.dump());
  CHECK(done.status == 200);
  CHECK(on.recorded() == before);
}

TEST_CASE("a campaign has a weight on its trunk and may start slowly") {
  desk on;
  auto usual = created(on, json::object());
  CHECK(usual["line_weight"] == 1);
  CHECK(usual["ramp_up_seconds"] == 0);
  auto made = created(on, {{"line_weight", 100}, {"ramp_up_seconds", 86'400}});
  CHECK(made["line_weight"] == 100);
  CHECK(made["ramp_up_seconds"] == 86'400);
}

TEST_CASE("a trunk that was given fewer channels stands in the way of no edit and no clone") {
  desk on;
  auto made = created(on, {{"concurrency", 20}});
  auto at = "/v1/campaigns/" + made["id"].get<std::string>();
  CHECK(
    on.patch("/v1/trunks/" + made["trunk_id"].get<std::string>(), R"({"channels":3})").status
    == 200);
  CHECK(on.patch(at, R"({"name":"autumn"})").body["concurrency"] == 20);
  CHECK(on.patch(at, R"({"concurrency":4})").body["cap"] == 3);
  CHECK(on.post(at + "/clone", "").body["concurrency"] == 3);
}

TEST_CASE("an edit changes the members it names, each as a whole, and is an event") {
  desk on;
  auto made = created(on, {{"concurrency", 7}});
  auto at = "/v1/campaigns/" + made["id"].get<std::string>();
  auto done = on.patch(at, R"({"name":"autumn","circuit_breaker":{"window_seconds":9}})");
  CHECK(done.status == 200);
  CHECK(done.body["name"] == "autumn");
  CHECK(done.body["concurrency"] == 7);
  CHECK(done.body["circuit_breaker"]["window_seconds"] == 9);
  CHECK(std::holds_alternative<events::campaign_edited>(on.log().back().event));
  CHECK(on.patch(at, R"({"concurrency":21})").body["cap"] == 20);
}

TEST_CASE("a campaign is started, paused and resumed, and wrong turns name its state") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto no = on.post(at + "/pause");
  CHECK(no.status == 409);
  CHECK(no.body["type"] == "/problems/not-running");
  CHECK(no.body["status"] == 409);
  CHECK(no.body["campaign_status"] == "draft");
  auto started = on.post(at + "/start", "{}");
  CHECK(started.status == 200);
  CHECK(started.body["status"] == "running");
  CHECK(started.body["position"] == on.recorded());
  CHECK(on.patch(at, R"({"name":"x"})").body["name"] == "x");
  CHECK(on.remove(at).body["campaign_status"] == "running");
  auto id = id_of<events::campaign_id>(started.body["id"]);
  on.happen(
    {id, 1}, events::contact_dialed{.attempt = 1, .trunk = {}, .caller_id = "", .at = on.now});
  auto paused = on.post(at + "/pause");
  CHECK(paused.body["status"] == "paused");
  CHECK(paused.body["in_flight"] == 1);
  CHECK(paused.body["status_reason"] == "Paused by an operator.");
  CHECK(on.post(at + "/pause").status == 200);
  CHECK(on.post(at + "/start").body["type"] == "/problems/not-a-draft");
  CHECK(on.post(at + "/resume").body["status"] == "running");
}

TEST_CASE("a pause says whether it hangs up, and so does a cancellation, which is for good") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  on.post(at + "/start");
  CHECK(on.post(at + "/pause", R"({"calls":"drain"})").status == 200);
  CHECK(std::holds_alternative<events::campaign_paused>(on.log().back().event));
  CHECK(on.post(at + "/pause", R"({"calls":"hang_up"})").body["status"] == "paused");
  CHECK(std::holds_alternative<events::campaign_hang_up_ordered>(on.log().back().event));
  auto before = on.recorded();
  CHECK(on.post(at + "/cancel", R"({"calls":"now"})").body["field"] == "/calls");
  CHECK(on.recorded() == before);
  auto cancelled = on.post(at + "/cancel");
  CHECK(cancelled.body["status"] == "cancelled");
  CHECK(cancelled.body["status_reason"] == "Cancelled by an operator.");
  CHECK(cancelled.body["in_flight"] == 0);
  CHECK(cancelled.body["progress"]["cancelled"] == 3);
  CHECK(cancelled.body["progress"]["pending"] == 0);
  auto contact = on.get(at + "/contacts/2").body;
  CHECK(contact["status"] == "cancelled");
  CHECK(contact["why"]["text"] == "The campaign is cancelled.");
  CHECK(on.get(at + "/progress").body["next_dial_reason"] == "campaign_over");
  CHECK(on.post(at + "/cancel").status == 200);
  CHECK(on.patch(at, R"({"name":"x"})").body["type"] == "/problems/already-over");
  CHECK(on.post(at + "/resume").body["campaign_status"] == "cancelled");
}

TEST_CASE("a draft can be thrown away, and is gone") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto gone = on.remove(at);
  CHECK(gone.status == 200);
  CHECK(gone.body["deleted"] == true);
  CHECK(on.get(at).status == 404);
  CHECK(on.post(at + "/start").status == 404);
  CHECK(on.get("/v1/campaigns").body["items"].empty());
}

TEST_CASE("campaigns are listed in pages") {
  desk on;
  auto first = on.draft();
  auto second = on.draft();
  auto page = on.get("/v1/campaigns?limit=1");
  CHECK(page.body["items"][0]["id"] == second);
  auto rest = on.get("/v1/campaigns?limit=1&cursor=" + page.body["next_cursor"].get<std::string>());
  CHECK(rest.body["items"][0]["id"] == first);
}

TEST_CASE("a column that the workflow needs must be there, and full") {
  desk on;
  auto body = on.campaign_body();
  auto workflow = on.post(
    "/v1/workflows",
    R"({"name":"w","agent":"a","prompt":"p","required_variables":["plan","city","customer_name"]})");
  body["workflow_id"] = workflow.body["id"];
  auto no = on.post("/v1/campaigns", body.dump());
  CHECK(no.status == 422);
  CHECK(no.body["field"] == "/contact_list_id");
  CHECK(no.body["missing_columns"] == json{"city"});
  REQUIRE(no.body["errors"].size() == 2);
  auto narrower = on.post(
    "/v1/workflows", R"({"name":"w","agent":"a","prompt":"p","required_variables":["plan"]})");
  body["workflow_id"] = narrower.body["id"];
  auto empty = on.post("/v1/campaigns", body.dump());
  CHECK(
    empty.body["empty_columns"]
    == json::parse(R"([{"column":"plan","empty_rows":1,"first_empty_lines":[3]}])"));
}

TEST_CASE("an engine that is stopping says so, and nothing is done") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  on.instead = http::command_unavailable{"stopping"};
  auto no = on.post(at + "/start");
  CHECK(no.status == 503);
  CHECK(no.headers["Retry-After"] == "1");
}

TEST_CASE("a campaign's times are kept, changed and taken away, and make sense") {
  desk on;
  auto made =
    created(on, {{"not_before", "2026-11-24T09:00:00Z"}, {"expires_at", "2026-11-30T00:00:00Z"}});
  CHECK(made["not_before"] == "2026-11-24T09:00:00Z");
  auto at = "/v1/campaigns/" + made["id"].get<std::string>();
  on.post(at + "/start");
  auto progress = on.get(at + "/progress").body;
  CHECK(progress["next_dial_reason"] == "waiting_for_start");
  CHECK(progress["next_dial_at"] == "2026-11-24T09:00:00Z");
  CHECK(on.get(at + "/contacts/1").body["why"]["reason"] == "waiting_for_start");
  auto before = on.recorded();
  CHECK(on.patch(at, R"({"expires_at":"2026-11-24T08:00:00Z"})").body["field"] == "/expires_at");
  CHECK(on.patch(at, R"({"expires_at":"2025-01-01T00:00:00Z"})").status == 422);
  CHECK(on.patch(at, R"({"not_before":"soon"})").body["field"] == "/not_before");
  CHECK(on.recorded() == before);
  auto freed = on.patch(at, R"({"not_before":null,"expires_at":null})").body;
  CHECK(freed["not_before"].is_null());
  CHECK(freed["expires_at"].is_null());
  CHECK(on.get(at + "/progress").body["next_dial_reason"] == "in_line");
}

TEST_CASE("what a client does not say is as the server would have it, and is shown") {
  desk on;
  auto defaults = http::read_defaults(
    R"({"concurrency":7,"retry_config":{"max_attempts":4},"circuit_breaker":{"enabled":false}})",
    on.now);
  on.with.campaign_defaults = std::get<events::campaign_settings>(defaults);
  auto shown = on.get("/v1/campaign-defaults").body;
  CHECK(shown["concurrency"] == 7);
  CHECK(shown["retry_config"]["max_attempts"] == 4);
  auto made = created(on, {{"circuit_breaker", {{"window_seconds", 60}}}});
  CHECK(made["concurrency"] == 7);
  CHECK(made["retry_config"] == shown["retry_config"]);
  CHECK(made["circuit_breaker"]["enabled"] == true);
  CHECK(std::holds_alternative<std::string>(http::read_defaults(R"({"name":"x"})", on.now)));
  CHECK(std::holds_alternative<std::string>(http::read_defaults("[", on.now)));
}

TEST_CASE("a clone is a draft with the same choices, but for what is said and the times") {
  desk on;
  auto made = created(
    on,
    {{"concurrency", 3},
     {"retry_config", {{"max_attempts", 5}}},
     {"expires_at", "2026-11-30T00:00:00Z"}});
  auto at = "/v1/campaigns/" + made["id"].get<std::string>();
  on.post(at + "/start");
  auto clone = on.post(at + "/clone", R"({"concurrency":4})");
  CHECK(clone.status == 201);
  CHECK(clone.headers["Location"] == "/v1/campaigns/" + clone.body["id"].get<std::string>());
  CHECK(clone.body["id"] != made["id"]);
  CHECK(clone.body["status"] == "draft");
  CHECK(clone.body["name"] == "spring (copy)");
  CHECK(clone.body["concurrency"] == 4);
  CHECK(clone.body["retry_config"] == made["retry_config"]);
  CHECK(clone.body["contact_list_id"] == made["contact_list_id"]);
  CHECK(clone.body["expires_at"].is_null());
  CHECK(on.post(at + "/clone", R"({"trunk_id":"trk_000000000001"})").body["field"] == "/trunk_id");
  CHECK(on.post("/v1/campaigns/cmp_000000000zzz/clone").status == 404);
}

TEST_CASE("archived campaigns are listed only when asked for") {
  desk on;
  auto kept = on.draft();
  auto archived = on.draft();
  auto at = "/v1/campaigns/" + archived;
  CHECK(on.post(at + "/archive").body["archived"] == true);
  auto refused = on.post(at + "/start");
  CHECK(refused.body["type"] == "/problems/archived");
  CHECK(
    refused.body["detail"]
    == "The campaign cannot be started. It is archived, and is to be brought back first.");
  auto ids = [&](const std::string& query) {
    std::vector<std::string> found;
    auto listed = on.get("/v1/campaigns" + query);
    for (const auto& it : listed.body["items"])
      found.push_back(it["id"]);
    return found;
  };
  CHECK(ids("") == std::vector{kept});
  CHECK(ids("?archived=true") == std::vector{archived});
  CHECK(ids("?archived=any") == std::vector{archived, kept});
  CHECK(on.post(at + "/unarchive").body["archived"] == false);
  on.post(at + "/start");
  CHECK(on.post(at + "/archive").body["type"] == "/problems/not-over");
}

TEST_CASE("nobody is called again within two hours of a call that nobody could tell the end of") {
  desk on;
  auto rule = [&](const json& unknown) {
    json retry{{"retry_interval_minutes", 5}, {"outcomes", {{"unknown", unknown}}}};
    return created(on, {{"retry_config", retry}})["retry_config"]["outcomes"]["unknown"];
  };
  CHECK(rule({{"retry", true}})["interval_minutes"] == 120);
  CHECK(rule({{"interval_minutes", 120}})["interval_minutes"] == 120);
  CHECK(rule({{"retry", false}, {"interval_minutes", 0}})["retry"] == false);
}
