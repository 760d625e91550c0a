#include "domain/webhook.hpp"
#include "webhooks/pre_dial.hpp"
#include "webhooks/signature.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::webhooks;
using namespace std::chrono_literals;
using domain::hook_denial;
using domain::hook_leave;
using domain::hook_silence;
using nlohmann::json;

namespace {

const std::string secret = domain::webhook_secret_of(std::string(32, 'k'));

/// A hook that answers as it is told to.
struct given_hook {
  http_client::result answers = http_client::response{.status = 200, .body = R"({"dial": true})"};
  std::optional<http_client::request> asked = {};
  std::optional<std::string> kept = secret;
  domain::hook_question question{
    .hook = {.url = "https://example.org/may-we", .timeout_ms = 750, .secret = "cmp_1/hook_1"},
    .call = {{7}, 17, 2},
    .phone_number = "+14155550100",
    .initial_context = {{"first_name", "Zoë"}, {"phone_number", "+14155550100"}}};

  domain::hook_answer ask() {
    std::optional<domain::hook_answer> got;
    ask_pre_dial(
      {.unix_seconds = [] { return std::int64_t{1'700'000'000}; },
       .secret =
         [this](const std::string& name) {
           CHECK(name == question.hook.secret);
           return kept;
         },
       .send =
         [this](http_client::request what, auto then) {
           asked = std::move(what);
           then(answers);
         }},
      question,
      [&](domain::hook_answer it) { got = std::move(it); });
    REQUIRE(got);
    return *got;
  }

  std::string silence() {
    auto got = ask();
    REQUIRE(std::holds_alternative<hook_silence>(got));
    return std::get<hook_silence>(got).why;
  }
};

bool is_not_understood(const std::string& body) {
  auto got = read_hook_answer(body);
  const auto* silence = std::get_if<hook_silence>(&got);
  return silence != nullptr && silence->why == "hook_answer_not_understood";
}

hook_denial denial(const std::string& body) {
  return std::get<hook_denial>(read_hook_answer(body));
}

} // namespace

TEST_CASE("the hook is told who would be called, and when to stop thinking") {
  given_hook on;
  CHECK(std::holds_alternative<hook_leave>(on.ask()));
  CHECK(on.asked->method == "POST");
  CHECK(on.asked->url == "https://example.org/may-we");
  CHECK(on.asked->timeout == 750ms);
  CHECK(
    json::parse(on.asked->body)
    == json{
      {"call_id", to_string(on.question.call)},
      {"campaign_id", to_string(on.question.call.campaign)},
      {"row", 17},
      {"attempt", 2},
      {"phone_number", "+14155550100"},
      {"initial_context", {{"first_name", "Zoë"}, {"phone_number", "+14155550100"}}}});
}

TEST_CASE("the question is signed with the hook's secret, if it has one") {
  given_hook on;
  CHECK(std::holds_alternative<hook_leave>(on.ask()));
  auto id = on.asked->headers.at(0).second;
  auto signed_so = signature_fields(std::string(32, 'k'), id, 1'700'000'000, on.asked->body);
  for (const auto& field : signed_so)
    CHECK(std::ranges::find(on.asked->headers, field) != on.asked->headers.end());
  on.question.hook.secret.clear();
  CHECK(std::holds_alternative<hook_leave>(on.ask()));
  for (const auto& [name, value] : on.asked->headers)
    CHECK(name != "webhook-signature");
}

TEST_CASE("a hook whose secret is gone is not asked, and nobody is called") {
  given_hook on;
  on.kept.reset();
  CHECK(on.silence() == "hook_secret_gone");
  CHECK_FALSE(on.asked);
}

TEST_CASE("no answer, an error and nonsense are no leave to call") {
  given_hook on;
  on.answers = http_client::not_sent{"refused"};
  CHECK(on.silence() == "hook_not_reached");
  on.answers = http_client::unanswered{"no answer within 750 ms"};
  CHECK(on.silence() == "hook_gave_no_answer");
  for (unsigned status : {199u, 302u, 404u, 500u}) {
    on.answers = http_client::response{.status = status, .body = R"({"dial": true})"};
    CHECK(on.silence() == "hook_answered_an_error");
  }
  on.answers = http_client::response{.status = 204};
  CHECK(on.silence() == "hook_answer_not_understood");
}

TEST_CASE("what does not say yes or no is not understood") {
  for (const auto* body :
       {"",
        "true",
        "null",
        "[]",
        "{}",
        R"({"dial": "true"})",
        R"({"dial": 1})",
        R"({"dial": null})",
        R"({"dial": true)",
        R"({"Dial": true})",
        "\xff"})
    CHECK_MESSAGE(is_not_understood(body), body);
  CHECK(is_not_understood(std::string(100'000, '[')));
  CHECK(
    is_not_understood(R"({"dial": true, "x": )" + std::string(9, '[') + std::string(9, ']') + "}"));
  CHECK(is_not_understood(R"({"dial": true, "x": ")" + std::string(20'000, 'x') + "\"}"));
}

TEST_CASE("a denial gives its reason and when to ask again, if they are any") {
  auto no =
    denial(R"({"dial": false, "reason": "asked_not_to_be_called", "retry_after_seconds": 90})");
  CHECK(no.reason == "asked_not_to_be_called");
  CHECK(no.retry_after == 90s);
  no = denial(R"({"dial": false})");
  CHECK(no.reason == "denied");
  CHECK_FALSE(no.retry_after);
  for (const auto* text :
       {R"({"dial": false, "reason": "Mrs Miller said no", "retry_after_seconds": "soon"})",
        R"({"dial": false, "reason": 7, "retry_after_seconds": 1.5})"}) {
    no = denial(text);
    CHECK(no.reason == "denied");
    CHECK_FALSE(no.retry_after);
  }
}

TEST_CASE("a contact is put off for a second at least and a month at most") {
  CHECK(denial(R"({"dial": false, "retry_after_seconds": 0})").retry_after == 1s);
  CHECK(denial(R"({"dial": false, "retry_after_seconds": -5})").retry_after == 1s);
  CHECK(denial(R"({"dial": false, "retry_after_seconds": 99999999999})").retry_after == 30 * 24h);
}
