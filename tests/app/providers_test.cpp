// What the kinds of telephony take of a trunk.
#include "app/providers.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

std::unique_ptr<store::secrets> open_secrets(const std::filesystem::path& home) {
  auto opened = store::secrets::open(home / "secrets", home / "key");
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<store::secrets>>(std::move(opened));
}

/// A server's providers; `with` is read whenever they are asked.
struct counter {
  temporary_directory home;
  app::configuration with;
  app::engine_clock clock{events::instant{}, 1.0};
  telephony::real_timer timer;
  std::unique_ptr<store::secrets> secrets = open_secrets(home.path());
  app::providers kinds{with, clock, timer, *secrets};

  counter() { with.public_base_url = "https://calls.example.org"; }

  /// Each fault, with its member in front.
  [[nodiscard]] std::vector<std::string> faults(const events::trunk_created& of) const {
    std::vector<std::string> found;
    for (const auto& it : kinds.troubles_with(of))
      found.push_back(it.field + ": " + it.detail);
    return found;
  }
};

events::trunk_created trunk(const std::string& provider, const std::string& settings) {
  events::trunk_created it;
  it.trunk = {9};
  it.provider = provider;
  it.settings = settings;
  it.caller_ids = {"+14155550199"};
  it.channels = 1;
  return it;
}

events::trunk_created twilio(const std::string& more = "") {
  return trunk("twilio", R"({"account": "AC1")" + more + "}");
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("an unknown provider is what is wrong, and not its settings") {
  counter at;
  CHECK(
    at.faults(trunk("pigeon", "{}"))
    == texts{"/provider: There is no such provider. This version has `simulated`, `twilio`, "
             "`agent_webhook`, `sip`."});
  CHECK(at.faults(trunk("simulated", "{}")).empty());
  CHECK(at.faults(trunk("sip", "{}"))
          .at(0)
          .starts_with("/settings: The provider does not take this: "
                       "server is missing"));
}

TEST_CASE("a carrier that tells what becomes of calls needs an address to tell it to") {
  counter at;
  CHECK(at.faults(twilio()).empty());
  at.with.public_base_url.clear();
  CHECK(
    at.faults(twilio()).at(0).starts_with("/provider: This server can't use it: public_base_url"));
}

TEST_CASE("a trunk whose carrier refuses calls without a caller id has one") {
  counter at;
  for (auto it : {twilio(), trunk("sip", R"({"server": "sip:127.0.0.1"})")}) {
    CHECK(at.faults(it).empty());
    it.caller_ids.clear();
    CHECK(at.faults(it).at(0).starts_with("/caller_ids: There must be a number"));
  }
  for (auto it :
       {trunk("simulated", "{}"), trunk("agent_webhook", R"({"url": "https://a.example"})")}) {
    it.caller_ids.clear();
    CHECK(at.faults(it).empty());
  }
}

TEST_CASE("an agent that the carrier cannot be told of is refused before anybody is called") {
  counter at;
  auto no = [&](const events::trunk_created& on, const std::string& agent) {
    return at.kinds.trouble_with_agent(on, agent).has_value();
  };
  CHECK(no(twilio(), "reminder-agent"));
  CHECK(no(twilio(), "sip:bot@agent.example.org"));
  CHECK_FALSE(no(twilio(), "wss://agent.example.org/stream"));
  CHECK_FALSE(no(twilio(), "https://agent.example.org/twiml"));
  CHECK_FALSE(no(trunk("simulated", "{}"), "reminder-agent"));
  CHECK_FALSE(no(trunk("agent_webhook", R"({"url": "https://a.example"})"), "reminder-agent"));
}

TEST_CASE(
  "a SIP trunk hands calls to a SIP URI, of the workflow or of its own, unless silence is meant") {
  counter at;
  auto no = [&](const std::string& more, const std::string& agent) {
    return at.kinds
      .trouble_with_agent(trunk("sip", R"({"server": "sip:127.0.0.1")" + more + "}"), agent)
      .has_value();
  };
  CHECK(no("", "reminder-agent"));
  CHECK_FALSE(no("", "sip:bot@agent.example.org"));
  CHECK_FALSE(no(R"(, "agent": "sip:bot@agent.example.org")", "reminder-agent"));
  CHECK_FALSE(no(R"(, "hold_ms": 5000)", "reminder-agent"));
  CHECK(no(R"(, "hold_ms": 5000)", "sip:bot@agent:x"));
}

TEST_CASE("secrets are looked at with those that were given before, and old ones do no harm") {
  counter at;
  auto why = [&](const events::trunk_created& of, const app::given_secrets& given) {
    return at.kinds.trouble_with_secrets(of.trunk, of.provider, of.settings, given).value_or("");
  };
  auto plain = twilio();
  auto with_key = twilio(R"(, "api_key": "SK1")");
  CHECK(why(plain, {}) == "auth_token is missing");
  at.secrets->put(to_string(plain.trunk), "auth_token", "t");
  CHECK(why(plain, {}).empty());
  CHECK(why(with_key, {}) == "api_key_secret is missing");
  CHECK(why(with_key, {{"api_key_secret", "s"}}).empty());
  CHECK(why(plain, {{"api_key_secret", "s"}}).starts_with("api_key_secret is not a secret"));
  at.secrets->put(to_string(plain.trunk), "api_key_secret", "s");
  CHECK(why(with_key, {}).empty());
  CHECK(why(plain, {}).empty());
  auto made = at.kinds.make(plain, [](auto) {});
  CHECK(std::holds_alternative<std::unique_ptr<telephony::provider>>(made));
}

TEST_CASE("a platform of which nothing could be heard is refused") {
  counter at;
  auto pushed = trunk("agent_webhook", R"({"url": "https://a.example"})");
  auto asked = trunk(
    "agent_webhook",
    R"({"url": "https://a.example", "status_url": "https://a.example/{{run_ref}}"})");
  CHECK(at.faults(pushed).empty());
  at.with.public_base_url.clear();
  CHECK(at.faults(asked).empty());
  CHECK(at.faults(pushed).at(0).starts_with("/provider: This server can't use it: status_url"));
  auto made = at.kinds.make(pushed, [](auto) {});
  CHECK(std::holds_alternative<std::string>(made));
}

TEST_CASE("an address of our own network is refused at once, unless such may be asked") {
  counter at;
  auto fake = twilio(R"(, "base_url": "http://127.0.0.1:8090")");
  auto agent = trunk(
    "agent_webhook",
    R"({"url": "https://a.example", "status_url": "http://localhost/runs/{{run_ref}}"})");
  CHECK(at.faults(fake).at(0).find("base_url leads to an address") != std::string::npos);
  CHECK(at.faults(agent).at(0).find("status_url leads to an address") != std::string::npos);
  at.with.carriers_allow_private_addresses = true;
  CHECK(at.faults(fake).empty());
  CHECK(at.faults(agent).empty());
}

TEST_CASE("a SIP password without a user name is refused, unless it is an old one") {
  counter at;
  auto why = [&](const std::string& more, const app::given_secrets& given) {
    return at.kinds
      .trouble_with_secrets({9}, "sip", R"({"server": "sip:127.0.0.1")" + more + "}", given)
      .value_or("");
  };
  CHECK(why("", {{"password", "p"}}) == "password needs a `username` in the settings");
  CHECK(why(R"(, "username": "u")", {}) == "username needs the secret `password`");
  CHECK(why(R"(, "username": "u")", {{"password", "p"}}).empty());
  at.secrets->put(to_string(events::trunk_id{9}), "password", "p");
  CHECK(why("", {}).empty());
}
