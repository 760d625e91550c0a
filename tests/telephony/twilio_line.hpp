// The provider against a carrier that is a list of requests: a test reads what was
// asked and answers when it likes.
#pragma once

#include "support/manual_timer.hpp"
#include "telephony/callback_token.hpp"
#include "telephony/mail_date.hpp"
#include "telephony/twilio.hpp"
#include "telephony/twilio_signature.hpp"
#include "telephony/twilio_wire.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <deque>
#include <ostream>

namespace ringmaster::test::twilio {

using namespace ringmaster::telephony;
using namespace std::chrono_literals;
using events::outcome;

inline constexpr events::trunk_id trunk{7};
inline constexpr events::attempt_key attempt{{9}, 17, 2};
inline const std::string sid = "CA0123456789abcdef0123456789abcdef";
inline const std::string other_sid = "CAfedcba9876543210fedcba9876543210";
inline constexpr auto to = "+14155550100";
inline constexpr auto from = "+14155550199";
inline constexpr auto base = "https://us.example";
inline constexpr auto calls = "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls";

struct asked {
  http_client::request what;
  std::function<void(http_client::result)> answer;

  [[nodiscard]] form fields() const { return *decode_form(what.body); }
};

struct line {
  manual_timer time;
  std::deque<asked> open;
  std::vector<call_news> news;
  bool records = true; // what is told
  std::unique_ptr<provider> carrier = make_twilio(
    {.trunk = trunk,
     .settings = std::get<twilio_settings>(parse_twilio_settings(R"({"account": "AC1"})")),
     .secrets = {.auth_token = "token", .api_key_secret = {}, .signing_secret = "token"},
     .public_base_url = base,
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
       }});
  std::optional<place_answer> placed;

  asked next() {
    REQUIRE(!open.empty());
    auto it = std::move(open.front());
    open.pop_front();
    return it;
  }

  void place(std::string agent = "wss://agents.example", std::string prompt = "Hello") {
    carrier->place(
      {.id = attempt,
       .to = to,
       .from = from,
       .agent = std::move(agent),
       .prompt = std::move(prompt),
       .initial_context = {{"name", "Ann"}},
       .not_after = time.now() + 2h,
       .result_token = {}},
      [this](place_answer it) { placed = std::move(it); });
  }

  [[nodiscard]] call_handle handle(std::string ref = {}) const {
    return {
      .id = attempt,
      .provider_ref = std::move(ref),
      .to = to,
      .from = from,
      .dialed_at = time.now(),
      .not_after = time.now() + 2h};
  }

  std::shared_ptr<std::optional<look_up_answer>> look_up(call_handle of) {
    auto answer = std::make_shared<std::optional<look_up_answer>>();
    carrier->look_up(of, [answer](look_up_answer it) { *answer = std::move(it); });
    return answer;
  }

  callback
  signed_callback(const form& fields, std::string query = {}, std::string_view key = "token") {
    callback it{
      .token = callback_token("key", {trunk, attempt}),
      .query = std::move(query),
      .headers = {},
      .body = encode_form(fields)};
    auto url = std::string{base} + "/v1/telephony/twilio/" + it.token
               + (it.query.empty() ? "" : "?" + it.query);
    it.headers = {
      {"content-type", "application/x-www-form-urlencoded"},
      {"x-twilio-signature", twilio_signature(key, url, fields)}};
    return it;
  }

  callback_reply receive(callback what) {
    std::optional<callback_reply> reply;
    carrier->receive(std::move(what), [&](callback_reply it) { reply = std::move(it); });
    REQUIRE(reply);
    return *reply;
  }

  callback_reply status(const std::string& text, form more = {}) {
    form fields{{"CallSid", sid}, {"CallStatus", text}, {"Timestamp", to_mail_date(time.now())}};
    fields.insert(fields.end(), more.begin(), more.end());
    return receive(signed_callback(fields));
  }
};

inline std::string
described(const std::string& status, events::instant created, const std::string& named = sid) {
  return nlohmann::json{
    {"sid", named}, {"status", status}, {"duration", "31"}, {"date_created", to_mail_date(created)}}
    .dump();
}

inline http_client::result said(unsigned status, std::string body = "{}") {
  return http_client::response{status, {}, std::move(body)};
}

inline http_client::result listed(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& it : all)
    text += (text.empty() ? "" : ",") + it;
  return said(200, R"({"calls": [)" + text + "]}");
}

template <class Report>
const Report& report(const call_news& it) {
  const auto* found = std::get_if<Report>(&it.reports.back());
  REQUIRE(found);
  return *found;
}

template <class Answer>
bool is(const std::optional<look_up_answer>& it) {
  return it && std::holds_alternative<Answer>(*it);
}

} // namespace ringmaster::test::twilio
