// The provider against a platform that is a list of requests: a test reads what was
// asked and answers when it likes.
#include "support/manual_timer.hpp"
#include "telephony/agent_webhook.hpp"
#include "telephony/callback_token.hpp"
#include "telephony/keyed_hash.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <deque>

using namespace ringmaster;
using namespace ringmaster::telephony;
using namespace std::chrono_literals;
using events::outcome;
using nlohmann::json;

namespace {

constexpr events::trunk_id trunk{7};
constexpr events::attempt_key attempt{{9}, 17, 2};

agent_webhook_settings settings(json of = json::object()) {
  if (!of.contains("url"))
    of["url"] = "https://agents.example/call";
  auto read = parse_agent_webhook_settings(of.dump());
  if (const auto* why = std::get_if<std::string>(&read))
    FAIL(*why);
  return std::get<agent_webhook_settings>(read);
}

std::string complaint(const json& of) {
  auto read = parse_agent_webhook_settings(of.dump());
  const auto* why = std::get_if<std::string>(&read);
  return why == nullptr ? std::string{} : *why;
}

struct asked {
  http_client::request what;
  std::function<void(http_client::result)> answer;

  [[nodiscard]] std::string header(const std::string& name) const {
    for (const auto& [key, value] : what.headers)
      if (key == name)
        return value;
    return {};
  }
};

http_client::response says(unsigned status, const json& body = json::object()) {
  return {.status = status, .body = body.dump()};
}

struct line {
  explicit line(json of = json::object(), std::string signing_secret = {})
    : platform{make_agent_webhook(
      {.trunk = trunk,
       .settings = settings(std::move(of)),
       .secrets = {.api_key = "secret", .signing_secret = std::move(signing_secret)},
       .public_base_url = "https://us.example",
       .callback_key = "key",
       .send =
         [this](http_client::request what, std::function<void(http_client::result)> then) {
           open.push_back({std::move(what), std::move(then)});
         },
       .now = [this] { return time.now(); },
       .after =
         [this](events::duration delay, std::function<void()> what) {
           time.after(delay, std::move(what));
         },
       .news =
         [this](call_news it) {
           if (auto receipt = std::exchange(it.receipt, nullptr))
             receipt->settle(records);
           news.push_back(std::move(it));
         }})} {}

  test::manual_timer time;
  std::deque<asked> open;
  std::vector<call_news> news;
  bool records = true; // what is told
  std::optional<place_answer> placed;
  std::unique_ptr<provider> platform;

  asked next() {
    REQUIRE(!open.empty());
    auto it = std::move(open.front());
    open.pop_front();
    return it;
  }

  void place() {
    platform->place(
      {.id = attempt,
       .to = "+14155550100",
       .from = "+14155550199",
       .agent = "reminder",
       .prompt = "Remind {{name}}.",
       .initial_context = {{"name", "Ann \"A\""}},
       .not_after = time.now() + 2h,
       .result_token = "rst_1"},
      [this](place_answer it) { placed = std::move(it); });
  }

  callback_reply push(const json& body, std::string signature = {}, std::string token = {}) {
    callback it{
      .token = token.empty() ? callback_token("key", {trunk, attempt}) : std::move(token),
      .query = {},
      .headers = {},
      .body = body.dump()};
    if (!signature.empty())
      it.headers.emplace_back(agent_signature_header, std::move(signature));
    std::optional<callback_reply> reply;
    platform->receive(std::move(it), [&](callback_reply what) { reply = std::move(what); });
    REQUIRE(reply);
    return *reply;
  }
};

template <class T>
const T& last(const line& on) {
  REQUIRE(!on.news.empty());
  return std::get<T>(on.news.back().reports.back());
}

} // namespace

TEST_CASE("a platform is asked in Dograh's words, unless it is told others") {
  line on;
  on.place();
  auto it = on.next();
  CHECK(it.what.method == "POST");
  CHECK(it.what.url == "https://agents.example/call");
  CHECK(it.header("X-API-Key") == "secret");
  auto body = json::parse(it.what.body);
  CHECK(body["phone_number"] == "+14155550100");
  CHECK(body["initial_context"]["name"] == "Ann \"A\"");
  CHECK(body["initial_context"]["ringmaster_call_id"] == to_string(attempt));
  CHECK(body["initial_context"]["ringmaster_result_token"] == "rst_1");
  auto callback = body["initial_context"]["ringmaster_callback_url"].get<std::string>();
  CHECK(
    callback == "https://us.example/v1/telephony/agent/" + callback_token("key", {trunk, attempt}));
}

