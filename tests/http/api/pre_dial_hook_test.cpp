#include "domain/webhook.hpp"
#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

const std::string own_secret = domain::webhook_secret_of(std::string(32, 'k'));

} // namespace

TEST_CASE("a campaign's hook is shown without what it is signed with") {
  desk on;
  auto body = on.campaign_body();
  body["pre_dial_hook"] = {
    {"url", "https://example.org/may-we"}, {"timeout_ms", 500}, {"secret", own_secret}};
  auto made = on.post("/v1/campaigns", body.dump());
  REQUIRE(made.status == 201);
  CHECK(
    made.body["pre_dial_hook"]
    == json{{"url", "https://example.org/may-we"}, {"timeout_ms", 500}, {"signed", true}});
  CHECK(made.text.find(own_secret) == std::string::npos);
  REQUIRE(on.hook_secrets.size() == 1);
  auto name = on.hook_secrets.begin()->first;
  CHECK(on.hook_secrets[name] == own_secret);
  auto id = id_of<events::campaign_id>(made.body["id"]);
  CHECK(on.with.views->look().campaign(id)->state.settings.pre_dial_hook->secret == name);
}

TEST_CASE("a hook's secret stays until another comes in its place or it is taken away") {
  desk on;
  auto body = on.campaign_body();
  body["pre_dial_hook"] = {{"url", "https://example.org/may-we"}, {"secret", own_secret}};
  auto at = "/v1/campaigns/" + on.post("/v1/campaigns", body.dump()).body["id"].get<std::string>();
  auto hook = [&](const std::string& patch) {
    auto answer = on.patch(at, R"({"pre_dial_hook": )" + patch + "}");
    CHECK_MESSAGE(answer.status == 200, answer.text);
    return answer.body["pre_dial_hook"];
  };
  CHECK(
    hook(R"({"url": "https://example.org/other"})")
    == json{{"url", "https://example.org/other"}, {"timeout_ms", 1000}, {"signed", true}});
  CHECK(on.hook_secrets.size() == 1);
  CHECK(hook(R"({"url": "https://example.org/other", "secret": null})")["signed"] == false);
  CHECK(hook("null").is_null());
}

TEST_CASE("a clone and a redial ask the same hook, signed as before") {
  desk on;
  auto body = on.campaign_body();
  body["pre_dial_hook"] = {{"url", "https://example.org/may-we"}, {"secret", own_secret}};
  auto made = on.post("/v1/campaigns", body.dump()).body;
  auto clone = on.post("/v1/campaigns/" + made["id"].get<std::string>() + "/clone");
  CHECK(clone.body["pre_dial_hook"] == made["pre_dial_hook"]);
  auto bare = on.post(
    "/v1/campaigns/" + made["id"].get<std::string>() + "/clone", R"({"pre_dial_hook": null})");
  CHECK(bare.body["pre_dial_hook"].is_null());
}

TEST_CASE("what a hook cannot be is said field by field") {
  desk on;
  auto body = on.campaign_body();
  auto trouble = [&](const json& hook) {
    body["pre_dial_hook"] = hook;
    auto answer = on.post("/v1/campaigns", body.dump());
    return std::pair{answer.status, answer.body.value("field", "")};
  };
  using wrong = std::pair<unsigned, std::string>;
  CHECK(trouble({{"url", "ftp://x"}}) == wrong{422, "/pre_dial_hook/url"});
  CHECK(trouble(json::object()).first == 400);
  CHECK(trouble("https://example.org").first == 400);
  for (int ms : {99, 5'001})
    CHECK(
      trouble({{"url", "https://x.org"}, {"timeout_ms", ms}})
      == wrong{422, "/pre_dial_hook/timeout_ms"});
  CHECK(
    trouble({{"url", "https://x.org"}, {"secret", "hunter2"}})
    == wrong{422, "/pre_dial_hook/secret"});
}
