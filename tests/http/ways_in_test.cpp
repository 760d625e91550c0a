// Proxies, pages of elsewhere, and what is said on which way.
#include "http/gateway.hpp"
#include "http/trusted_proxies.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

namespace {

using boost::asio::ip::make_address;

http::trusted_proxies proxies(const std::vector<std::string>& networks) {
  auto parsed = http::trusted_proxies::parse(networks);
  REQUIRE(std::holds_alternative<http::trusted_proxies>(parsed));
  return std::get<http::trusted_proxies>(parsed);
}

const std::string our_page = "https://desk.example.org";

void allow_our_page(http::server_options& it) {
  it.allowed_origins = {our_page};
}

std::string preflight(const std::string& origin) {
  return "OPTIONS /v1/campaigns HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
         + "\r\nAccess-Control-Request-Method: POST\r\n\r\n";
}

} // namespace

TEST_CASE("networks of proxies are read, and others are named") {
  auto it = proxies({"10.0.0.0/8", "192.168.1.7", "fd00::/16"});
  CHECK(it.trusts(make_address("10.255.0.1")));
  CHECK_FALSE(it.trusts(make_address("11.0.0.1")));
  CHECK(it.trusts(make_address("192.168.1.7")));
  CHECK_FALSE(it.trusts(make_address("192.168.1.8")));
  CHECK(it.trusts(make_address("::ffff:10.0.0.1")));
  CHECK(it.trusts(make_address("fd00::1")));
  CHECK_FALSE(it.trusts(make_address("fd01::1")));
  for (const std::string bad : {"ten", "10.0.0.0/33", "", "::1/129"}) {
    auto parsed = http::trusted_proxies::parse({bad});
    REQUIRE(std::holds_alternative<std::string>(parsed));
    CHECK(std::get<std::string>(parsed).find(bad) != std::string::npos);
  }
}

TEST_CASE("the client is who asked the outermost of our proxies") {
  auto it = proxies({"10.0.0.0/8"});
  auto inner = make_address("10.0.0.1");
  CHECK(it.client_of("1.2.3.4", inner) == make_address("1.2.3.4"));
  CHECK(it.client_of("6.6.6.6, 1.2.3.4, 10.0.0.2", inner) == make_address("1.2.3.4"));
  CHECK(it.client_of("", inner) == inner);
  CHECK(it.client_of("10.0.0.3,10.0.0.2", inner) == make_address("10.0.0.3"));
  CHECK(it.client_of("1.2.3.4, nonsense", inner) == inner);
}

TEST_CASE("a stranger's word on who asks counts for nothing") {
  auto it = proxies({"10.0.0.0/8"});
  CHECK(it.client_of("1.2.3.4", make_address("9.9.9.9")) == make_address("9.9.9.9"));
}

TEST_CASE("failed attempts count for the client behind a trusted proxy") {
  for (bool trusted : {true, false}) {
    gateway to;
    to.make_key(1, "jane", events::key_role::admin);
    to.open([&](http::server_options& it) {
      if (trusted)
        it.trusted_proxies = {"127.0.0.0/8"};
    });
    client one{to};
    CHECK(one.ask(get("/", "X-API-Key: wrong\r\nX-Forwarded-For: 1.2.3.4\r\n")).status == 401);
    REQUIRE(to.logged().size() == 1);
    CHECK((to.logged()[0].find("from 1.2.3.4,") != std::string::npos) == trusted);
  }
}

TEST_CASE("browsers are held to TLS when a trusted proxy has it, and only then") {
  for (bool trusted : {true, false}) {
    gateway to;
    to.make_key(1, "jane", events::key_role::admin);
    to.open([&](http::server_options& it) {
      if (trusted)
        it.trusted_proxies = {"127.0.0.1"};
    });
    client one{to};
    auto by_tls = one.ask(get("/", "X-Forwarded-Proto: https\r\n"));
    CHECK(by_tls.headers.contains("strict-transport-security") == trusted);
    CHECK_FALSE(one.ask(get("/")).headers.contains("strict-transport-security"));
  }
}

TEST_CASE("without keys a proxy at this machine lets nobody in") {
  gateway to;
  to.open();
  for (const std::string header :
       {"X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "Via: 1.1 x"}) {
    client one{to};
    CHECK(one.ask(get("/", header + "\r\n")).status == 403);
  }
}

TEST_CASE("pages of elsewhere are told nothing unless the operator names them") {
  gateway to;
  to.make_key(1, "jane", events::key_role::admin);
  to.open();
  client one{to};
  auto answer = one.ask(get("/", "Origin: " + our_page + "\r\n"));
  CHECK_FALSE(answer.headers.contains("access-control-allow-origin"));
  CHECK_FALSE(one.ask(preflight(our_page)).headers.contains("access-control-allow-methods"));
}

TEST_CASE("a page of a named origin may ask, and read what it needs") {
  gateway to;
  to.make_key(1, "jane", events::key_role::admin);
  to.open(allow_our_page);
  client one{to};
  auto asked = one.ask(preflight(our_page));
  CHECK(asked.status == 204);
  CHECK(asked.headers.at("access-control-allow-origin") == our_page);
  CHECK(
    asked.headers.at("access-control-allow-headers").find("Idempotency-Key") != std::string::npos);
  auto answer = one.ask(get("/", "Origin: " + our_page + "\r\n"));
  CHECK(answer.headers.at("access-control-allow-origin") == our_page);
  CHECK(answer.headers.at("vary") == "Origin");
  CHECK_FALSE(answer.headers.contains("access-control-allow-credentials"));
  auto other = one.ask(get("/", "Origin: https://evil.example.org\r\n"));
  CHECK_FALSE(other.headers.contains("access-control-allow-origin"));
}

TEST_CASE("a certificate without its key, or none at all, is said before listening") {
  gateway to;
  for (const auto& [certificate, key] :
       {std::pair{"/nowhere.pem", ""},
        std::pair{"", "/nowhere.pem"},
        std::pair{"/nowhere.pem", "/nowhere.pem"}}) {
    http::server_options options;
    options.port = 0;
    options.tls_certificate = certificate;
    options.tls_key = key;
    auto started = http::server::start(options, to.with);
    REQUIRE(std::holds_alternative<std::string>(started));
    CHECK(std::get<std::string>(started).find("TLS") != std::string::npos);
  }
}

} // namespace ringmaster::test
