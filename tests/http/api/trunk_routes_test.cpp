#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;

namespace {

std::string path_of(const json& trunk) {
  return "/v1/trunks/" + trunk.at("id").get<std::string>();
}

json make_trunk(desk& on, const std::string& more = "") {
  auto made =
    on.post("/v1/trunks", R"({"name":"t","provider":"simulated","channels":20)" + more + "}");
  REQUIRE(made.status == 201);
  return made.body;
}

} // namespace

TEST_CASE("a trunk is created, shown, listed and removed") {
  desk on;
  auto made = on.post(
    "/v1/trunks",
    R"({"name":"t","provider":"simulated","settings":{"seed":7},
        "caller_ids":["+1 (415) 555-0199"],"channels":100000,"calls_per_second":5})");
  REQUIRE(made.status == 201);
  CHECK(made.body["settings"] == json{{"seed", 7}});
  CHECK(made.body["caller_ids"] == json{"+14155550199"});
  auto at = "/v1/trunks/" + made.body["id"].get<std::string>();
  CHECK(on.get(at).body["channels"] == 100'000);
  CHECK(on.get("/v1/trunks").body["items"].size() == 1);
  auto gone = on.remove(at);
  CHECK(gone.status == 200);
  CHECK(gone.body["position"] == on.recorded());
  CHECK(on.get("/v1/trunks").body["items"].empty());
  CHECK(on.get(at).body["removed"] == true);
  CHECK(on.remove(at).status == 404);
}

TEST_CASE("a trunk that a campaign uses stays, and the answer says why") {
  desk on;
  auto body = on.campaign_body();
  on.instead = http::command_refused{domain::refusal::trunk_in_use};
  auto no = on.remove("/v1/trunks/" + body["trunk_id"].get<std::string>());
  CHECK(no.status == 409);
  CHECK(no.body["type"] == "/problems/trunk-in-use");
}

TEST_CASE("a rate is counted over a window of seconds, and may be less than a call a second") {
  desk on;
  auto plain = make_trunk(on);
  CHECK(plain["calls_per_second"] == 0);
  CHECK(plain["rate_window_seconds"] == 1);
  auto slow = make_trunk(on, R"(,"calls_per_second":0.2,"rate_window_seconds":5)");
  CHECK(slow["calls_per_second"] == 0.2);
  CHECK(slow["rate_window_seconds"] == 5);
  auto burst = make_trunk(on, R"(,"calls_per_second":4,"rate_window_seconds":5)");
  CHECK(burst["calls_per_second"] == 4);
  for (const std::string odd :
       {R"({"calls_per_second":0.5})", R"({"calls_per_second":0.25,"rate_window_seconds":5})"}) {
    auto no = on.patch(path_of(plain), odd);
    CHECK(no.status == 422);
    CHECK(no.body["field"] == "/calls_per_second");
  }
}

TEST_CASE("an edited trunk has what was given, and keeps the rest") {
  desk on;
  auto made =
    make_trunk(on, R"(,"settings":{"seed":7},"caller_ids":["+14155550199"],"calls_per_second":5)");
  auto at = path_of(made);
  auto edited = on.patch(
    at,
    R"({"name":"u","channels":3,"caller_ids":["+14155550100","+14155550101"],
        "caller_id_limits":{"concurrent":2,"per_day":300}})");
  REQUIRE(edited.status == 200);
  CHECK(edited.body["position"] == on.recorded());
  CHECK(edited.body["name"] == "u");
  CHECK(edited.body["channels"] == 3);
  CHECK(edited.body["caller_ids"] == json{"+14155550100", "+14155550101"});
  CHECK(edited.body["caller_id_limits"] == json{{"concurrent", 2}, {"per_day", 300}});
  CHECK(edited.body["settings"] == json{{"seed", 7}});
  CHECK(edited.body["calls_per_second"] == 5);
  CHECK(edited.headers["ETag"] == on.get(at).headers["ETag"]);
  edited.body.erase("position");
  auto shown = on.get(at).body;
  CHECK(shown.erase("lines") == 1);
  CHECK(shown == edited.body);
  CHECK(on.patch(at, R"({"rate_window_seconds":5})").body["calls_per_second"] == 5);
  CHECK(on.patch(at, R"({"caller_ids":[]})").body["caller_ids"] == json::array());
  CHECK(on.patch(at, R"({"caller_id_limits":{}})").body["caller_id_limits"]["per_day"] == 0);
}

