// Every way a call can go, played by SIPp.
#include "telephony/deserter.hpp"
#include "telephony/sip_line.hpp"

using namespace ringmaster::test;

namespace {

sipp::options
refusal(int status, const std::string& phrase, const std::string& header = "X-Nothing: 1") {
  return {.values = {{"status", std::to_string(status)}, {"phrase", phrase}, {"header", header}}};
}

/// What a call to a peer that answers so comes to.
std::string
played(int status, const std::string& phrase, const std::string& header = "X-Nothing: 1") {
  sipp peer{"refuses", refusal(status, phrase, header)};
  sip_line on{quick(peer.address())};
  CHECK(std::holds_alternative<accepted>(on.place(call(1))));
  auto end = on.end_of(call(1));
  CHECK(peer.is_content());
  CHECK(on.told(call(1)) == "E");
  CHECK(end.talk_time_ms == 0);
  return words_of(end);
}

/// The stack does nothing for so long. A halted process is the same, but for its other threads.
void halt(sip_line& on, std::chrono::milliseconds span) {
  auto refused_at_once = sip_line::request(call(999));
  refused_at_once.agent = "sip:";
  on.trunk().place(refused_at_once, [span](const place_answer& it) {
    CHECK(std::holds_alternative<refused>(it));
    std::this_thread::sleep_for(span);
  });
}

} // namespace

TEST_CASE("the contact answers and hangs up") {
  sipp peer{"callee_hangs_up"};
  sip_line on{quick(peer.address())};
  on.settings().hold = 30s;
  on.close();
  on.connect();
  CHECK(std::holds_alternative<accepted>(on.place(call(1))));
  auto end = on.end_of(call(1));
  CHECK(words_of(end) == "completed Q.850 31");
  CHECK(end.talk_time_ms >= 100);
  CHECK(end.talk_time_ms < 30'000);
  CHECK(on.told(call(1)) == "RAE");
  CHECK(peer.is_content());
}

TEST_CASE("without an agent an answered call is held for a while, and we hang up") {
  sipp peer{"caller_hangs_up"};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  auto end = on.end_of(call(1));
  CHECK(words_of(end) == "completed Q.850 16");
  CHECK(end.talk_time_ms >= 100);
  CHECK(on.told(call(1)) == "RAE");
  CHECK(peer.is_content());
}

TEST_CASE("calls go over TCP as well") {
  sipp peer{"caller_hangs_up", {.calls = 2, .transport = "t1"}}; // the other asks for OPTIONS
  sip_line on{quick(peer.address(), sip_transport::tcp)};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(peer.is_content());
}

TEST_CASE("a refusal of the peer ends the call as its code says") {
  CHECK(played(486, "Busy Here") == "busy SIP 486");
  CHECK(played(600, "Busy Everywhere") == "busy SIP 600");
  CHECK(played(603, "Decline") == "rejected SIP 603");
  CHECK(played(603, "Network Blocked") == "failed blocked SIP 603");
  CHECK(played(480, "Temporarily Unavailable") == "no_answer SIP 480");
  CHECK(played(404, "Not Found") == "failed invalid_number SIP 404");
  CHECK(played(403, "Forbidden") == "failed refused_by_carrier SIP 403");
  CHECK(played(488, "Not Acceptable Here") == "failed media SIP 488");
  CHECK(played(500, "Server Internal Error") == "failed network SIP 500");
  CHECK(played(408, "Request Timeout") == "no_answer SIP 408");
}

TEST_CASE("the cause that comes with a refusal is finer than its code") {
  CHECK(
    played(480, "Temporarily Unavailable", "Reason: Q.850;cause=1;text=\"Unallocated\"")
    == "failed invalid_number SIP 480, Q.850 1");
  CHECK(played(500, "Oops", "Reason: SIP;cause=486, Q.850;cause=17") == "busy SIP 500, Q.850 17");
}

TEST_CASE("a contact who declines has heard it ring") {
  sipp peer{"rings_then_refuses", refusal(603, "Decline")};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "rejected SIP 603");
  CHECK(on.told(call(1)) == "RE");
  CHECK(peer.is_content());
}