TEST_CASE("a platform of another kind gets its own body and its own header") {
  line on{
    {{"key_header", "Authorization"},
     {"key_prefix", "Bearer "},
     {"body",
      {{"customer", {{"number", "{{to}}"}}},
       {"assistantId", "{{agent}}"},
       {"note", "call {{call_id}} of {{nobody}}"},
       {"variables", "{{initial_context}}"}}}}};
  on.place();
  auto it = on.next();
  CHECK(it.header("Authorization") == "Bearer secret");
  auto body = json::parse(it.what.body);
  CHECK(body["customer"]["number"] == "+14155550100");
  CHECK(body["assistantId"] == "reminder");
  CHECK(body["note"] == "call " + to_string(attempt) + " of {{nobody}}");
  CHECK(body["variables"]["name"] == "Ann \"A\"");
}

TEST_CASE("what a platform answers is known, not now, or unclear") {
  auto after = [](http_client::result said) {
    line on;
    on.place();
    on.next().answer(std::move(said));
    REQUIRE(on.placed);
    return *on.placed;
  };
  CHECK(std::get<accepted>(after(says(200, {{"workflow_run_id", 123}}))).provider_ref == "123");
  CHECK(std::get<accepted>(after(says(200))).provider_ref.empty());
  CHECK(std::get<refused>(after(says(400))).cause == "refused_by_agent");
  CHECK(std::get<refused>(after(says(402))).cause == "account");
  CHECK(std::get<refused>(after(says(404))).provider_code == "HTTP 404");
  CHECK(std::get<not_now>(after(says(429))).retry_after == 10s);
  auto resting = says(429);
  resting.headers = {{"retry-after", "30"}};
  CHECK(std::get<not_now>(after(resting)).retry_after == 30s);
  CHECK(std::holds_alternative<not_now>(after(http_client::not_sent{"refused"})));
  CHECK(std::holds_alternative<unclear>(after(http_client::unanswered{"timeout"})));
  for (unsigned status : {302, 307, 408, 502})
    CHECK_MESSAGE(std::holds_alternative<unclear>(after(says(status))), status);
}

