#include "http/gateway.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace ringmaster::test {

namespace {

std::string upload_head(std::size_t length, const std::string& more = "") {
  return "POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\n" + more
         + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string some_bytes(std::size_t length) {
  std::string result;
  for (std::size_t at = 0; at < length; ++at)
    result += static_cast<char>('a' + at % 23);
  return result;
}

} // namespace

TEST_CASE("an upload arrives byte for byte, and the connection goes on") {
  gateway to;
  to.open();
  client one{to};
  auto bytes = some_bytes(1'000'000);
  auto what = one.ask(upload_head(bytes.size()) + bytes);
  CHECK(what.status == 201);
  CHECK((to.story->written == bytes));
  CHECK(one.ask(get("/")).status == 200);
}

TEST_CASE("a chunked upload arrives byte for byte") {
  gateway to;
  to.open();
  client one{to};
  one.send(
    "POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  one.send("5\r\nhello\r\n");
  CHECK(one.ask("6\r\n world\r\n0\r\n\r\n").status == 201);
  CHECK(to.story->written == "hello world");
}

TEST_CASE("an empty upload is still finished") {
  gateway to;
  to.open();
  client one{to};
  CHECK(one.ask(upload_head(0)).status == 201);
  CHECK(to.story->finished);
}

TEST_CASE("an upload that is not wanted is refused before its body") {
  gateway to;
  to.accept_upload = [](const http::incoming&) {
    http::problem what;
    what.status = 422;
    what.slug = "no";
    return what;
  };
  to.open();
  client one{to};
  one.send(upload_head(1'000'000, "Expect: 100-continue\r\n"));
  CHECK(one.receive().status == 422);
  CHECK(one.rest().empty());
}

TEST_CASE("an upload beyond the limit is refused, told or not how long it is") {
  gateway to;
  to.open([](http::server_options& it) { it.max_upload_bytes = 10; });
  CHECK(client{to}.ask(upload_head(11)).status == 413);
  client one{to};
  one.send(
    "POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(one.ask("b\r\nhello world\r\n0\r\n\r\n").status == 413);
  to.story->dropped.get_future().wait();
  CHECK(!to.story->finished);
}

TEST_CASE("an upload of exactly the limit is taken") {
  gateway to;
  to.open([](http::server_options& it) { it.max_upload_bytes = 10; });
  CHECK(client{to}.ask(upload_head(10) + some_bytes(10)).status == 201);
}

TEST_CASE("an upload whose client goes leaves nothing behind") {
  gateway to;
  to.open();
  client one{to};
  one.send(upload_head(1'000'000) + some_bytes(300'000));
  to.story->begun.get_future().wait();
  one.leave();
  to.story->dropped.get_future().wait();
  CHECK(!to.story->finished);
}

TEST_CASE("an upload whose client stalls is given up") {
  gateway to;
  to.open([](http::server_options& it) { it.body_timeout = std::chrono::seconds{1}; });
  client one{to};
  one.send(upload_head(1'000) + some_bytes(300));
  CHECK(one.receive().status == 408);
  CHECK(one.rest().empty());
  to.story->dropped.get_future().wait();
  CHECK(!to.story->finished);
}

TEST_CASE("a file beyond reading is answered without the rest of it") {
  gateway to;
  to.story->beyond_reading_after = 100;
  to.open();
  client one{to};
  one.send(upload_head(1'000'000) + some_bytes(100));
  CHECK(one.receive().status == 201); // as `render_upload` has it here
  CHECK(to.story->finished);
  CHECK(one.rest().empty());
}

TEST_CASE("requests are answered while an upload blocks") {
  gateway to;
  std::promise<void> gate;
  to.story->gate = gate.get_future().share();
  to.open([](http::server_options& it) { it.threads = 1; });
  client one{to};
  one.send(upload_head(10) + some_bytes(10));
  client two{to};
  CHECK(two.ask(get("/")).status == 200);
  gate.set_value();
  CHECK(one.receive().status == 201);
}

} // namespace ringmaster::test