TEST_CASE("a trunk that is congested is a known failure, and rests") {
  sipp peer{"refuses", refusal(503, "Trunk CPS limit exceeded", "Retry-After: 90")};
  sip_line on{quick(peer.address())};
  auto answer = on.place(call(1));
  REQUIRE(std::holds_alternative<refused>(answer));
  CHECK(std::get<refused>(answer).cause == "congestion");
  CHECK(std::get<refused>(answer).provider_code == "SIP 503");
  CHECK(std::get<refused>(answer).rest == 90s);
  // And is not called again behind our back: SIPp would count that as an error.
  CHECK(peer.is_content());
  CHECK(on.told(call(1)).empty());
}

TEST_CASE("who does not answer in time is let be") {
  sipp peer{"rings_for_ever"};
  auto settings = quick(peer.address());
  settings.ring_timeout = 400ms;
  sip_line on{settings};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "no_answer SIP 487");
  CHECK(on.told(call(1)) == "RE");
  CHECK(peer.is_content());
}

TEST_CASE("a peer that takes our CANCEL and says no more is given its time") {
  sipp peer{"ignores_cancel"};
  auto settings = quick(peer.address());
  settings.ring_timeout = 300ms;
  settings.farewell = 400ms;
  sip_line on{settings};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "no_answer SIP 487 local");
}

TEST_CASE("an operator's hang-up cancels what rings") {
  sipp peer{"rings_for_ever"};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  REQUIRE(on.wait_for<call_ringing>());
  CHECK(std::holds_alternative<still_up>(on.look_up(call(1))));
  on.hang_up(call(1));
  on.hang_up(call(1));
  CHECK(words_of(on.end_of(call(1))) == "cancelled operator_hung_up SIP 487");
  CHECK(peer.is_content());
}

TEST_CASE("an operator's hang-up ends what is answered") {
  sipp peer{"caller_hangs_up"};
  auto settings = quick(peer.address());
  settings.hold = 60s;
  sip_line on{settings};
  on.place(call(1));
  REQUIRE(on.wait_for<call_answered>());
  on.hang_up(call(1));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(peer.is_content());
}

TEST_CASE("an answer that crosses our CANCEL is hung up at once, and counted as abandoned") {
  sipp peer{"answers_too_late"};
  auto settings = quick(peer.address());
  settings.ring_timeout = 300ms;
  sip_line on{settings};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "abandoned answered_too_late Q.850 16");
  CHECK(on.told(call(1)) == "RAE");
  CHECK(peer.is_content());
}

TEST_CASE("a trunk that says nothing at all is not a contact who does not answer") {
  sipp peer{"silent"};
  auto settings = quick(peer.address());
  settings.silence = 700ms;
  settings.farewell = 300ms;
  sip_line on{settings};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "failed trunk_timeout SIP 408 local");
  CHECK(on.told(call(1)) == "E");
}

TEST_CASE("a trunk is not silent because we were halted and did not listen") {
  sipp peer{"refuses", refusal(486, "Busy")};
  auto settings = quick(peer.address());
  settings.silence = 2s;
  sip_line on{settings};
  on.start(call(1));
  halt(on, 2500ms);
  CHECK(words_of(on.end_of(call(1))) == "busy SIP 486");
  CHECK(peer.is_content());
}

TEST_CASE("what became of a call while we were halted for long nobody can say") {
  sipp peer{"silent"};
  auto settings = quick(peer.address());
  settings.silence = 400ms;
  sip_line on{settings};
  on.start(call(1));
  for (int i = 0; i < 2; ++i) // behind the second answer the INVITE has left
    CHECK(std::holds_alternative<still_up>(on.look_up(call(1))));
  halt(on, 3s);
  CHECK(words_of(on.end_of(call(1))) == "unknown halted SIP 408 local");
}

TEST_CASE("a trunk that nobody listens for was never called") {
  sip_line on{quick("127.0.0.1:" + std::to_string(free_port(false)))};
  auto answer = on.place(call(1));
  REQUIRE(std::holds_alternative<not_now>(answer));
  CHECK(std::get<not_now>(answer).retry_after > duration{});
  CHECK(on.told(call(1)).empty());
}

TEST_CASE("a trunk over TCP to which there is no connection was never called") {
  sip_line on{quick("127.0.0.1:" + std::to_string(free_port(true)), sip_transport::tcp)};
  for (std::uint32_t row = 1; row <= 2; ++row) {
    auto answer = on.place(call(row));
    REQUIRE(std::holds_alternative<not_now>(answer));
    CHECK(std::get<not_now>(answer).retry_after > duration{});
    CHECK(on.told(call(row)).empty());
  }
  CHECK(on.text_of_book().empty());
}

