// The provider against a carrier that is a list of requests: a test reads what was
// asked and answers when it likes.
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

using namespace ringmaster;
using namespace ringmaster::telephony;
using namespace std::chrono_literals;
using events::outcome;

namespace {

constexpr events::trunk_id trunk{7};
constexpr events::attempt_key attempt{{9}, 17, 2};
const std::string sid = "CA0123456789abcdef0123456789abcdef";
const std::string other_sid = "CAfedcba9876543210fedcba9876543210";
constexpr auto to = "+14155550100";
constexpr auto from = "+14155550199";
constexpr auto base = "https://us.example";
constexpr auto calls = "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls";

struct asked {
  http_client::request what;
  std::function<void(http_client::result)> answer;

  [[nodiscard]] form fields() const { return *decode_form(what.body); }
};

struct line {
  test::manual_timer time;
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

std::string
described(const std::string& status, events::instant created, const std::string& named = sid) {
  return nlohmann::json{
    {"sid", named}, {"status", status}, {"duration", "31"}, {"date_created", to_mail_date(created)}}
    .dump();
}

http_client::result said(unsigned status, std::string body = "{}") {
  return http_client::response{status, {}, std::move(body)};
}

http_client::result listed(const std::vector<std::string>& all) {
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

} // namespace

TEST_CASE("a call is placed once, with an address that names it, and its answer is passed on") {
  line on;
  on.place();
  auto asked = on.next();
  CHECK(asked.what.url == std::string{calls} + ".json");
  CHECK(value_of(asked.what.headers, "Authorization") == "Basic QUMxOnRva2Vu"); // AC1:token
  auto fields = asked.fields();
  auto callback = std::string{value_of(fields, "StatusCallback")};
  CHECK(callback.starts_with(
    std::string{base} + "/v1/telephony/twilio/" + callback_token("key", {trunk, attempt})));
  CHECK(
    value_of(fields, "Twiml").find(R"(<Parameter name="ringmaster_prompt" value="Hello"/>)")
    != std::string::npos);
  CHECK(value_of(fields, "Twiml").find(to_string(attempt)) != std::string::npos);
  asked.answer(said(201, described("queued", on.time.now())));
  CHECK(std::get<accepted>(*on.placed).provider_ref == sid);
  CHECK(on.open.empty());
}

TEST_CASE("an agent that no carrier can hand a call to is refused before anybody is called") {
  line on;
  on.place("reminder-agent");
  CHECK(std::get<refused>(*on.placed).cause == "agent_address");
  CHECK(on.open.empty());
}

TEST_CASE("a request without an answer is never sent again") {
  line on;
  on.place();
  on.next().answer(http_client::unanswered{"reset"});
  CHECK(std::holds_alternative<unclear>(*on.placed));
  on.time.advance(10min);
  CHECK(on.open.empty());
}

TEST_CASE("callbacks become news, whatever their order, and each one is passed on") {
  line on;
  on.place();
  CHECK(on.status("completed", {{"CallDuration", "31"}}).status == 204);
  CHECK(report<events::call_ended>(on.news.at(0)).talk_time_ms == 31'000);
  CHECK(std::get<events::call_initiated>(on.news.at(0).reports.front()).provider_ref == sid);
  CHECK(on.status("ringing").status == 204);
  CHECK(on.status("ringing").status == 204);
  CHECK(on.status("in-progress").status == 204);
  CHECK(on.news.size() == 4);
  for (const auto& it : on.news)
    CHECK(it.id == attempt);
}

TEST_CASE("a carrier whose news could not be recorded is told so") {
  line on;
  on.records = false;
  CHECK(on.status("ringing").status == 503);
}

TEST_CASE("what the carrier did not sign is refused and changes nothing") {
  line on;
  form fields{{"CallSid", sid}, {"CallStatus", "completed"}};
  auto good = on.signed_callback(fields);
  CHECK(on.receive(on.signed_callback(fields, {}, "wrong")).status == 403);
  auto without = good;
  without.headers.pop_back();
  CHECK(on.receive(without).status == 403);
  auto changed = good;
  changed.body += "&CallDuration=1";
  CHECK(on.receive(changed).status == 403);
  auto elsewhere = good;
  elsewhere.query = "about=agent";
  CHECK(on.receive(elsewhere).status == 403);
  CHECK(on.news.empty());
  CHECK(on.receive(good).status == 204);
}

TEST_CASE("an address that we did not give out is refused, though the carrier signed") {
  line on;
  form fields{{"CallSid", sid}, {"CallStatus", "completed"}};
  auto address_of = [&](std::string token) {
    auto it = on.signed_callback(fields);
    it.token = std::move(token);
    auto url = std::string{base} + "/v1/telephony/twilio/" + it.token;
    it.headers.back().second = twilio_signature("token", url, fields);
    return it;
  };
  CHECK(on.receive(address_of(callback_token("key", {trunk, attempt}))).status == 204);
  CHECK(on.receive(address_of(callback_token("other", {trunk, attempt}))).status == 403);
  CHECK(on.receive(address_of(callback_token("key", {{8}, attempt}))).status == 403);
  CHECK(on.receive(address_of("nonsense")).status == 403);
  CHECK(on.news.size() == 1);
}

TEST_CASE(
  "TwiML that did not fit into the request is given to the carrier that asks, once it signs") {
  line on;
  on.place("https://agents.example/a", std::string(5'000, 'x'));
  CHECK(std::string{value_of(on.next().fields(), "Url")}.ends_with("?about=agent"));
  form fields{{"CallSid", sid}, {"CallStatus", "in-progress"}};
  auto reply = on.receive(on.signed_callback(fields, "about=agent"));
  CHECK(reply.status == 200);
  CHECK(reply.content_type == "text/xml");
  CHECK(reply.body.find("<Redirect") != std::string::npos);
  on.status("completed");
  CHECK(
    on.receive(on.signed_callback(fields, "about=agent")).body.find("<Hangup/>")
    != std::string::npos);
}

TEST_CASE("who answers a call whose TwiML went with a restart is hung up on, and was abandoned") {
  line on; // which placed no call
  form fields{{"CallSid", sid}, {"CallStatus", "in-progress"}};
  auto reply = on.receive(on.signed_callback(fields, "about=agent"));
  CHECK(reply.status == 200);
  CHECK(reply.body.find("<Hangup/>") != std::string::npos);
  on.status("completed", {{"CallDuration", "1"}});
  auto end = report<events::call_ended>(on.news.back());
  CHECK(end.outcome == outcome::abandoned);
  CHECK(end.cause == "ended_by_restart");
  on.time.advance(3h);
  CHECK(on.open.empty());
}

TEST_CASE("a machine that was noticed late corrects the call") {
  line on;
  on.place();
  auto reply = on.receive(
    on.signed_callback({{"CallSid", sid}, {"AnsweredBy", "machine_start"}}, "about=answerer"));
  CHECK(reply.status == 204);
  auto verdict = report<events::call_verdict>(on.news.at(0));
  CHECK(verdict.outcome == outcome::voicemail);
  CHECK(verdict.answered_by == events::answerer::machine);
  on.receive(on.signed_callback({{"CallSid", sid}, {"AnsweredBy", "human"}}, "about=answerer"));
  CHECK_FALSE(report<events::call_verdict>(on.news.at(1)).outcome);
}

TEST_CASE("a call is looked up by the carrier's name for it") {
  line on;
  auto answer = on.look_up(on.handle(sid));
  auto asked = on.next();
  CHECK(asked.what.url == std::string{calls} + "/" + sid + ".json");
  asked.answer(said(200, described("completed", on.time.now())));
  REQUIRE(is<events::call_ended>(*answer));
  CHECK(std::get<events::call_ended>(**answer).talk_time_ms == 31'000);
}

TEST_CASE("a call that is up is told of on the way, for its callbacks may be lost") {
  line on;
  auto answer = on.look_up(on.handle(sid));
  on.next().answer(said(200, described("in-progress", on.time.now())));
  CHECK(is<still_up>(*answer));
  (void)report<events::call_answered>(on.news.at(0));
}

TEST_CASE("a call whose name was lost is found by its numbers") {
  line on;
  on.place();
  on.next().answer(http_client::unanswered{"reset"});
  auto answer = on.look_up(on.handle());
  auto asked = on.next();
  CHECK(asked.what.url.find("To=%2B14155550100&From=%2B14155550199") != std::string::npos);
  asked.answer(listed({described("ringing", on.time.now())}));
  CHECK(is<still_up>(*answer));
  CHECK(std::get<events::call_initiated>(on.news.at(0).reports.front()).provider_ref == sid);
}

TEST_CASE("earlier calls to the same number are not taken for this one") {
  line on;
  auto answer = on.look_up(on.handle());
  on.next().answer(listed({described("completed", on.time.now() - 2min)}));
  CHECK_FALSE(*answer);
}

TEST_CASE("of two calls that it may be, none is chosen") {
  line on;
  auto answer = on.look_up(on.handle());
  on.next().answer(
    listed({described("ringing", on.time.now()), described("ringing", on.time.now(), other_sid)}));
  CHECK(is<unclear>(*answer));
}

TEST_CASE("a carrier's record may run behind: only the third look within a minute is the last") {
  line on;
  auto answer = on.look_up(on.handle());
  on.next().answer(listed({}));
  on.time.advance(20s);
  on.next().answer(listed({}));
  CHECK_FALSE(*answer);
  on.time.advance(39s);
  CHECK(on.open.empty());
  on.time.advance(1s);
  on.next().answer(listed({}));
  CHECK(is<never_heard_of>(*answer));
}

TEST_CASE("a look that fails says nothing of the call") {
  line on;
  for (const auto& trouble :
       {said(500), said(401), said(429), http_client::result{http_client::unanswered{"reset"}}}) {
    auto by_name = on.look_up(on.handle(sid));
    on.next().answer(trouble);
    CHECK(is<unclear>(*by_name));
    auto by_numbers = on.look_up(on.handle());
    on.next().answer(trouble);
    CHECK(is<unclear>(*by_numbers));
  }
  auto erased = on.handle();
  erased.to.clear();
  CHECK(is<unclear>(*on.look_up(erased)));
}

TEST_CASE("a call that was not answered is cancelled, and one that was is ended") {
  line on;
  on.carrier->hang_up(on.handle(sid));
  auto first = on.next();
  CHECK(value_of(first.fields(), "Status") == "canceled");
  first.answer(said(200, described("canceled", on.time.now())));
  CHECK(on.open.empty());
  on.carrier->hang_up(on.handle(sid));
  on.next().answer(said(200, described("in-progress", on.time.now())));
  CHECK(value_of(on.next().fields(), "Status") == "completed");
  on.carrier->hang_up(on.handle(sid));
  on.next().answer(said(400, R"({"code": 21220})"));
  CHECK(value_of(on.next().fields(), "Status") == "completed");
}

TEST_CASE(
  "an answer that crosses our hang-up is counted as abandoned, callback or look-up tell it") {
  for (bool by_callback : {true, false}) {
    line on;
    on.place();
    on.next().answer(said(201, described("queued", on.time.now())));
    on.status("ringing");
    on.carrier->hang_up(on.handle(sid));
    on.next().answer(said(400, R"({"code": 21220})"));
    on.status("in-progress");
    CHECK(value_of(on.next().fields(), "Status") == "completed");
    on.carrier->hang_up(on.handle(sid)); // again: it is as it was
    on.next();
    events::call_ended end;
    if (by_callback) {
      on.status("completed", {{"CallDuration", "1"}});
      end = report<events::call_ended>(on.news.back());
      CHECK(end.talk_time_ms == 1'000);
    } else {
      auto answer = on.look_up(on.handle(sid));
      on.next().answer(said(200, described("completed", on.time.now())));
      end = std::get<events::call_ended>(**answer);
    }
    CHECK(end.outcome == outcome::abandoned);
    CHECK(end.cause == "answered_too_late");
  }
}

TEST_CASE("a call that was answered when it was hung up is complete") {
  line on;
  on.place();
  on.next().answer(said(201, described("queued", on.time.now())));
  on.status("in-progress");
  on.carrier->hang_up(on.handle(sid));
  on.status("completed", {{"CallDuration", "1"}});
  CHECK(report<events::call_ended>(on.news.back()).outcome == outcome::completed);
}

TEST_CASE("a call that is hung up before its name is known ends as soon as it is") {
  line on;
  on.place();
  auto placing = on.next();
  on.carrier->hang_up(on.handle());
  on.next().answer(listed({})); // looked for meanwhile
  placing.answer(said(201, described("queued", on.time.now())));
  auto ending = on.next();
  CHECK(ending.what.url.ends_with(sid + ".json"));
  CHECK(value_of(ending.fields(), "Status") == "canceled");
}

TEST_CASE(
  "a call that is still in the carrier's queue when it may not ring any more is taken back") {
  line on;
  on.place();
  on.next().answer(said(201, described("queued", on.time.now())));
  on.time.advance(2h);
  auto ending = on.next();
  CHECK(value_of(ending.fields(), "Status") == "canceled");
  ending.answer(said(200, described("canceled", on.time.now())));
  on.status("canceled");
  CHECK(report<events::call_ended>(on.news.back()).outcome == outcome::cancelled);
  CHECK(report<events::call_ended>(on.news.back()).cause == "queued_too_long");
}

TEST_CASE("so is one that an earlier process had placed") {
  line on; // which placed no call
  auto answer = on.look_up(on.handle(sid));
  on.next().answer(said(200, described("queued", on.time.now())));
  CHECK(is<still_up>(*answer));
  SUBCASE("and its end is known for what it is") {
    on.time.advance(2h);
    on.next().answer(said(200, described("canceled", on.time.now())));
    on.status("canceled");
    CHECK(report<events::call_ended>(on.news.back()).cause == "queued_too_long");
  }
  SUBCASE("but not if it has left the queue") {
    (void)on.look_up(on.handle(sid));
    on.next().answer(said(200, described("ringing", on.time.now())));
    on.time.advance(2h);
    CHECK(on.open.empty());
  }
  SUBCASE("and whoever answers it, and was to be told by us what follows, is hung up on") {
    form fields{{"CallSid", sid}, {"CallStatus", "in-progress"}};
    auto reply = on.receive(on.signed_callback(fields, "about=agent"));
    CHECK(reply.body.find("<Hangup/>") != std::string::npos);
    on.status("completed", {{"CallDuration", "1"}});
    CHECK(report<events::call_ended>(on.news.back()).cause == "ended_by_restart");
  }
}

TEST_CASE("nothing is added to a carrier's queue that is long") {
  auto queued = [&](const std::string& milliseconds) {
    auto body = nlohmann::json::parse(described("queued", {}));
    body["queue_time"] = milliseconds;
    return said(201, body.dump());
  };
  line on;
  on.place();
  on.next().answer(queued("2000"));
  on.place(); // as if it were another
  on.next().answer(queued("3500"));
  CHECK(std::holds_alternative<accepted>(*on.placed));
  on.time.advance(500ms);
  on.place();
  CHECK(on.open.empty());
  REQUIRE(std::holds_alternative<not_now>(*on.placed));
  CHECK(std::get<not_now>(*on.placed).retry_after == 3s);
  on.time.advance(3s);
  on.place();
  on.next().answer(queued("86400000"));
  on.place();
  CHECK(std::get<not_now>(*on.placed).retry_after == 5min); // and then one call more may ask
}

TEST_CASE("a call that left the queue in time is left alone") {
  line on;
  on.place();
  on.next().answer(said(201, described("queued", on.time.now())));
  on.status("ringing");
  on.time.advance(2h);
  CHECK(on.open.empty());
}

TEST_CASE("nothing is told once the carrier is gone") {
  line on;
  on.place();
  auto placing = on.next();
  on.carrier.reset();
  placing.answer(said(201, described("queued", on.time.now())));
  CHECK_FALSE(on.placed);
  on.time.advance(3h);
  CHECK(on.open.empty());
}
