#include "http/api/desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ringmaster;
using ringmaster::test::desk;

namespace {

/// A provider that answers every callback alike, and what it was handed.
struct engine {
  explicit engine(desk& on, http::callback_answer answer) {
    on.with.receive_callback = [this, answer](http::callback_request what, auto then) {
      heard = std::move(what);
      then(answer);
    };
  }
  http::callback_request heard;
};

http::incoming a_callback(const std::string& target) {
  auto it = desk::request("POST", target, "CallSid=CA1&CallStatus=ringing");
  it.headers["content-type"] = "application/x-www-form-urlencoded";
  it.headers["x-twilio-signature"] = "abc=";
  it.role.reset(); // nobody in particular
  return it;
}

} // namespace

TEST_CASE("a callback is handed on as it came, from whoever sends it") {
  desk on;
  engine with{on, {.status = 204, .content_type = {}, .body = {}}};
  auto answer = on.ask(a_callback("/v1/telephony/twilio/trk_1.token?about=agent&bodySHA256=ab"));
  CHECK(answer.status == 204);
  CHECK(answer.text.empty());
  CHECK(with.heard.provider == "twilio");
  CHECK(with.heard.token == "trk_1.token");
  CHECK(with.heard.query == "about=agent&bodySHA256=ab");
  CHECK(with.heard.body == "CallSid=CA1&CallStatus=ringing");
  auto has = [&](const std::string& name, const std::string& value) {
    return std::ranges::find(with.heard.headers, std::pair{name, value})
           != with.heard.headers.end();
  };
  CHECK(has("x-twilio-signature", "abc="));
}

TEST_CASE("a carrier that asks what to do is told in its own words") {
  desk on;
  engine with{on, {.status = 200, .content_type = "text/xml", .body = "<Response/>"}};
  auto answer = on.ask(a_callback("/v1/telephony/twilio/t?about=agent"));
  CHECK(answer.status == 200);
  CHECK(answer.headers["Content-Type"] == "text/xml");
  CHECK(answer.text == "<Response/>");
}

TEST_CASE("a callback that is not taken is answered as a problem, and counted") {
  const std::pair<unsigned, std::string> refusals[] = {
    {400, "/problems/unreadable-callback"},
    {403, "/problems/unproven-callback"},
    {404, "/problems/not-found"},
    {503, "/problems/unavailable"}};
  desk on;
  for (const auto& [status, type] : refusals) {
    engine with{on, {.status = status, .content_type = {}, .body = {}}};
    auto answer = on.ask(a_callback("/v1/telephony/twilio/t"));
    CHECK(answer.status == status);
    CHECK(answer.body["type"] == type);
  }
  CHECK(on.with.measures->callbacks_refused.value() == 3);
  CHECK(on.with.measures->callbacks_failed.value() == 1);
  CHECK(on.with.measures->callbacks_recorded.value() == 0);
}

TEST_CASE("an address without a token is nobody's, and only POST is taken") {
  desk on;
  CHECK(on.ask(a_callback("/v1/telephony/twilio")).status == 404);
  CHECK(on.get("/v1/telephony/twilio/t").status == 405);
}