TEST_CASE("what a trunk can't be edited to is named, and nothing is stored") {
  desk on;
  auto at = path_of(make_trunk(on));
  auto before = on.recorded();
  const std::vector<std::tuple<std::string, unsigned, std::string>> mistakes{
    {R"({"channels":0})", 422, "/channels"},
    {R"({"channels":null})", 400, "/channels"},
    {R"({"calls_per_second":"2"})", 400, "/calls_per_second"},
    {R"({"calls_per_second":-1})", 422, "/calls_per_second"},
    {R"({"rate_window_seconds":61})", 422, "/rate_window_seconds"},
    {R"({"settings":{"oops":1}})", 422, "/settings"},
    {R"({"caller_ids":["12"]})", 422, "/caller_ids/0"},
    {R"({"caller_id_limits":{"per_week":3}})", 400, "/caller_id_limits/per_week"},
    {R"({"caller_id_limits":{"per_day":-3}})", 422, "/caller_id_limits/per_day"},
    {R"({"provider":"simulated"})", 400, "/provider"}};
  for (const auto& [body, status, field] : mistakes) {
    CAPTURE(body);
    auto no = on.patch(at, body);
    CHECK(no.status == status);
    CHECK(no.body["field"] == field);
  }
  CHECK(on.recorded() == before);
  CHECK(on.patch("/v1/trunks/trk_01h7x3k9q2zt", "{}").status == 404);
}

TEST_CASE("an edit is blamed for what it changes, and not for what was there before") {
  desk on;
  auto made = make_trunk(on, R"(,"settings":{"shows_number":true},"caller_ids":["+14155550199"])");
  auto at = path_of(made);
  auto no = on.patch(at, R"({"caller_ids":[]})");
  CHECK(no.status == 422);
  CHECK(no.body["field"] == "/caller_ids");
  auto of_old = make_trunk(on);
  auto view = test::id_of<events::trunk_id>(of_old["id"].get<std::string>());
  on.record(
    events::stream_of(view),
    events::trunk_edited{
      .trunk = view,
      .name = "t",
      .settings = R"({"shows_number":true})",
      .caller_ids = {},
      .channels = 20});
  CHECK(on.patch(path_of(of_old), R"({"channels":3})").status == 200);
  CHECK(on.patch(path_of(of_old), R"({"settings":{"seed":7,"shows_number":1}})").status == 200);
  CHECK(on.patch(path_of(of_old), R"({"caller_ids":["+14155550199"]})").status == 200);
}

TEST_CASE("what is wrong with a caller id is said in words") {
  desk on;
  auto at = path_of(make_trunk(on));
  auto said = [&](const std::string& number) {
    return on.patch(at, R"({"caller_ids":[")" + number + R"("]})").body["detail"];
  };
  CHECK(
    said("415 555 0100")
    == "A caller id is a number as in +14155550100; this one does not begin with + and the code "
       "of a country.");
  CHECK(said("+1415") == "A caller id is a number as in +14155550100; this one is too short.");
}

TEST_CASE("settings of a trunk with calls up are refused in so many words") {
  desk on;
  auto at = path_of(make_trunk(on));
  on.instead = http::command_refused{domain::refusal::trunk_has_calls};
  auto no = on.patch(at, R"({"settings":{"seed":8}})");
  CHECK(no.status == 409);
  CHECK(no.body["type"] == "/problems/trunk-has-calls");
}

TEST_CASE("a trunk is given its secrets anew, those that are named and no others") {
  desk on;
  auto made = make_trunk(on, R"(,"secrets":{"auth_token":"a3f1","other":"b4"})");
  auto& kept = on.secrets[test::id_of<events::trunk_id>(made["id"].get<std::string>())];
  auto edited = on.patch(path_of(made), R"({"secrets":{"auth_token":"c5d2","more":"d6"}})");
  REQUIRE(edited.status == 200);
  CHECK(edited.body["secret_names"] == json{"auth_token", "more", "other"});
  CHECK(edited.text.find("c5d2") == std::string::npos);
  CHECK(kept == http::trunk_secrets{{"auth_token", "c5d2"}, {"more", "d6"}, {"other", "b4"}});
  on.instead = http::command_refused{domain::refusal::trunk_has_calls};
  CHECK(on.patch(path_of(made), R"({"secrets":{"auth_token":"e7"}})").status == 409);
  CHECK(kept.at("auth_token") == "c5d2");
}

