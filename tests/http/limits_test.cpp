#include "http/gateway.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace ringmaster::test {

namespace {

void small(http::server_options& it) {
  it.max_header_bytes = 1000;
  it.max_body_bytes = 100;
}

void hasty(http::server_options& it) {
  it.idle_timeout = std::chrono::seconds{1};
  it.header_timeout = std::chrono::seconds{1};
  it.body_timeout = std::chrono::seconds{1};
}

constexpr std::chrono::milliseconds drip{50};

/// A byte now and then, as a client does that wants to hold the connection.
bool drips_until_closed(client& one) {
  for (int sent = 0; sent < 500; ++sent) {
    if (!one.send("x"))
      return true;
    std::this_thread::sleep_for(drip);
  }
  return false;
}

bool is_too_slow(const answered& what) {
  return what.status == 408 && what.headers.at("retry-after") == "1"
         && what.headers.at("connection") == "close"
         && nlohmann::json::parse(what.body)["type"] == "/problems/request-timeout";
}

std::string post(std::size_t length) {
  std::string text = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
  return text.append(std::to_string(length)).append("\r\n\r\n").append(length, 'x');
}

} // namespace

TEST_CASE("headers beyond the limit are refused with 431") {
  gateway to;
  to.open(small);
  CHECK(client{to}.ask(get("/", "A: " + std::string(900, 'a') + "\r\n")).status == 200);
  client one{to};
  auto what = one.ask(get("/", "A: " + std::string(1000, 'a') + "\r\n"));
  CHECK(what.status == 431);
  CHECK(one.rest().empty());
}

TEST_CASE("a body beyond the limit is refused with 413") {
  gateway to;
  to.open(small);
  client one{to};
  CHECK(one.ask(post(100)).status == 200);
  CHECK(one.ask(post(101)).status == 413);
  CHECK(one.rest().empty());
}

TEST_CASE("a chunked body is held to the same limit") {
  gateway to;
  to.open(small);
  auto chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "32\r\n"
                 + std::string(50, 'x') + "\r\n";
  CHECK(client{to}.ask(chunked + "32\r\n" + std::string(50, 'x') + "\r\n0\r\n\r\n").status == 200);
  CHECK(client{to}.ask(chunked + "33\r\n" + std::string(51, 'x') + "\r\n0\r\n\r\n").status == 413);
}

