#include "http/gateway.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace ringmaster::test {

TEST_CASE("watchers are told that the server goes") {
  gateway to;
  to.open();
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  auto closing = std::async(std::launch::async, [&] { to.close(); });
  CHECK(!one.next());
  CHECK(one.close_code() == 1001);
  closing.wait();
}

TEST_CASE("a request under way is answered before the server goes") {
  gateway to;
  std::promise<http::reply> asked;
  to.handle = [&](const http::incoming&, const http::services&, http::reply answer) {
    asked.set_value(std::move(answer));
  };
  to.open();
  client idle{to};
  client one{to};
  one.send(get("/"));
  auto answer = asked.get_future().get();
  auto closing = std::async(std::launch::async, [&] { to.close(); });
  CHECK(idle.rest().empty()); // the server is about to go
  answer({});
  auto what = one.receive();
  CHECK(what.status == 200);
  CHECK(what.headers["connection"] == "close");
  closing.wait();
}

TEST_CASE("a request that is never answered does not keep the server") {
  gateway to;
  std::promise<http::reply> asked;
  to.handle = [&](const http::incoming&, const http::services&, http::reply answer) {
    asked.set_value(std::move(answer));
  };
  to.open();
  client one{to};
  one.send(get("/"));
  auto forgotten = asked.get_future().get();
  to.close();
  CHECK(one.rest().empty());
}

TEST_CASE("an upload under way does not keep the server, and leaves nothing behind") {
  gateway to;
  to.open();
  client one{to};
  one.send("POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");
  to.story->begun.get_future().wait();
  to.close();
  to.story->dropped.get_future().wait();
  CHECK(!to.story->finished);
}

} // namespace ringmaster::test
