#include "http/gateway.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace ringmaster::test {

TEST_CASE("a connection serves one request after the other") {
  gateway to;
  to.open();
  client one{to};
  auto first = one.ask(get("/a"));
  auto second =
    one.ask("POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello" + get("/c"));
  auto third = one.receive();
  CHECK(first.status == 200);
  CHECK(first.body == "GET /a ");
  CHECK(second.body == "POST /b hello");
  CHECK(third.body == "GET /c ");
}

TEST_CASE("every answer names its request, and the handler knows the same name") {
  gateway to;
  to.handle = [](const http::incoming& request, const http::services&, http::reply answer) {
    http::outgoing what;
    what.body = http::request_name(request.correlation);
    answer(what);
  };
  to.open();
  client one{to};
  auto first = one.ask(get("/"));
  auto second = one.ask(get("/"));
  CHECK(first.headers["x-request-id"] == first.body);
  CHECK(second.headers["x-request-id"] == second.body);
  CHECK(first.body != second.body);
}

TEST_CASE("a client that asks to close is answered and closed") {
  gateway to;
  to.open();
  client one{to};
  CHECK(one.ask(get("/", "Connection: close\r\n")).status == 200);
  CHECK(one.rest().empty());
}

TEST_CASE("HEAD is GET without the body") {
  gateway to;
  to.open();
  client one{to};
  one.send("HEAD /abc HTTP/1.1\r\nHost: localhost\r\n\r\n");
  auto head = one.receive(true);
  CHECK(head.headers["content-length"] == "9"); // "GET /abc "
  CHECK(head.body.empty());
  CHECK(one.ask(get("/abc")).body == "GET /abc ");
}

TEST_CASE("headers reach the handler in lower case, repeated ones as a list") {
  gateway to;
  to.handle = [](const http::incoming& request, const http::services&, http::reply answer) {
    http::outgoing what;
    what.body = request.headers.at("x-colour");
    answer(what);
  };
  to.open();
  client one{to};
  CHECK(one.ask(get("/", "X-Colour: red\r\nx-COLOUR: blue\r\n")).body == "red, blue");
}

TEST_CASE("a handler may answer later and from another thread") {
  gateway to;
  std::promise<http::reply> asked;
  to.handle = [&](const http::incoming&, const http::services&, http::reply answer) {
    asked.set_value(std::move(answer));
  };
  to.open();
  client one{to};
  one.send(get("/"));
  std::thread other{[&] {
    http::outgoing what;
    what.body = "at last";
    auto answer = asked.get_future().get();
    answer(what);
    what.body = "once more";
    answer(what);
  }};
  CHECK(one.receive().body == "at last");
  other.join();
  to.handle = [](const http::incoming&, const http::services&, http::reply answer) { answer({}); };
  CHECK(one.ask(get("/")).body.empty()); // the second answer went nowhere
}

TEST_CASE("a request that a handler forgets is answered with 500") {
  gateway to;
  to.handle = [](const http::incoming&, const http::services&, const http::reply&) {};
  to.open();
  client one{to};
  auto what = one.ask(get("/"));
  CHECK(what.status == 500);
  CHECK(what.headers["content-type"] == "application/problem+json");
}

TEST_CASE("a reply that outlives the server goes nowhere") {
  gateway to;
  std::promise<http::reply> asked;
  to.handle = [&](const http::incoming&, const http::services&, http::reply answer) {
    asked.set_value(std::move(answer));
  };
  to.open();
  client one{to};
  one.send(get("/"));
  auto answer = asked.get_future().get();
  to.close();
  answer({});
  CHECK(one.rest().empty());
}

http::handler counting_to(int last) {
  return [last](const http::incoming&, const http::services&, http::reply answer) {
    http::outgoing what;
    what.stream = [at = std::make_shared<int>(0), last]() -> std::optional<std::string> {
      if (*at == last)
        return std::nullopt;
      return ++*at == 2 ? std::string{} : std::to_string(*at) + "\n"; // a piece may be empty
    };
    answer(what);
  };
}

TEST_CASE("a streamed body comes in chunks and leaves the connection open") {
  gateway to;
  to.handle = counting_to(4);
  to.open();
  client one{to};
  auto what = one.ask(get("/"));
  CHECK(what.headers["transfer-encoding"] == "chunked");
  CHECK(what.body == "1\n3\n4\n");
  CHECK(one.ask(get("/")).body == "1\n3\n4\n");
}

TEST_CASE("a streamed body to an old client ends with the connection") {
  gateway to;
  to.handle = counting_to(4);
  to.open();
  client one{to};
  one.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  auto what = one.rest();
  CHECK(what.ends_with("\r\n\r\n1\n3\n4\n"));
  CHECK(what.find("chunked") == std::string::npos);
}

TEST_CASE("a body that breaks off is not passed off as whole") {
  gateway to;
  to.handle = [](const http::incoming&, const http::services&, http::reply answer) {
    http::outgoing what;
    what.stream = [begun = false]() mutable -> std::optional<std::string> {
      if (std::exchange(begun, true))
        throw std::runtime_error{"disk"};
      return "half";
    };
    answer(what);
  };
  to.open();
  client one{to};
  one.send(get("/"));
  CHECK(one.rest().ends_with("4\r\nhalf\r\n"));
}

} // namespace ringmaster::test