TEST_CASE("settings and secrets of an edit are looked at together") {
  desk on;
  auto at = path_of(make_trunk(on));
  auto before = on.recorded();
  for (const char* body :
       {R"({"secrets":{"wrong":"x"}})",
        R"({"settings":{"username":"u"}})",
        R"({"settings":{"username":"u"},"secrets":{"other":"x"}})"}) {
    CAPTURE(body);
    auto no = on.patch(at, body);
    CHECK(no.status == 422);
    CHECK(no.body["field"] == "/secrets");
  }
  CHECK(on.recorded() == before);
  auto both = R"({"settings":{"username":"u"},"secrets":{"password":"p"}})";
  CHECK(on.patch(at, both).status == 200);
  CHECK(on.patch(at, R"({"settings":{"username":"v"}})").status == 200); // it has the password
}

TEST_CASE("a trunk shows who has its lines, who waits and why") {
  desk on;
  auto at = path_of(make_trunk(on));
  CHECK(
    on.get(at).body["lines"]
    == json{
      {"in_use", 0},
      {"holders", json::array()},
      {"waiting", json::array()},
      {"rests_because", nullptr},
      {"caller_ids", json::array()}});
  on.lines.in_use = 3;
  on.lines.users = {{{0x7'0000'0001}, 3, 2, 5}, {{0x7'0000'0002}, 0, 4, 1}};
  on.lines.why = domain::shortage::rate;
  on.lines.rests_because = "429";
  on.lines.until = on.now + std::chrono::seconds{1};
  on.lines.numbers = {{"+14155550100", 3, 17}};
  auto lines = on.get(at).body["lines"];
  CHECK(lines["in_use"] == 3);
  REQUIRE(lines["holders"].size() == 1);
  CHECK(lines["holders"][0]["in_use"] == 3);
  CHECK(lines["holders"][0]["line_weight"] == 5);
  REQUIRE(lines["waiting"].size() == 2);
  CHECK(lines["waiting"][1]["wanted"] == 4);
  CHECK(lines["waiting"][1]["reason"] == "rate");
  CHECK(lines["rests_because"] == "429");
  CHECK(lines["waiting"][1]["until"] == "2026-11-23T12:00:01Z");
  CHECK(
    lines["caller_ids"]
    == json::parse(R"([{"caller_id":"+14155550100","in_use":3,"dialed_today":17}])"));
}

TEST_CASE("what a trunk is given in confidence is kept and never shown, but for its name") {
  desk on;
  auto made = on.post(
    "/v1/trunks",
    R"({"name":"t","provider":"simulated","channels":1,"secrets":{"auth_token":"a3f1","other":"b4"}})");
  REQUIRE(made.status == 201);
  CHECK(made.body["secret_names"] == json{"auth_token", "other"});
  auto id = made.body["id"].get<std::string>();
  CHECK(on.secrets[test::id_of<events::trunk_id>(id)]["auth_token"] == "a3f1");
  for (const auto& answer :
       {made, on.get("/v1/trunks/" + id), on.get("/v1/trunks"), on.remove("/v1/trunks/" + id)}) {
    CHECK(answer.text.find("a3f1") == std::string::npos);
    CHECK(answer.text.find("auth_token") != std::string::npos);
  }
  CHECK(std::get<events::trunk_created>(on.log().at(0).event).settings == "{}");
}

TEST_CASE("secrets that the provider has no use for, and what is none, are refused by name") {
  desk on;
  auto refused = [&](const std::string& secrets) {
    auto answer = on.post(
      "/v1/trunks",
      R"({"name":"t","provider":"simulated","channels":1,"secrets":)" + secrets + "}");
    CHECK(on.recorded() == 0);
    CHECK(on.secrets.empty());
    return answer.body["field"];
  };
  CHECK(refused(R"({"wrong":"x"})") == "/secrets");
  CHECK(refused(R"({"Auth Token":"x"})") == "/secrets");
  CHECK(refused(R"({"auth_token":""})") == "/secrets/auth_token");
  CHECK(refused(R"({"auth_token":7})") == "/secrets/auth_token");
  CHECK(refused(R"([])") == "/secrets");
}
