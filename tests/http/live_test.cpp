#include "http/gateway.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

namespace {

std::string live_path(const std::string& query = "") {
  return "/v1/campaigns/" + events::to_string(watched) + "/live" + query;
}

std::string event(std::uint64_t position) {
  return "event " + std::to_string(position);
}

/// The next message that tells of an event.
std::string next_event(listener& from) {
  while (auto text = from.next())
    if (text->starts_with("event"))
      return *text;
  return "closed";
}

} // namespace

TEST_CASE("a watcher first gets a snapshot") {
  gateway to;
  to.progress(41);
  to.open();
  listener one{to};
  CHECK(one.next() == "snapshot 41");
}

TEST_CASE("a feed that is refused is answered as any request") {
  gateway to;
  to.accept_live = [](const http::incoming&) {
    http::problem what;
    what.status = 404;
    return what;
  };
  to.open();
  client one{to};
  auto upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  CHECK(one.ask(get(live_path(), upgrade)).status == 404);
}

TEST_CASE("the feed without an upgrade says what it wants") {
  gateway to;
  to.open();
  client one{to};
  auto what = one.ask(get(live_path()));
  CHECK(what.status == 426);
  CHECK(what.headers["upgrade"] == "websocket");
}

TEST_CASE("progress is conflated, and the newest always arrives") {
  gateway to;
  constexpr std::chrono::milliseconds interval{100};
  to.open([&](http::server_options& it) { it.progress_interval = interval; });
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t position = 1; position <= 500; ++position) {
    to.progress(position);
    to.stir();
  }
  long messages = 1;
  while (one.next() != "progress 500")
    ++messages;
  auto elapsed = std::chrono::steady_clock::now() - begin;
  CHECK(messages <= elapsed / interval + 1);
}

TEST_CASE("events arrive in order, each once, over many pages and stirs") {
  gateway to;
  to.open();
  listener one{to, "?events"};
  CHECK(one.next() == "snapshot 0");
  to.happen(1'200);
  to.stir();
  for (std::uint64_t position = 1; position <= 1'200; ++position)
    REQUIRE(next_event(one) == event(position));
  to.happen(1);
  to.stir();
  CHECK(next_event(one) == event(1'201));
}

TEST_CASE("progress goes on while events catch up") {
  gateway to;
  to.event_bytes = 50'000; // one page, and far beyond what the kernel holds
  to.happen(400);
  to.open([](http::server_options& it) { it.progress_interval = std::chrono::milliseconds{1}; });
  listener one{to, "?events&after=0"};
  CHECK(one.next() == "snapshot 0");
  to.progress(400);
  to.stir();
  std::uint64_t events = 0;
  while (one.next() != "progress 400")
    ++events;
  CHECK(events < 400);
  for (; events < 400; ++events)
    REQUIRE(one.next()->starts_with(event(events + 1)));
}

TEST_CASE("a feed without events sends none") {
  gateway to;
  to.open([](http::server_options& it) { it.progress_interval = std::chrono::milliseconds{1}; });
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  to.happen(3);
  to.progress(3);
  to.stir();
  CHECK(one.next() == "progress 3");
  CHECK(to.pulls() == 0);
}

TEST_CASE("a feed starts with what follows its snapshot") {
  gateway to;
  to.happen(10);
  to.progress(8);
  to.open();
  listener one{to, "?events"};
  CHECK(one.next() == "snapshot 8");
  to.stir();
  CHECK(next_event(one) == event(9));
}

TEST_CASE("a feed that resumes gets what it missed without anything new happening") {
  gateway to;
  to.happen(10);
  to.progress(10);
  to.open();
  listener one{to, "?events&after=7"};
  CHECK(one.next() == "snapshot 10");
  CHECK(one.next() == event(8));
  CHECK(one.next() == event(9));
  CHECK(one.next() == event(10));
}

TEST_CASE("a long stretch of other campaigns' events is looked over") {
  gateway to;
  to.open();
  listener one{to, "?events"};
  CHECK(one.next() == "snapshot 0");
  to.happen_elsewhere(2'000);
  to.happen(1);
  to.stir();
  CHECK(next_event(one) == event(2'001));
}

TEST_CASE("a slow watcher is sent one page before the next is read") {
  gateway to;
  to.event_bytes = 100'000; // a page is 50 MB, far beyond what the kernel holds
  to.happen(2'000);
  to.open();
  listener one{to, "?events&after=0"};
  CHECK(one.next()->starts_with("snapshot"));
  CHECK(one.next()->starts_with(event(1)));
  CHECK(to.pulls() == 1);
}

TEST_CASE("pings are answered, and what a watcher says is ignored") {
  gateway to;
  to.open([](http::server_options& it) { it.progress_interval = std::chrono::milliseconds{1}; });
  listener one{to, "?events"};
  CHECK(one.next() == "snapshot 0");
  one.say("hello");
  one.say(std::string(64 * 1024, 'x'));
  one.ping();
  while (!one.ponged()) {
    to.stir(); // so that there is something to read
    REQUIRE(one.next());
  }
  to.happen(1);
  to.stir();
  CHECK(next_event(one) == event(1));
}

TEST_CASE("a watcher that says too much is closed") {
  gateway to;
  to.open();
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  one.say(std::string(64 * 1024 + 1, 'x'));
  CHECK(!one.next());
  CHECK(one.close_code() == 1009);
}

TEST_CASE("the feed of a campaign that is deleted ends") {
  gateway to;
  to.open();
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  to.remove_campaign();
  to.stir();
  CHECK(!one.next());
  CHECK(one.close_code() == 1000);
}

TEST_CASE("a stir after its watcher has gone goes nowhere") {
  gateway to;
  to.open();
  {
    listener one{to};
    CHECK(one.next() == "snapshot 0");
  }
  to.stir();
  to.close();
  to.stir();
}

} // namespace ringmaster::test
