#include "telephony/sip.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::telephony;
using namespace std::chrono_literals;

namespace {

sip_settings good(std::string_view json) {
  auto read = parse_sip_settings(json);
  if (const auto* wrong = std::get_if<std::string>(&read))
    FAIL(*wrong);
  return std::get<sip_settings>(read);
}

std::string bad(std::string_view json) {
  auto read = parse_sip_settings(json);
  REQUIRE(std::holds_alternative<std::string>(read));
  return std::get<std::string>(read);
}

/// With a good server and one more field.
std::string bad_field(const std::string& field) {
  return bad(R"({"server": "sip:sip.example.com", )" + field + "}");
}

std::string again(std::string_view uri) {
  auto it = parse_sip_uri(uri);
  return it ? to_string(*it) : "none";
}

using names = std::map<std::string, std::string>;

std::string trouble_with(const sip_settings& settings, const names& secrets) {
  return check_sip_secrets(settings, secrets).value_or("none");
}

} // namespace

TEST_CASE("a trunk needs no more than its server") {
  auto it = good(R"({"server": "sip:sip.example.com"})");
  CHECK(it.server.host == "sip.example.com");
  CHECK(it.server.port == 0);
  CHECK(it.server.transport == sip_transport::udp);
  CHECK(it.ring_timeout == 60s);
  CHECK_FALSE(it.registers);
  CHECK_FALSE(it.agent);
}

TEST_CASE("every setting of a SIP trunk is read") {
  auto it = good(R"({
    "server": "sips:10.1.2.3:5071", "domain": "example.com", "username": "alice",
    "realm": "carrier realm", "register": true, "register_expires_seconds": 60,
    "listen_address": "127.0.0.1", "listen_port": 5070, "public_address": "voice.example.com",
    "tls_directory": "/etc/ringmaster/sip", "tls_verify": false, "assert_identity": true,
    "number_prefix": "00", "options_interval_ms": 0, "silence_ms": 4000, "ring_timeout_ms": 25000,
    "farewell_ms": 5000, "longest_call_ms": 900000, "session_expires_seconds": 0,
    "agent": "sip:bot@agent.example.com:5080;transport=tcp", "agent_answer_ms": 2000,
    "hold_ms": 0})");
  CHECK(to_string(it.server) == "sips:10.1.2.3:5071");
  CHECK(it.domain == "example.com");
  CHECK(it.username == "alice");
  CHECK(it.realm == "carrier realm");
  CHECK(it.registers);
  CHECK(it.registration == 60s);
  CHECK(it.listen_address == "127.0.0.1");
  CHECK(it.listen_port == 5070);
  CHECK(it.public_address == "voice.example.com");
  CHECK(it.tls_directory == "/etc/ringmaster/sip");
  CHECK_FALSE(it.tls_verify);
  CHECK(it.asserts_identity);
  CHECK(it.number_prefix == "00");
  CHECK(it.options_interval == 0s);
  CHECK(it.silence == 4s);
  CHECK(it.ring_timeout == 25s);
  CHECK(it.farewell == 5s);
  CHECK(it.longest_call == 15min);
  CHECK(it.session_expires == 0s);
  REQUIRE(it.agent);
  CHECK(to_string(*it.agent) == "sip:bot@agent.example.com:5080;transport=tcp");
  CHECK(it.agent_answer == 2s);
  CHECK(it.hold == 0s);
}