TEST_CASE("what a platform pushes becomes news, and is acknowledged once it is on record") {
  line on;
  CHECK(on.push({{"event", "ringing"}}).status == 204);
  last<events::call_ringing>(on);
  CHECK(on.push({{"event", "answered"}}).status == 204);
  last<events::call_answered>(on);
  CHECK(
    on.push({{"event", "ended"},
             {"call_disposition", "Qualified Lead"},
             {"duration_seconds", 61.5},
             {"transcript", {{{"role", "agent"}, {"text", "Hi"}}}},
             {"gathered_context", {{"plan", "basic"}}},
             {"recording_url", "https://recordings.example/1"},
             {"opt_out", true}})
      .status
    == 204);
  const auto& end = last<events::call_ended>(on);
  CHECK(end.outcome == outcome::completed);
  CHECK(end.talk_time_ms == 61'500);
  CHECK(end.result->gathered_context == R"({"plan":"basic"})");
  CHECK(end.result->recording_url == "https://recordings.example/1");
  const auto& verdict = std::get<events::call_verdict>(on.news.back().reports.front());
  CHECK(verdict.disposition == "qualified_lead"); // a code: nothing that was said gets into the log
  CHECK(verdict.opted_out);
  on.records = false;
  CHECK(on.push({{"event", "ended"}}).status == 503);
}

TEST_CASE("the platform's word for the end is the outcome") {
  auto how = [](const json& said) {
    line on;
    on.push(said);
    return last<events::call_ended>(on).outcome;
  };
  CHECK(how({{"call_disposition", "busy"}}) == outcome::busy);
  CHECK(how({{"call_disposition", "no-answer"}}) == outcome::no_answer);
  CHECK(how({{"call_disposition", "voicemail_detected"}}) == outcome::voicemail);
  CHECK(how({{"call_disposition", "error"}}) == outcome::failed);
  CHECK(how({{"call_disposition", "user_hangup"}}) == outcome::completed);
  CHECK(how({{"is_completed", true}}) == outcome::failed); // it came to nothing
  CHECK(
    how({{"is_completed", true}, {"usage_info", {{"call_duration_seconds", 5}}}})
    == outcome::completed);
}

TEST_CASE("a push with a wrong token or signature is refused, and changes nothing") {
  line on{json::object(), "shared"};
  json body{{"event", "answered"}};
  CHECK(on.push(body).status == 403);
  CHECK(on.push(body, "sha256=00").status == 403);
  auto right = "sha256=" + to_hex(hmac_sha256("shared", body.dump()));
  CHECK(on.push(body, right, callback_token("other", {trunk, attempt})).status == 403);
  CHECK(on.push(body, right, callback_token("key", {{8}, attempt})).status == 403);
  CHECK(on.news.empty());
  CHECK(on.push(body, right).status == 204);
}

TEST_CASE("what is no JSON object, or nested beyond reason, is refused") {
  line on;
  CHECK(on.push(json::array()).status == 400);
  json deep = 1;
  for (int i = 0; i < 100; ++i)
    deep = json::array({deep});
  CHECK(on.push({{"event", deep}}).status == 400);
  CHECK(on.push({{"event", "dancing"}}).status == 204);
  CHECK(on.news.empty());
}

TEST_CASE("a platform that pushes nothing is asked until the call is over") {
  line on{{{"status_url", "https://agents.example/runs/{{run_ref}}"}, {"poll_seconds", 20}}};
  on.place();
  on.next().answer(says(200, {{"workflow_run_id", "a/1"}}));
  CHECK(on.open.empty());
  on.time.advance(20s);
  auto first = on.next();
  CHECK(first.what.method == "GET");
  CHECK(first.what.url == "https://agents.example/runs/a%2F1");
  CHECK(first.header("X-API-Key") == "secret");
  first.answer(says(200, {{"is_completed", false}}));
  CHECK(on.news.empty());
  on.time.advance(20s);
  on.next().answer(
    says(200, {{"is_completed", true}, {"gathered_context", {{"call_disposition", "busy"}}}}));
  CHECK(last<events::call_ended>(on).outcome == outcome::busy);
  on.time.advance(5min);
  CHECK(on.open.empty());
}

TEST_CASE("a call of before a restart is looked up by the platform's name for it") {
  line on{{{"status_url", "https://agents.example/runs/{{run_ref}}"}}};
  std::optional<look_up_answer> answer;
  auto keep = [&](look_up_answer it) { answer = std::move(it); };
  on.platform->look_up({.id = attempt, .provider_ref = "123"}, keep);
  on.next().answer(says(200, {{"is_completed", false}}));
  CHECK(std::holds_alternative<still_up>(*answer));
  on.platform->look_up({.id = attempt, .provider_ref = "123"}, keep);
  on.next().answer(http_client::unanswered{"timeout"});
  CHECK(std::holds_alternative<unclear>(*answer));
  on.platform->look_up(
    {.id = attempt}, keep); // asked for, and the answer lost: known since the look above
  on.next().answer(says(200, {{"is_completed", true}, {"call_disposition", "busy"}}));
  CHECK(std::get<events::call_ended>(*answer).outcome == outcome::busy);
  on.platform->look_up({.id = {{9}, 18, 1}}, keep);
  CHECK(std::holds_alternative<unclear>(*answer));
}

TEST_CASE("what is wrong with a platform's settings is named") {
  CHECK(complaint(json::object()) == "url is missing");
  CHECK(complaint({{"url", "ftp://agents.example"}}).starts_with("url "));
  CHECK(
    complaint({{"url", "https://a.example"}, {"key_header", "X Key"}}).starts_with("key_header "));
  CHECK(complaint({{"url", "https://a.example"}, {"body", "{{to}}"}}) == "body must be an object");
  CHECK(complaint({{"url", "https://a.example"}, {"run_ref", "id"}}).starts_with("run_ref "));
  CHECK(
    complaint({{"url", "https://a.example"}, {"poll_seconds", 4}}).starts_with("poll_seconds "));
  CHECK(complaint({{"url", "https://a.example"}, {"fields", {{"when", "/at"}}}})
          .starts_with("fields "));
  CHECK(complaint({{"url", "https://a.example"}, {"outcomes", {{"x", "great"}}}})
          .starts_with("outcomes "));
  CHECK(complaint({{"url", "https://a.example"}, {"oops", 1}})
          .ends_with("is not a setting of an agent platform"));
  CHECK(
    settings({{"outcomes", {{"callback", "no_answer"}}}}).outcomes.at("callback")
    == outcome::no_answer);
  CHECK(
    settings({{"fields", {{"done", "/status/over"}}}}).fields.at("done").front() == "/status/over");
}