TEST_CASE("who expects 100 hears it before the body, and a refusal instead of it") {
  gateway to;
  to.open(small);
  client one{to};
  one.send(
    "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(one.receive().status == 100);
  CHECK(one.ask("ab").body == "POST / ab");
  one.send(
    "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");
  CHECK(one.receive().status == 413);
}

TEST_CASE("how deep JSON may be nested is the server's to say") {
  gateway to;
  to.handle = [](const http::incoming& request, const http::services&, http::reply answer) {
    answer(
      {.status = 200, .headers = {}, .body = std::to_string(request.deepest_json), .stream = {}});
  };
  to.open([](http::server_options& it) { it.max_json_depth = 7; });
  client one{to};
  CHECK(one.ask(get("/")).body == "7");
}

TEST_CASE("what is no HTTP is answered with 400 and closed") {
  gateway to;
  to.open();
  client one{to};
  auto what = one.ask("HELLO\r\n\r\n");
  CHECK(what.status == 400);
  CHECK(what.headers["content-type"] == "application/problem+json");
  CHECK(nlohmann::json::parse(what.body)["type"] == "/problems/malformed-request");
  CHECK(one.rest().empty());
}

TEST_CASE("a body whose length two headers dispute is refused") {
  gateway to;
  to.open();
  client one{to};
  auto what = one.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  CHECK(what.status == 400);
}

TEST_CASE("a parameter given twice is a problem that names it") {
  gateway to;
  to.open();
  client one{to};
  auto what = one.ask(get("/?limit=1&limit=2"));
  CHECK(what.status == 400);
  CHECK(nlohmann::json::parse(what.body)["field"] == "limit");
}

TEST_CASE("a client that does not get on with its headers is told so, and closed") {
  gateway to;
  to.open(hasty);
  client one{to};
  CHECK(is_too_slow(one.ask("GET / HTTP/1.1\r\nHost: te")));
  CHECK(one.rest().empty());
}

TEST_CASE("a client that does not get on with its body is told so, and closed") {
  gateway to;
  to.open(hasty);
  client one{to};
  CHECK(is_too_slow(one.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nab")));
  CHECK(one.rest().empty());
}

TEST_CASE("a client that does not get on with its list is told so, and nothing is stored") {
  gateway to;
  to.open(hasty);
  client one{to};
  CHECK(is_too_slow(one.ask("POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Length: 300\r\n\r\nphone_number\n")));
  CHECK(one.rest().empty());
  to.story->dropped.get_future().wait();
  CHECK_FALSE(to.story->finished);
}

TEST_CASE("a client that never says anything is closed without a word") {
  gateway to;
  to.open(hasty);
  client one{to};
  CHECK(one.rest().empty());
}

TEST_CASE("a head that drips in is not waited for") {
  gateway to;
  to.open([](http::server_options& it) { it.header_timeout = std::chrono::seconds{1}; });
  client one{to};
  one.send("GET / HTTP/1.1\r\nHost: localhost\r\nA: ");
  CHECK(drips_until_closed(one));
}

TEST_CASE("a body that drips in is not waited for") {
  gateway to;
  to.open([](http::server_options& it) { it.body_timeout = std::chrono::seconds{1}; });
  client one{to};
  one.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
  CHECK(drips_until_closed(one));
}

TEST_CASE("a body that comes in slowly has its own time") {
  gateway to;
  to.open([](http::server_options& it) {
    hasty(it);
    it.body_timeout = std::chrono::seconds{30};
  });
  client one{to};
  one.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30\r\n\r\n");
  for (int sent = 0; sent < 30; ++sent) {
    one.send("x");
    std::this_thread::sleep_for(drip);
  }
  CHECK(one.receive().status == 200);
}

TEST_CASE("a refused client that goes on sending is not listened to for long") {
  gateway to;
  to.open();
  client one{to};
  one.send("HELLO\r\n\r\n");
  const std::string megabyte(1 << 20, 'x');
  int taken = 0;
  while (taken < 200 && one.send(megabyte))
    ++taken;
  CHECK(taken < 100);
}

TEST_CASE("a connection that asks nothing more is closed") {
  gateway to;
  to.open(hasty);
  client one{to};
  CHECK(one.ask(get("/")).status == 200);
  CHECK(one.rest().empty());
}

TEST_CASE("beyond the most connections, 503 says when to come back") {
  gateway to;
  to.open([](http::server_options& it) { it.max_connections = 2; });
  client one{to};
  client two{to};
  CHECK(one.ask(get("/")).status == 200);
  CHECK(two.ask(get("/")).status == 200);
  client three{to};
  auto what = three.ask(get("/"));
  CHECK(what.status == 503);
  CHECK(what.headers["retry-after"] == "1");
  CHECK(one.ask(get("/")).status == 200);
}

TEST_CASE("one address has only so many of the connections") {
  gateway to;
  to.open([](http::server_options& it) { it.max_connections_per_address = 2; });
  client one{to};
  auto two = std::make_unique<client>(to);
  CHECK(one.ask(get("/")).status == 200);
  CHECK(two->ask(get("/")).status == 200);
  auto what = client{to}.ask(get("/"));
  CHECK(what.status == 429);
  CHECK(what.headers["retry-after"] == "1");
  CHECK(nlohmann::json::parse(what.body)["type"] == "/problems/too-many-connections");
  two.reset(); // and when one goes, another may come, as soon as the server has seen it
  unsigned status = 429;
  for (int tries = 0; status == 429 && tries < 1'000; ++tries)
    status = client{to}.ask(get("/")).status;
  CHECK(status == 200);
}

TEST_CASE("there are only so many live feeds") {
  gateway to;
  to.open([](http::server_options& it) { it.max_live_feeds = 1; });
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  std::string path = "/v1/campaigns/";
  path.append(events::to_string(watched)).append("/live");
  auto what = client{to}.ask(get(
    path,
    "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  CHECK(what.status == 503);
  CHECK(what.headers["retry-after"] == "1");
}

TEST_CASE("a key that asks too often is told so, and others are not") {
  gateway to;
  to.open([](http::server_options& it) { it.max_requests_per_second = 1; });
  auto header_for = [&](std::uint64_t id, const std::string& name) {
    std::string header = "X-API-Key: ";
    return header.append(to.make_key(id, name, events::key_role::viewer)).append("\r\n");
  };
  auto greedy = header_for(1, "greedy");
  auto modest = header_for(2, "modest");
  unsigned refused = 0;
  for (int asked = 0; asked < 50; ++asked) {
    auto what = client{to}.ask(get("/", greedy));
    if (what.status != 429)
      continue;
    ++refused;
    CHECK(what.headers["retry-after"] == "1");
  }
  CHECK(refused > 0);
  CHECK(client{to}.ask(get("/", modest)).status == 200);
}

TEST_CASE("an address that is taken, or none, is said") {
  gateway to;
  to.open();
  http::server_options options;
  options.port = to.port();
  auto taken = http::server::start(options, to.with);
  REQUIRE(std::holds_alternative<std::string>(taken));
  CHECK(std::get<std::string>(taken).find("in use") != std::string::npos);
  options.address = "nowhere";
  CHECK(std::holds_alternative<std::string>(http::server::start(options, to.with)));
}

} // namespace ringmaster::test
