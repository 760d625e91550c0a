// An answered call and its agent, joined by third-party call control.
#include "telephony/sip_line.hpp"

using namespace ringmaster::test;

namespace {

call_request for_agent(const sipp& agent) {
  auto it = sip_line::request(call(1));
  it.agent = "sip:bot@" + agent.address();
  it.initial_context = {{"customer_name", "Ada Lovelace"}, {"note", "100%\r\nEvil: yes"}};
  return it;
}

sipp::options refusal(int status) {
  return {
    .values = {{"status", std::to_string(status)}, {"phrase", "No"}, {"header", "X-Nothing: 1"}}};
}

} // namespace

TEST_CASE("contact and agent are given each other's media, and the agent the context") {
  sipp agent{"agent"};
  sipp contact{"joined"};
  sip_line on{quick(contact.address())};
  on.place(for_agent(agent));
  auto end = on.end_of(call(1));
  CHECK(words_of(end) == "completed Q.850 16");
  CHECK(on.told(call(1)) == "RAE");
  CHECK(contact.is_content()); // it had the agent's answer in the ACK
  CHECK(agent.is_content());   // it had the contact's offer, and the headers
}

TEST_CASE("a workflow whose agent is no SIP URI is served by the trunk's") {
  sipp agent{"agent_hangs_up"};
  sipp contact{"caller_hangs_up"};
  auto settings = quick(contact.address());
  settings.agent = parse_sip_uri("sip:bot@" + agent.address());
  sip_line on{settings};
  on.place(call(1));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(contact.is_content());
  CHECK(agent.is_content());
}

TEST_CASE("an agent over TCP takes a call that came over UDP") {
  sipp agent{"agent_hangs_up", {.transport = "t1"}};
  sipp contact{"caller_hangs_up"};
  sip_line on{quick(contact.address())};
  auto request = for_agent(agent);
  request.agent += ";transport=tcp";
  on.place(request);
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(contact.is_content());
  CHECK(agent.is_content());
}

TEST_CASE("a contact whose agent refuses is not left alone in silence") {
  sipp agent{"refuses", refusal(503)};
  sipp contact{"caller_hangs_up"};
  sip_line on{quick(contact.address())};
  on.place(for_agent(agent));
  CHECK(words_of(on.end_of(call(1))) == "abandoned agent_unreachable SIP 503");
  CHECK(contact.is_content());
  CHECK(agent.is_content());
}

TEST_CASE("a contact whose agent takes too long is not left alone in silence") {
  sipp agent{"rings_for_ever"};
  sipp contact{"caller_hangs_up"};
  auto settings = quick(contact.address());
  settings.agent_answer = 300ms;
  sip_line on{settings};
  on.place(for_agent(agent));
  CHECK(words_of(on.end_of(call(1))) == "abandoned agent_unreachable SIP 408 agent");
  CHECK(contact.is_content());
  CHECK(agent.is_content());
}

TEST_CASE("an agent that nobody listens for abandons the contact") {
  sipp contact{"caller_hangs_up"};
  sip_line on{quick(contact.address())};
  auto request = sip_line::request(call(1));
  request.agent = "sip:bot@127.0.0.1:" + std::to_string(free_port(false));
  on.place(request);
  CHECK(words_of(on.end_of(call(1))) == "abandoned agent_unreachable SIP 503 local");
  CHECK(contact.is_content());
}

TEST_CASE("media that change on one side are agreed with the other") {
  sipp agent{"agent_invited_again"};
  sipp contact{"joined_invites_again"};
  sip_line on{quick(contact.address())};
  on.place(for_agent(agent));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(contact.is_content());
  CHECK(agent.is_content());
}

TEST_CASE("an operator's hang-up ends both sides") {
  sipp agent{"agent"};
  sipp contact{"caller_hangs_up"};
  sip_line on{quick(contact.address())};
  on.place(for_agent(agent));
  REQUIRE(on.wait_for<call_answered>());
  // Until the agent has it, too.
  while (on.text_of_book().find("joined") == std::string::npos)
    std::this_thread::yield();
  on.hang_up(call(1));
  CHECK(words_of(on.end_of(call(1))) == "completed Q.850 16");
  CHECK(contact.is_content());
  CHECK(agent.is_content());
}
