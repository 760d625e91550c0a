#include "http_client/peer.hpp"

#include <doctest/doctest.h>

#include <future>

namespace ringmaster::test {

using namespace http_client;

namespace {

std::string why_not_sent(const result& it) {
  REQUIRE(std::holds_alternative<not_sent>(it));
  return std::get<not_sent>(it).why;
}

bool is_unanswered(const result& it) {
  return std::holds_alternative<unanswered>(it);
}

/// A port of loopback at which nobody listens.
std::string nobody() {
  boost::asio::io_context context;
  tcp::acceptor one{context, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  return "http://127.0.0.1:" + std::to_string(one.local_endpoint().port()) + "/";
}

} // namespace

TEST_CASE("a request arrives as it was meant, and its answer comes back") {
  std::string heard;
  peer other{1, [&](tcp::socket& at, int) {
               heard = read_request(at);
               write(at, "HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno");
             }};
  client over{{.private_addresses = true}};
  auto it = std::get<response>(
    ask(over, {.url = other.url("/a?b=c"), .headers = {{"X-Call", "1"}}, .body = "hello"}));
  CHECK(it.status == 429);
  CHECK(it.body == "no");
  CHECK(it.headers.front() == std::pair<std::string, std::string>{"retry-after", "7"});
  CHECK(heard.starts_with("POST /a?b=c HTTP/1.1\r\n"));
  CHECK(heard.find("X-Call: 1\r\n") != heard.npos);
  CHECK(heard.ends_with("\r\n\r\nhello"));
}

TEST_CASE("a connection is used again, and not once the other side has closed it") {
  peer other{2, [](tcp::socket& at, int) {
               for (int i = 0; i < 2; ++i) {
                 CHECK(!read_request(at).empty());
                 write(at, answer_with("x"));
               }
             }};
  client over{{.private_addresses = true}};
  for (int i = 0; i < 2; ++i)
    CHECK(std::get<response>(ask(over, {.url = other.url()})).body == "x");
  // The end of the first connection may still be on its way; then the answer
  // is "unanswered", and the one after it finds out.
  while (!std::holds_alternative<response>(ask(over, {.url = other.url()})))
    continue;
  CHECK(std::get<response>(ask(over, {.url = other.url()})).body == "x");
}

TEST_CASE("an answer that says so ends its connection") {
  peer other{2, [](tcp::socket& at, int) {
               CHECK(!read_request(at).empty());
               write(at, answer_with("x", "Connection: close\r\n"));
             }};
  client over{{.private_addresses = true}};
  for (int i = 0; i < 2; ++i)
    CHECK(std::get<response>(ask(over, {.url = other.url()})).body == "x");
}

TEST_CASE("what was certainly not heard is told from what may have been") {
  client over{{.private_addresses = true}};
  CHECK(why_not_sent(ask(over, {.url = nobody()})).find("can't connect") == 0);
  CHECK(why_not_sent(ask(over, {.url = "http://no-such-host.invalid/"})).find("can't find") == 0);
  CHECK(why_not_sent(ask(over, {.url = "nonsense"})).find("the URL must begin with") == 0);
  peer other{1, [](tcp::socket& at, int) { CHECK(!read_request(at).empty()); }};
  CHECK(is_unanswered(ask(over, {.url = other.url()})));
}

TEST_CASE("an answer that does not come in time is given up") {
  std::promise<void> over_it;
  peer other{1, [&](tcp::socket& at, int) {
               CHECK(!read_request(at).empty());
               over_it.get_future().wait();
             }};
  client over{{.private_addresses = true}};
  CHECK(is_unanswered(ask(over, {.url = other.url(), .timeout = std::chrono::milliseconds{50}})));
  over_it.set_value();
}

TEST_CASE("an answer longer than allowed, or that is no HTTP, is none") {
  peer other{2, [](tcp::socket& at, int which) {
               CHECK(!read_request(at).empty());
               write(at, which == 0 ? answer_with(std::string(1'001, 'x')) : "garbage\r\n\r\n");
             }};
  client over{{.private_addresses = true, .body_limit = 1'000}};
  CHECK(is_unanswered(ask(over, {.url = other.url()})));
  CHECK(is_unanswered(ask(over, {.url = other.url()})));
}

TEST_CASE("an interim answer is not the answer") {
  peer other{1, [](tcp::socket& at, int) {
               CHECK(!read_request(at).empty());
               write(at, "HTTP/1.1 100 Continue\r\n\r\n" + answer_with("x"));
             }};
  client over{{.private_addresses = true}};
  CHECK(std::get<response>(ask(over, {.url = other.url()})).body == "x");
}

TEST_CASE("addresses of one's own network are not asked unless that is allowed") {
  client over{{}};
  CHECK(
    why_not_sent(ask(over, {.url = nobody()})).find("not an address of the public")
    != std::string::npos);
}

TEST_CASE("a value cannot smuggle in headers of its own") {
  client over{{.private_addresses = true}};
  for (const fields& headers :
       {fields{{"X-Name", "a\r\nX-Other: b"}}, fields{{"X Name", "a"}}, fields{{"", "a"}}})
    CHECK(why_not_sent(ask(over, {.url = nobody(), .headers = headers})).find("a header") == 0);
  CHECK(why_not_sent(ask(over, {.method = "GET /x", .url = nobody()})).find("a header") == 0);
}

TEST_CASE("the end of a client answers what is open") {
  std::promise<void> asked;
  std::promise<void> over_it;
  peer other{1, [&](tcp::socket& at, int) {
               CHECK(!read_request(at).empty());
               asked.set_value();
               over_it.get_future().wait();
             }};
  std::promise<result> got;
  {
    client over{{.private_addresses = true}};
    over.send({.url = other.url()}, [&](result it) { got.set_value(std::move(it)); });
    asked.get_future().wait();
  }
  CHECK(is_unanswered(got.get_future().get()));
  over_it.set_value();
}

} // namespace ringmaster::test
