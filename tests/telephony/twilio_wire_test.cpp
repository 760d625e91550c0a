#include "telephony/twilio_wire.hpp"
#include "telephony/twiml.hpp"

#include <doctest/doctest.h>

#include <ostream>

using namespace ringmaster;
using namespace ringmaster::telephony;
using events::outcome;

namespace {

constexpr auto sid = "CA0123456789abcdef0123456789abcdef";
constexpr events::instant nine{std::chrono::hours{500'000}};

twilio_settings settings(std::string_view more = "") {
  return std::get<twilio_settings>(
    parse_twilio_settings(std::string{R"({"account": "AC1")"}.append(more) + "}"));
}

http_client::result said(unsigned status, std::string body, http_client::fields headers = {}) {
  return http_client::response{status, std::move(headers), std::move(body)};
}

std::vector<std::string> values_of(const form& fields, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [field, value] : fields)
    if (field == name)
      values.push_back(value);
  return values;
}

const call_request request{
  .id = {{9}, 17, 2},
  .to = "+14155550100",
  .from = "+14155550199",
  .agent = {},
  .prompt = {},
  .initial_context = {}};

events::call_ended
end(std::string_view status, std::string_view sip = "", std::string_view by = "") {
  twilio_call it;
  it.sid = sid;
  it.status = status;
  it.sip_code = sip;
  it.answered_by = by;
  it.duration_seconds = status == "completed" ? 12 : 0;
  REQUIRE(is_over(it));
  return end_of(it, nine);
}

} // namespace

TEST_CASE("a call is placed with its callbacks, its limits and its TwiML") {
  auto fields =
    placing_form(settings(), request, "https://us.example/v1/telephony/twilio/t", "<Response/>");
  CHECK(value_of(fields, "To") == "+14155550100");
  CHECK(value_of(fields, "From") == "+14155550199");
  CHECK(value_of(fields, "Twiml") == "<Response/>");
  CHECK(
    value_of(fields, "StatusCallback")
    == "https://us.example/v1/telephony/twilio/t#rc=5&rp=5xx,ct,rt");
  CHECK(
    values_of(fields, "StatusCallbackEvent")
    == std::vector<std::string>{"initiated", "ringing", "answered", "completed"});
  CHECK(value_of(fields, "Timeout") == "30");
  CHECK(value_of(fields, "MachineDetection").empty());
  auto asked = ask_to_place(settings(), fields);
  CHECK(asked.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json");
  CHECK(*decode_form(asked.body) == fields);
}

TEST_CASE("TwiML that is too long for the request is fetched from us") {
  auto fits = placing_form(settings(), request, "https://us/t", std::string(longest_twiml, 'x'));
  CHECK(value_of(fits, "Url").empty());
  auto long_one =
    placing_form(settings(), request, "https://us/t", std::string(longest_twiml + 1, 'x'));
  CHECK(value_of(long_one, "Twiml").empty());
  CHECK(value_of(long_one, "Url") == "https://us/t?about=agent");
}

TEST_CASE("answering machines are looked for as the settings say") {
  auto fields =
    placing_form(settings(R"(, "machine_detection": "message_end")"), request, "https://us/t", "");
  CHECK(value_of(fields, "MachineDetection") == "DetectMessageEnd");
  CHECK(value_of(fields, "AsyncAmdStatusCallback") == "https://us/t?about=answerer");
  fields = placing_form(
    settings(R"(, "machine_detection": "detect", "machine_detection_async": false)"),
    request,
    "https://us/t",
    "");
  CHECK(value_of(fields, "MachineDetection") == "Enable");
  CHECK(value_of(fields, "AsyncAmd").empty());
}

TEST_CASE("what became of the request is known, put off, or unclear") {
  auto placed = [](const http_client::result& it) { return placed_by(settings(), it); };
  auto created = placed(said(201, R"({"sid": ")" + std::string{sid} + R"(", "status": "queued"})"));
  CHECK(std::get<accepted>(created).provider_ref == sid);

  auto refusal = [&](unsigned status, std::string body) {
    return std::get<refused>(placed(said(status, std::move(body))));
  };
  auto wrong = refusal(400, R"({"code": 21211, "message": "The 'To' number +1 is not valid"})");
  CHECK(wrong.cause == "invalid_number");
  CHECK(wrong.provider_code == "21211, HTTP 400"); // and not the number
  CHECK(refusal(400, R"({"code": 21215})").cause == "refused_by_carrier");
  CHECK(refusal(404, "not JSON").provider_code == "HTTP 404");
  CHECK(refusal(401, R"({"code": 20003})").cause == "trunk_auth");
  CHECK(refusal(401, "").rest > events::duration::zero());

  auto later = std::get<not_now>(placed(said(429, R"({"code": 20429})", {{"retry-after", "7"}})));
  CHECK(later.retry_after == std::chrono::seconds{7});
  CHECK(
    std::get<not_now>(placed(said(400, R"({"code": 10004})"))).retry_after
    == std::chrono::seconds{1});
  CHECK(std::holds_alternative<not_now>(placed(http_client::not_sent{"refused"})));

  for (unsigned status : {500U, 502U, 503U, 504U, 408U, 302U})
    CHECK(std::holds_alternative<unclear>(placed(said(status, "{}"))));
  CHECK(std::holds_alternative<unclear>(placed(http_client::unanswered{"reset"})));
  for (const auto* body :
       {"", "{}", "[]", R"({"sid": "CA1", "status": "queued"})", R"({"sid": 7})"})
    CHECK(std::holds_alternative<unclear>(placed(said(201, body))));
}

TEST_CASE("a call that ended is put into our words") {
  CHECK(end("completed").outcome == outcome::completed);
  CHECK(end("completed").talk_time_ms == 12'000);
  CHECK(end("completed", "200", "human").answered_by == events::answerer::human);
  for (const auto* machine : {"machine_start", "machine_end_beep", "machine_end_silence", "fax"})
    CHECK(end("completed", "200", machine).outcome == outcome::voicemail);
  CHECK(end("completed", "200", "unknown").outcome == outcome::completed);
  CHECK(end("busy").outcome == outcome::busy);
  CHECK(end("no-answer").outcome == outcome::no_answer);
  CHECK(end("no-answer", "487").provider_code == "SIP 487");
  CHECK(end("canceled", "487").outcome == outcome::cancelled);
  CHECK(end("failed").cause == "carrier");
  CHECK(end("failed").provider_code == "status failed");
}

TEST_CASE("the network's code is finer than the carrier's word") {
  CHECK(end("failed", "404").cause == "invalid_number");
  CHECK(end("failed", "404").provider_code == "SIP 404");
  CHECK(end("failed", "603").outcome == outcome::rejected);
  CHECK(end("failed", "608").cause == "blocked");
  CHECK(end("failed", "503").cause == "congestion");
  CHECK(end("busy", "603").outcome == outcome::rejected);
  CHECK(end("busy", "500").outcome == outcome::busy);
  CHECK(end("failed", "nonsense").cause == "carrier");
}

TEST_CASE("a callback is read, whatever else is in it") {
  auto it = call_told_by(
    {{"CallSid", sid},
     {"CallStatus", "completed"},
     {"CallDuration", "31"},
     {"New", "field"},
     {"SipResponseCode", "200"},
     {"AnsweredBy", "human"}});
  auto reports = reports_of(it, nine);
  REQUIRE(reports.size() == 2);
  CHECK(std::get<events::call_initiated>(reports[0]).provider_ref == sid);
  CHECK(std::get<events::call_ended>(reports[1]).talk_time_ms == 31'000);
  it.status = "ringing";
  CHECK(std::holds_alternative<events::call_ringing>(reports_of(it, nine).back()));
  it.status = "in-progress";
  CHECK(std::holds_alternative<events::call_answered>(reports_of(it, nine).back()));
  it.status = "something new";
  CHECK(reports_of(it, nine).size() == 1);
}

TEST_CASE("calls are listed by both numbers, and broken answers are none") {
  auto asked = ask_for_calls(settings(), "+14155550100", "+14155550199", nine);
  CHECK(
    asked.url
    == "https://api.twilio.com/2010-04-01/Accounts/AC1/"
       "Calls.json?To=%2B14155550100&From=%2B14155550199&StartTime%3E=2027-01-15&PageSize=50");
  std::string why;
  auto calls = calls_in(
    settings(),
    said(
      200,
      R"({"calls": [{"sid": ")" + std::string{sid}
        + R"(", "status": "in-progress", "date_created": "Tue, 31 Aug 2010 20:36:28 +0000"}, {"sid": 1}, 7]})"),
    why);
  REQUIRE(calls);
  REQUIRE(calls->size() == 1);
  CHECK(calls->front().created);
  CHECK_FALSE(calls_in(settings(), said(500, ""), why));
  CHECK(why == "HTTP 500");
  CHECK_FALSE(calls_in(settings(), said(200, "[]"), why));
  CHECK_FALSE(call_in(settings(), http_client::unanswered{"reset"}, why));
  CHECK(why == "reset");
}
