// Who is let in, and as whom.
#include "domain/api_key.hpp"
#include "http/gateway.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace ringmaster::test {

namespace {

/// Answers with who asked: name and role.
void echo(const http::incoming& request, const http::services&, http::reply answer) {
  http::outgoing what;
  what.body = request.actor + " " + std::string{request.role ? to_string(*request.role) : "nobody"};
  answer(what);
}

std::string ask(gateway& to, const std::string& headers = "") {
  auto what = client{to}.ask(get("/", headers));
  return what.status == 200 ? what.body : std::to_string(what.status);
}

std::string bearer(const std::string& secret) {
  return "Authorization: Bearer " + secret + "\r\n";
}

} // namespace

TEST_CASE("without keys everybody at this machine may do everything") {
  gateway to;
  to.handle = echo;
  to.open();
  CHECK(ask(to) == "anonymous admin");
}

TEST_CASE("once there is a key, who shows none is nobody in particular") {
  gateway to;
  to.handle = echo;
  to.open();
  to.make_key(1, "jane", events::key_role::admin);
  CHECK(ask(to) == "anonymous nobody");
}

TEST_CASE("a key is shown as a bearer or as an API key, and gives its name and role") {
  gateway to;
  to.handle = echo;
  to.open();
  auto secret = to.make_key(1, "jane", events::key_role::operates);
  CHECK(ask(to, bearer(secret)) == "jane operator");
  CHECK(ask(to, "authorization: bearer " + secret + "\r\n") == "jane operator");
  CHECK(ask(to, "X-API-Key: " + secret + "\r\n") == "jane operator");
}

TEST_CASE("a key that opens nothing is refused, whatever it looks like") {
  gateway to;
  to.handle = echo;
  to.open();
  auto secret = to.make_key(1, "jane", events::key_role::operates);
  auto other = domain::make_secret({2}, {});
  auto forged = secret;
  forged.back() = forged.back() == '0' ? '1' : '0';
  CHECK(ask(to, bearer(other)) == "401");
  CHECK(ask(to, bearer(forged)) == "401");
  CHECK(ask(to, bearer("")) == "401");
  CHECK(ask(to, "Authorization: Basic amFuZTpzZWNyZXQ=\r\n") == "401");
  to.revoke_key(1);
  CHECK(ask(to, bearer(secret)) == "401");
  CHECK(ask(to) == "anonymous nobody"); // and the door does not open again
}

TEST_CASE("failed attempts are logged with their number, and never with the secret") {
  gateway to;
  to.open();
  auto secret = domain::make_secret({2}, {});
  auto what = client{to}.ask(get("/", bearer(secret)));
  CHECK(what.status == 401);
  CHECK(what.headers["www-authenticate"] == "Bearer realm=\"ringmaster\"");
  CHECK(nlohmann::json::parse(what.body)["type"] == "/problems/unknown-key");
  CHECK(ask(to, bearer(secret)) == "401");
  auto lines = to.logged();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("127.0.0.1, failed attempt 1") != std::string::npos);
  CHECK(lines[1].find("127.0.0.1, failed attempt 2") != std::string::npos);
  for (const auto& it : lines)
    CHECK(it.find(secret.substr(17)) == std::string::npos);
}

TEST_CASE("without keys a web page of elsewhere does nothing in the name of this machine") {
  gateway to;
  to.handle = echo;
  to.open();
  CHECK(ask(to, "Origin: http://localhost\r\n") == "anonymous admin");
  CHECK(ask(to, "Origin: https://evil.example\r\n") == "403");
  CHECK(ask(to, "Origin: null\r\n") == "403");
  auto rebound = client{to}.ask("GET / HTTP/1.1\r\nHost: evil.example:8080\r\n\r\n");
  CHECK(rebound.status == 403);
  for (auto host : {"127.0.0.1:8080", "[::1]:8080", "localhost:8080"})
    CHECK(
      client{to}.ask("GET / HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n").status == 200);
  auto secret = to.make_key(1, "jane", events::key_role::viewer);
  CHECK(ask(to, "Origin: https://evil.example\r\n" + bearer(secret)) == "jane viewer");
}

TEST_CASE("without keys nothing but loopback is listened on") {
  gateway to;
  http::server_options options;
  options.port = 0;
  options.address = "0.0.0.0";
  auto refused = http::server::start(options, to.with);
  REQUIRE(std::holds_alternative<std::string>(refused));
  CHECK(std::get<std::string>(refused).find("ringmaster keys create") != std::string::npos);
  to.make_key(1, "jane", events::key_role::admin);
  CHECK(
    std::holds_alternative<std::unique_ptr<http::server>>(http::server::start(options, to.with)));
}

TEST_CASE("a browser shows its key in the subprotocol of a feed, and never gets it back") {
  gateway to;
  to.open();
  auto secret = to.make_key(1, "jane", events::key_role::viewer);
  std::string seen;
  to.accept_live = [&](const http::incoming& head) {
    seen = head.actor;
    return http::live_request{.campaign = watched, .events = false, .resume_after = {}};
  };
  listener one{to, "", {{"Sec-WebSocket-Protocol", "ringmaster, " + secret}}};
  CHECK(one.next() == "snapshot 0");
  CHECK(seen == "jane");
  CHECK(one.protocol() == "ringmaster");
}

TEST_CASE("a feed ends when its key is revoked") {
  gateway to;
  to.open();
  auto secret = to.make_key(1, "jane", events::key_role::viewer);
  listener one{to, "", {{"X-API-Key", secret}}};
  CHECK(one.next() == "snapshot 0");
  to.revoke_key(1);
  CHECK(!one.next());
  CHECK(one.close_code() == 1008);
}

TEST_CASE("a feed that began without keys ends with the first key") {
  gateway to;
  to.open();
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  to.make_key(1, "jane", events::key_role::viewer);
  CHECK(!one.next());
  CHECK(one.close_code() == 1008);
}

} // namespace ringmaster::test