TEST_CASE("a trunk whose certificate nobody vouches for was never called") {
  temporary_directory its;
  temporary_directory another;
  make_certificate(its.path());
  make_certificate(another.path());
  deserter peer{its.path()};
  auto settings = quick(peer.address(), sip_transport::tls);
  settings.tls_directory = another.path();
  sip_line on{settings};
  CHECK(std::holds_alternative<not_now>(on.place(call(1))));
  CHECK(on.told(call(1)).empty());
  on.close();
  CHECK(peer.invited() == 0);
}

TEST_CASE("of a connection that breaks with an INVITE nobody can say how much went through it") {
  temporary_directory its;
  make_certificate(its.path());
  auto lost = [&](const deserter& peer, sip_transport how) {
    auto settings = quick(peer.address(), how);
    settings.tls_directory = its.path();
    sip_line on{settings};
    CHECK(std::holds_alternative<unclear>(on.place(call(1))));
    CHECK(words_of(on.end_of(call(1))) == "unknown trunk_lost SIP 503 local");
    CHECK(peer.invited() == 1);
  };
  lost(deserter{}, sip_transport::tcp);
  lost(deserter{its.path()}, sip_transport::tls);
}

TEST_CASE("a trunk that went away is not called until it is back") {
  auto peer = std::make_unique<deserter>();
  sip_line on{quick(peer->address(), sip_transport::tcp)};
  CHECK(std::holds_alternative<unclear>(on.place(call(1))));
  std::this_thread::sleep_for(500ms); // the connection that we knocked with still stands
  peer.reset();
  CHECK(std::holds_alternative<not_now>(on.place(call(2))));
}

TEST_CASE("a call that is hung up before there is a connection is not placed") {
  temporary_directory home;
  make_certificate(home.path());
  deserter peer; // which waits for something else than TLS
  auto settings = quick(peer.address(), sip_transport::tls);
  settings.tls_directory = home.path();
  sip_line on{settings};
  auto answered = std::async(std::launch::async, [&] { return on.place(call(1)); });
  while (answered.wait_for(1ms) != std::future_status::ready)
    on.hang_up(call(1));
  auto answer = answered.get();
  REQUIRE(std::holds_alternative<not_now>(answer));
  CHECK(std::get<not_now>(answer).why == "it was hung up before it was placed");
  CHECK(on.text_of_book().empty());
}

TEST_CASE("a redirection is not followed") {
  sipp elsewhere{"callee_hangs_up"};
  sipp peer{"redirects", {.values = {{"elsewhere", std::to_string(elsewhere.port())}}}};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "failed redirected SIP 302");
  CHECK(peer.is_content());
}

TEST_CASE("a challenge is met with the trunk's credentials") {
  sipp peer{"wants_credentials"};
  auto settings = quick(peer.address());
  settings.username = "alice";
  sip_line on{settings, {{"password", "open sesame"}}};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "busy SIP 486");
  CHECK(peer.is_content());
}

TEST_CASE("credentials that are not good enough are the trunk's trouble") {
  auto with = [](const std::string& scenario, const std::string& user, const std::string& realm) {
    sipp peer{scenario};
    auto settings = quick(peer.address());
    settings.username = user;
    settings.realm = realm;
    sip_line::names secrets;
    if (!user.empty())
      secrets.emplace("password", "wrong");
    sip_line on{settings, secrets};
    auto answer = on.place(call(1));
    REQUIRE(std::holds_alternative<refused>(answer));
    CHECK(std::get<refused>(answer).rest > duration{});
    return std::get<refused>(answer).cause;
  };
  CHECK(with("wants_credentials", "alice", "") == "trunk_auth");
  CHECK(with("challenges_for_ever", "alice", "") == "trunk_auth");
  CHECK(with("challenges_for_ever", "", "") == "trunk_auth");
  CHECK(with("challenges_for_ever", "alice", "another realm") == "trunk_auth");
}

TEST_CASE("media that change within a held call are held again") {
  sipp peer{"invites_again"};
  auto settings = quick(peer.address());
  settings.hold = 30s;
  sip_line on{settings};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(on.told(call(1)) == "RAE");
  CHECK(peer.is_content());
}