TEST_CASE("a complaint about a SIP trunk names the field") {
  CHECK(bad("{}").starts_with("server is missing"));
  CHECK(bad("[]") == "settings must be an object");
  CHECK(bad("{") == "settings are not JSON");
  CHECK(bad(R"({"server": {"deep": {}}})") == "settings are nested too deeply");
  CHECK(bad(R"({"server": "sip:x", "port": 1})") == "`port` is not a setting of a SIP trunk");
  CHECK(bad(R"({"server": "sip:bob@example.com"})").starts_with("server must not name a user"));
  CHECK(bad(R"({"server": "http://example.com"})").starts_with("server must be a SIP URI"));
  CHECK(bad(R"({"server": 5})") == "server must be a text");
  CHECK(bad(R"({"server": "sips:example.com"})").starts_with("tls_directory is missing"));
  CHECK(bad_field(R"("username": "a:b")").starts_with("username must be of plain"));
  CHECK(bad_field(R"("username": "a\r\nb")").starts_with("username must be of plain"));
  CHECK(bad_field(R"("realm": "a\"b")").starts_with("realm must not have quotes"));
  CHECK(bad_field(R"("register": true)") == "register needs a username");
  CHECK(bad_field(R"("register": 1)") == "register must be true or false");
  CHECK(bad_field(R"("listen_address": "localhost")") == "listen_address must be an IP address");
  CHECK(bad_field(R"("listen_port": 65536)").starts_with("listen_port must be a port"));
  CHECK(bad_field(R"("number_prefix": "sip:")").starts_with("number_prefix must be up to 8"));
  CHECK(bad_field(R"("agent": "agent")").starts_with("agent must be a SIP URI"));
  CHECK(bad_field(R"("agent": "sip:a@b>;x=<c")").starts_with("agent must be a SIP URI"));
  CHECK(
    bad_field(R"("ring_timeout_ms": 99)")
    == "ring_timeout_ms must be a whole number from 100 to 600000");
  CHECK(bad_field(R"("ring_timeout_ms": -1)").starts_with("ring_timeout_ms must be"));
  CHECK(bad_field(R"("session_expires_seconds": 89)").ends_with("from 90 to 7200, or 0"));
}

TEST_CASE("what goes into a header can't leave it") {
  CHECK(bad_field(R"("domain": "a.example\r\nVia: x")").starts_with("domain must be a host"));
  CHECK(bad_field(R"("public_address": "a>b")").starts_with("public_address must be a host"));
}

TEST_CASE("SIP URIs of servers and agents are read strictly") {
  CHECK(again("sip:example.com") == "sip:example.com");
  CHECK(again("SIP:Example.com:5062;transport=UDP") == "sip:example.com:5062");
  CHECK(again("sip:bot@10.0.0.1:5062;transport=tcp") == "sip:bot@10.0.0.1:5062;transport=tcp");
  CHECK(again("sip:bot@10.0.0.1;transport=tls") == "sips:bot@10.0.0.1");
  CHECK(again("sips:[2001:db8::1]:5061") == "sips:[2001:db8::1]:5061");
  for (const char* text :
       {"",
        "sip:",
        "sip:@host",
        "example.com",
        "tel:+49",
        "sip:a b@host",
        "sip:a@host:0",
        "sip:a@host:99999",
        "sip:a@host:5060x",
        "sip:a@host;lr",
        "sip:a@host?Route=x",
        "sip:a:password@host",
        "sip:a@ho_st",
        "sip:a@[::1",
        "sip:a@[nonsense]",
        "sips:a;transport=udp",
        "sip:a@host\r\n"})
    CHECK(again(text) == "none");
  CHECK(again("sip:" + std::string(300, 'a')) == "none");
}

TEST_CASE("a SIP trunk has one secret, and only where it has a user") {
  auto open = good(R"({"server": "sip:sip.example.com"})");
  auto locked = good(R"({"server": "sip:sip.example.com", "username": "alice"})");
  CHECK(trouble_with(open, {}) == "none");
  CHECK(trouble_with(locked, {{"password", "it's \"fine\" 100%"}}) == "none");
  CHECK(trouble_with(locked, {}) == "username needs the secret `password`");
  CHECK(
    trouble_with(locked, {{"password", "x"}, {"token", "y"}})
    == "`token` is not a secret of a SIP trunk: it has `password` alone");
  // The stack takes credentials apart at colons.
  CHECK(trouble_with(locked, {{"password", "a:b"}}).starts_with("password must be"));
  CHECK(trouble_with(locked, {{"password", "a\nb"}}).starts_with("password must be"));
  CHECK(trouble_with(locked, {{"password", ""}}).starts_with("password must be"));
}
