#include "domain/webhook.hpp"
#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

const std::string own_secret = domain::webhook_secret_of(std::string(32, 'k'));

/// A desk with one webhook.
struct hooked : desk {
  json made = post("/v1/webhooks", R"({"url": "https://example.org/hook"})").body;
  std::string at = "/v1/webhooks/" + made.at("id").get<std::string>();
  events::webhook_id id = id_of<events::webhook_id>(made.at("id"));
};

} // namespace

TEST_CASE(
  "a webhook is made with all events of campaigns and contacts and a secret, which is shown once") {
  desk on;
  auto made = on.post("/v1/webhooks", R"({"url": "https://example.org/hook"})");
  CHECK(made.status == 201);
  CHECK(made.body["events"] == json{"campaign.", "contact."});
  CHECK(made.body["campaign_id"].is_null());
  CHECK(made.body["enabled"] == true);
  auto id = id_of<events::webhook_id>(made.body["id"]);
  CHECK(made.headers["Location"] == "/v1/webhooks/" + to_string(id));
  auto secret = made.body["secret"].get<std::string>();
  CHECK(domain::webhook_key_in(secret));
  CHECK(on.webhook_secrets[id] == secret);
  auto shown = on.get("/v1/webhooks/" + to_string(id));
  CHECK(shown.status == 200);
  CHECK_FALSE(shown.body.contains("secret"));
  CHECK(
    on.log().back().event
    == events::event{events::webhook_created{
      .webhook = id,
      .campaign = {},
      .settings = {
        .url = "https://example.org/hook", .events = {"campaign.", "contact."}, .enabled = true}}});
}

TEST_CASE("a secret of the client's own is kept and not shown") {
  desk on;
  auto made = on.post(
    "/v1/webhooks", json{{"url", "https://example.org/hook"}, {"secret", own_secret}}.dump());
  CHECK(made.status == 201);
  CHECK_FALSE(made.body.contains("secret"));
  CHECK(on.webhook_secrets.begin()->second == own_secret);
}

TEST_CASE("a request for a webhook that is sent again shows the same secret, if it was given one") {
  desk on;
  auto again = [&](const json& body, const std::string& client_key) {
    auto request = desk::request("POST", "/v1/webhooks", body.dump());
    request.headers["idempotency-key"] = client_key;
    request.mark = events::request_mark{.key = client_key, .digest = "digest"};
    auto made = on.ask(request);
    REQUIRE(made.status == 201);
    std::optional<http::outgoing> got;
    projections::carried_out what{
      .position = 1,
      .at = {},
      .digest = "digest",
      .stream = events::stream_of(id_of<events::webhook_id>(made.body["id"])),
      .created = true};
    http::recall(what, request, on.with, [&](http::outgoing it) { got = std::move(it); });
    CHECK(got->status == 201);
    CHECK(json::parse(got->body).value("secret", "") == made.body.value("secret", ""));
    return made.body.contains("secret");
  };
  CHECK(again({{"url", "https://example.org/hook"}}, "one"));
  CHECK_FALSE(again({{"url", "https://example.org/hook"}, {"secret", own_secret}}, "other"));
}

TEST_CASE("a webhook hears of one campaign and some events if it is told so") {
  desk on;
  auto campaign = on.draft();
  auto made = on.post(
    "/v1/webhooks",
    json{
      {"url", "https://example.org/hook"},
      {"events", {"contact.finished.v1"}},
      {"campaign_id", campaign},
      {"enabled", false}}
      .dump());
  CHECK(made.status == 201);
  CHECK(made.body["events"] == json{"contact.finished.v1"});
  CHECK(made.body["campaign_id"] == campaign);
  CHECK(made.body["enabled"] == false);
}

TEST_CASE("what a webhook cannot be is said field by field") {
  desk on;
  auto trouble = [&](const json& changes) {
    json body{{"url", "https://example.org/hook"}};
    body.update(changes);
    auto answer = on.post("/v1/webhooks", body.dump());
    return std::pair{answer.status, answer.body.value("field", "")};
  };
  using wrong = std::pair<unsigned, std::string>;
  CHECK(trouble({{"url", "ftp://example.org"}}) == wrong{422, "/url"});
  CHECK(trouble({{"events", json::array()}}) == wrong{422, "/events"});
  CHECK(trouble({{"events", {"trunk.created.v1"}}}) == wrong{422, "/events/0"});
  CHECK(trouble({{"events", "contact."}}) == wrong{400, "/events"});
  CHECK(trouble({{"campaign_id", "cmp_000000000zzz"}}) == wrong{422, "/campaign_id"});
  CHECK(trouble({{"secret", "hunter2"}}) == wrong{422, "/secret"});
  CHECK(trouble({{"nonsense", 1}}).first == 400);
  CHECK(on.post("/v1/webhooks", "{}").status == 400);
}

TEST_CASE("there are only so many webhooks") {
  desk on;
  for (std::size_t i = 0; i < domain::most_webhooks; ++i)
    REQUIRE(on.post("/v1/webhooks", R"({"url": "https://example.org/hook"})").status == 201);
  auto one_more = on.post("/v1/webhooks", R"({"url": "https://example.org/hook"})");
  CHECK(one_more.status == 409);
  CHECK(one_more.body["type"] == "/problems/too-many-webhooks");
}

TEST_CASE("a webhook shows how far its deliveries have come") {
  hooked on;
  CHECK(on.get(on.at).body["delivery"]["position"] == on.recorded());
  on.standings[on.id] = {
    .position = 7,
    .lag = 3,
    .waiting = 2,
    .parked = 1,
    .next_try_at = on.now,
    .last_error = "it answered 500"};
  auto shown = on.get("/v1/webhooks").body["items"][0]["delivery"];
  CHECK(
    shown
    == json{
      {"position", 7},
      {"lag", 3},
      {"waiting", 2},
      {"parked", 1},
      {"next_try_at", "2026-11-23T12:00:00Z"},
      {"delivered_at", nullptr},
      {"failed_at", nullptr},
      {"last_error", "it answered 500"}});
}

TEST_CASE("a webhook is edited member by member") {
  hooked on;
  auto edited = on.patch(on.at, R"({"enabled": false})");
  CHECK(edited.status == 200);
  CHECK(edited.body["enabled"] == false);
  CHECK(edited.body["url"] == "https://example.org/hook");
  edited = on.patch(on.at, R"({"url": "https://example.org/other", "events": ["contact."]})");
  CHECK(edited.body["url"] == "https://example.org/other");
  CHECK(edited.body["events"] == json{"contact."});
  CHECK(edited.body["enabled"] == false);
  auto before = on.recorded();
  CHECK(on.patch(on.at, R"({"enabled": false})").status == 200);
  CHECK(on.recorded() == before);
  CHECK(on.patch(on.at, R"({"secret": "x"})").status == 400);
}

TEST_CASE("a webhook that is removed is not there any more") {
  hooked on;
  auto removed = on.remove(on.at);
  CHECK(removed.status == 200);
  CHECK(removed.body["removed"] == true);
  CHECK(on.get(on.at).status == 404);
  CHECK(on.remove(on.at).status == 404);
  CHECK(on.get("/v1/webhooks").body["items"].empty());
}

TEST_CASE("what is parked is listed page by page, and tried again") {
  hooked on;
  on.parked = {{5, {7}, on.now, "it answered 500"}, {9, {7}, on.now, "it answered 503"}};
  auto first = on.get(on.at + "/parked?limit=1").body;
  CHECK(
    first["items"][0]
    == json{
      {"position", 5},
      {"campaign_id", to_string(events::campaign_id{7})},
      {"parked_at", "2026-11-23T12:00:00Z"},
      {"why", "it answered 500"}});
  CHECK(first["next_cursor"] == "5");
  auto second = on.get(on.at + "/parked?limit=1&cursor=5").body;
  CHECK(second["items"][0]["position"] == 9);
  CHECK(second["next_cursor"].is_null());
  CHECK(on.post(on.at + "/parked/retry").body["retried"] == 2);
}

TEST_CASE("a replay begins at what was sent already") {
  hooked on;
  on.standings[on.id] = {.position = 40};
  CHECK(on.post(on.at + "/replay", R"({"from_position": 41})").status == 200);
  CHECK(on.post(on.at + "/replay", R"({"from_position": 1})").status == 200);
  CHECK(on.replays == std::vector<std::uint64_t>{41, 1});
  for (const auto* wrong : {R"({"from_position": 42})", R"({"from_position": 0})"})
    CHECK(on.post(on.at + "/replay", wrong).status == 422);
  CHECK(on.post(on.at + "/replay", R"({"from_position": -1})").status == 400);
  CHECK(on.post(on.at + "/replay", "{}").status == 400);
}

TEST_CASE("a webhook that is tried out tells how that went") {
  hooked on;
  CHECK(
    on.post(on.at + "/test").body
    == json{{"delivered", true}, {"status", 200}, {"error", nullptr}});
  on.trial = {.status = 0, .error = "no answer within 10000 ms"};
  CHECK(
    on.post(on.at + "/test").body
    == json{{"delivered", false}, {"status", nullptr}, {"error", "no answer within 10000 ms"}});
}

TEST_CASE("only admins have to do with webhooks") {
  hooked on;
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
         {"GET", "/v1/webhooks"},
         {"POST", "/v1/webhooks"},
         {"GET", on.at},
         {"PATCH", on.at},
         {"DELETE", on.at},
         {"GET", on.at + "/parked"},
         {"POST", on.at + "/parked/retry"},
         {"POST", on.at + "/replay"},
         {"POST", on.at + "/test"}}) {
    auto request = desk::request(method, path);
    request.role = events::key_role::operates;
    CHECK_MESSAGE(on.ask(request).status == 403, method << ' ' << path);
  }
}
