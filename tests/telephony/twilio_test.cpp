#include "telephony/twilio_line.hpp"

using namespace ringmaster;
using namespace ringmaster::test::twilio;

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