TEST_CASE("two BYEs that cross end one call once") {
  sipp peer{"bye_crosses_bye"};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(peer.is_content());
  CHECK(on.told(call(1)) == "AE");
}

TEST_CASE("malformed responses break nothing") {
  sipp peer{"malformed"};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  auto end = on.end_of(call(1));
  CHECK(words_of(end) == "busy SIP 486");
  CHECK(peer.is_content());
}

TEST_CASE("an answer that makes no sense is ended in good order") {
  sipp peer{"nonsense_answer"};
  auto settings = quick(peer.address());
  settings.farewell = 1s;
  sip_line on{settings};
  on.place(call(1));
  CHECK(on.end_of(call(1)).outcome != outcome::unknown);
}

TEST_CASE("a call does not outlast its longest time") {
  sipp peer{"caller_hangs_up"};
  auto settings = quick(peer.address());
  settings.hold = 60s;
  settings.longest_call = 200ms;
  sip_line on{settings};
  on.place(call(1));
  auto end = on.end_of(call(1));
  CHECK(end.outcome == outcome::completed);
  CHECK(end.talk_time_ms >= 200);
  CHECK(peer.is_content());
}

TEST_CASE("a session that is ours to refresh is refreshed before it is over") {
  sipp peer{"session_refreshed"};
  auto settings = quick(peer.address());
  settings.session_expires = settings.session_least = 4s;
  settings.hold = 3s; // a refresh is due every two
  sip_line on{settings};
  on.place(call(1));
  auto end = on.end_of(call(1));
  CHECK(words_of(end) == "completed Q.850 16");
  CHECK(end.talk_time_ms >= 3'000);
  CHECK(on.told(call(1)) == "AE");
  CHECK(peer.is_content());
}

TEST_CASE("a peer that forgets to refresh the session is gone, and the call with it") {
  sipp peer{"session_forgotten"};
  auto settings = quick(peer.address());
  settings.session_expires = settings.session_least = 4s;
  settings.hold = 60s;
  sip_line on{settings};
  on.place(call(1));
  auto end = on.end_of(call(1));
  CHECK(words_of(end) == "completed connection_lost SIP 408");
  CHECK(end.talk_time_ms < 30'000);
  CHECK(peer.is_content()); // a BYE says so to whoever is there
}

TEST_CASE("two hundred calls are up at once") {
  constexpr std::uint32_t many = 200;
  sipp peer{"caller_hangs_up", {.calls = many}};
  auto settings = quick(peer.address());
  settings.hold = 60s;
  sip_line on{settings};
  for (std::uint32_t row = 1; row <= many; ++row)
    on.start(call(row));
  REQUIRE(on.wait_for<call_answered>(many));
  for (std::uint32_t row = 1; row <= many; ++row)
    CHECK(std::holds_alternative<still_up>(on.look_up(call(row))));
  for (std::uint32_t row = 1; row <= many; ++row)
    on.hang_up(call(row));
  REQUIRE(on.wait_for<call_ended>(many));
  for (std::uint32_t row = 1; row <= many; ++row)
    CHECK(on.told(call(row)) == "RAE");
  CHECK(peer.is_content());
}

TEST_CASE("what can't be dialled is refused before it leaves") {
  sip_line on{quick("127.0.0.1:" + std::to_string(free_port(false)))};
  auto refusal_of = [&](const call_request& it) {
    auto answer = on.place(it);
    REQUIRE(std::holds_alternative<refused>(answer));
    return std::get<refused>(answer).cause;
  };
  auto wrong_number = sip_line::request(call(1));
  wrong_number.to = "+49301\r\nRoute: <sip:evil>";
  CHECK(refusal_of(wrong_number) == "invalid_number");
  auto wrong_caller = sip_line::request(call(2));
  wrong_caller.from = "a>b";
  CHECK(refusal_of(wrong_caller) == "bad_caller_id");
  auto wrong_agent = sip_line::request(call(3));
  wrong_agent.agent = "sip:agent@host;maddr=elsewhere";
  CHECK(refusal_of(wrong_agent) == "bad_agent");
}

TEST_CASE("no attempt is placed twice") {
  sipp peer{"refuses", refusal(486, "Busy Here")};
  sip_line on{quick(peer.address())};
  on.records = false; // or the book may forget it
  on.place(call(1));
  on.end_of(call(1));
  CHECK(std::holds_alternative<unclear>(on.place(call(1))));
  CHECK(peer.is_content());
}
