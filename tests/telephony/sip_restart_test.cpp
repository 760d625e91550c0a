// What a SIP trunk knows of the calls of an earlier process, and does with them.
#include "telephony/sip_line.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace ringmaster::test;

namespace {

/// SIPp, like many peers, answers to where the call came from first.
sip_settings from_one_port(const std::string& address) {
  auto settings = quick(address);
  settings.listen_port = static_cast<std::uint16_t>(free_port(false));
  return settings;
}

/// Places a call in a process that is then killed, as `kill -9` does it, once
/// `is_far_enough` says so of the book.
template <class Condition>
void place_and_crash(sip_line& on, const call_request& request, Condition is_far_enough) {
  auto process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    on.connect();
    on.trunk().place(request, [](const place_answer&) {});
    for (;;)
      ::pause();
  }
  while (!is_far_enough(on.text_of_book()))
    std::this_thread::yield();
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

auto has(const std::string& word) {
  return [word](const std::string& book) { return book.find(word) != std::string::npos; };
}

instant real_now() {
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

} // namespace

TEST_CASE("a call that was answered before a crash is ended by a BYE of the next process") {
  sipp peer{"caller_hangs_up", {.may_miss_ack = true}};
  auto settings = from_one_port(peer.address());
  settings.hold = 60s;
  sip_line on{settings, {}, /*connected=*/false};
  place_and_crash(on, sip_line::request(call(1)), has("answered"));
  CHECK(on.text_of_book().find("3012345101") == std::string::npos); // no number is in it
  on.connect();
  auto answer = on.look_up(call(1), real_now());
  REQUIRE(std::holds_alternative<call_ended>(answer));
  auto end = std::get<call_ended>(answer);
  CHECK(words_of(end) == "abandoned ended_by_restart SIP BYE 200");
  CHECK(peer.is_content());
  // And is remembered.
  CHECK(words_of(std::get<call_ended>(on.look_up(call(1), real_now()))) == words_of(end));
}

TEST_CASE("contact and agent of a crashed call are both hung up on") {
  sipp agent{"agent", {.may_miss_ack = true}};
  sipp contact{"caller_hangs_up", {.may_miss_ack = true}};
  sip_line on{from_one_port(contact.address()), {}, /*connected=*/false};
  auto request = sip_line::request(call(1));
  request.agent = "sip:bot@" + agent.address();
  request.initial_context = {{"customer_name", "Ada Lovelace"}, {"note", "100%\r\nEvil: yes"}};
  place_and_crash(on, request, has("joined"));
  on.connect();
  CHECK(
    words_of(std::get<call_ended>(on.look_up(call(1), real_now())))
    == "completed ended_by_restart SIP BYE 200");
  CHECK(agent.is_content());
  CHECK(contact.is_content());
}

TEST_CASE("a call that rang when we crashed is unclear for as long as it may ring") {
  sipp peer{"rings_for_ever"};
  auto settings = quick(peer.address());
  settings.ring_timeout = 10s;
  settings.farewell = 1s;
  sip_line on{settings, {}, /*connected=*/false};
  place_and_crash(on, sip_line::request(call(1)), has("placed"));
  on.connect();
  CHECK(std::holds_alternative<unclear>(on.look_up(call(1), real_now())));
  CHECK(std::holds_alternative<unclear>(on.look_up(call(1), real_now() - 10s)));
  auto later = on.look_up(call(1), real_now() - 12s);
  REQUIRE(std::holds_alternative<call_ended>(later));
  CHECK(std::get<call_ended>(later).outcome == outcome::unknown);
  CHECK(std::get<call_ended>(later).cause == "lost_in_restart");
}

TEST_CASE("a call that never reached the book is never heard of, in time") {
  sip_line on{quick("127.0.0.1:5060")};
  auto window = on.settings().ring_timeout + on.settings().farewell;
  CHECK(std::holds_alternative<unclear>(on.look_up(call(1), real_now())));
  CHECK(std::holds_alternative<never_heard_of>(on.look_up(call(1), real_now() - window - 1s)));
}

TEST_CASE("an end that nobody recorded is told when asked for, after a restart too") {
  sipp peer{
    "refuses", {.values = {{"status", "486"}, {"phrase", "Busy"}, {"header", "X-Nothing: 1"}}}};
  sip_line on{quick(peer.address())};
  on.records = false;
  on.place(call(1));
  on.end_of(call(1));
  CHECK(words_of(std::get<call_ended>(on.look_up(call(1)))) == "busy SIP 486");
  on.close();
  on.connect();
  CHECK(words_of(std::get<call_ended>(on.look_up(call(1)))) == "busy SIP 486");
}

TEST_CASE("an orderly stop cancels what rings, and puts it back in line") {
  sipp peer{"rings_for_ever"};
  sip_line on{quick(peer.address())};
  on.place(call(1));
  REQUIRE(on.wait_for<call_ringing>());
  on.close();
  CHECK(peer.is_content());
  CHECK(on.told(call(1)) == "R"); // the engine had gone
  on.connect();
  CHECK(
    words_of(std::get<call_ended>(on.look_up(call(1)))) == "cancelled operator_hung_up SIP 487");
}

TEST_CASE("an orderly stop hangs up what is answered, and remembers it") {
  sipp peer{"caller_hangs_up"};
  auto settings = quick(peer.address());
  settings.hold = 60s;
  sip_line on{settings};
  on.place(call(1));
  REQUIRE(on.wait_for<call_answered>());
  on.close();
  CHECK(peer.is_content());
  on.connect();
  CHECK(words_of(std::get<call_ended>(on.look_up(call(1)))) == "completed Q.850 16");
}

TEST_CASE("a stop does not wait for a peer that is gone") {
  sipp peer{"caller_hangs_up"};
  auto settings = quick(peer.address());
  settings.hold = 60s;
  settings.farewell = 300ms;
  sip_line on{settings};
  on.place(call(1));
  REQUIRE(on.wait_for<call_answered>());
  peer.kill();
  on.close();
  on.connect();
  CHECK(std::get<call_ended>(on.look_up(call(1))).outcome == outcome::completed);
}
