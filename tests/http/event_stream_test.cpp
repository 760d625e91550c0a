#include "http/reader.hpp"

#include <doctest/doctest.h>

#include <future>

namespace ringmaster::test {

namespace {

std::string id_at(std::uint64_t position) {
  return "first:" + std::to_string(position);
}

heard event(std::uint64_t position) {
  return {.kind = "event", .id = id_at(position), .data = "event " + std::to_string(position)};
}

heard next_event(reader& from) {
  while (auto what = from.next())
    if (what->kind == "event")
      return *what;
  return {.kind = "closed", .id = {}, .data = {}};
}

struct stage : gateway {
  stage() { with.generation = "first"; }
};

} // namespace

TEST_CASE("an event stream begins with a snapshot that says where to go on from") {
  stage to;
  to.progress(41);
  to.open();
  reader one{to};
  CHECK(one.head().find("200 OK") != std::string::npos);
  CHECK(one.head().find("Content-Type: text/event-stream") != std::string::npos);
  CHECK(one.head().find("Cache-Control: no-store") != std::string::npos);
  CHECK(one.next() == heard{.kind = "snapshot", .id = id_at(41), .data = "snapshot 41"});
}

TEST_CASE("an event stream tells every event in order, once, with an id to come back with") {
  stage to;
  to.open();
  reader one{to, "?events"};
  CHECK(one.next()->kind == "snapshot");
  to.happen(1'200);
  to.stir();
  for (std::uint64_t position = 1; position <= 1'200; ++position)
    REQUIRE(next_event(one) == event(position));
  to.happen(1);
  to.stir();
  CHECK(next_event(one) == event(1'201));
}

TEST_CASE("progress on an event stream does not move the id, for events may be behind it") {
  stage to;
  to.open([](http::server_options& it) { it.progress_interval = std::chrono::milliseconds{1}; });
  reader one{to};
  CHECK(one.next()->kind == "snapshot");
  to.progress(3);
  to.stir();
  CHECK(one.next() == heard{.kind = "progress", .id = {}, .data = "progress 3"});
}

TEST_CASE("an event stream that resumes gets what it missed, and its id stays behind it") {
  stage to;
  to.happen(10);
  to.progress(10);
  to.open();
  reader one{to, "?events&after=7"};
  CHECK(one.next() == heard{.kind = "snapshot", .id = id_at(7), .data = "snapshot 10"});
  CHECK(one.next() == event(8));
  CHECK(one.next() == event(9));
  CHECK(one.next() == event(10));
}

TEST_CASE("whoever knows chunks is sent chunks, the last of them when it is over") {
  stage to;
  std::promise<void> begun;
  to.on_message = [&, first = true](const std::string&) mutable {
    if (std::exchange(first, false))
      begun.set_value();
  };
  to.open();
  client one{to};
  one.send(
    get("/v1/campaigns/" + events::to_string(watched) + "/live", "Accept: text/event-stream\r\n"));
  auto closing = std::async(std::launch::async, [&] {
    begun.get_future().wait();
    to.close();
  });
  auto what = one.receive();
  closing.wait();
  CHECK(what.status == 200);
  CHECK(what.headers["transfer-encoding"] == "chunked");
  CHECK(what.body.starts_with("retry: "));
  CHECK(what.body.find("the server is stopping") != std::string::npos);
}

TEST_CASE("a slow reader of an event stream is sent one page before the next is read") {
  stage to;
  to.event_bytes = 100'000; // a page is 50 MB, far beyond what the kernel holds
  to.happen(2'000);
  to.open();
  reader one{to, "?events&after=0"};
  CHECK(one.next()->kind == "snapshot");
  CHECK(one.next()->id == id_at(1));
  CHECK(to.pulls() == 1);
}

TEST_CASE(
  "an event stream ends when the server goes, when its key is revoked and with its campaign") {
  stage to;
  to.open();
  auto end_of = [&](const std::string& headers, const std::function<void()>& what) {
    reader one{to, "", headers};
    REQUIRE(one.next()->kind == "snapshot");
    what();
    auto last = one.next();
    REQUIRE(last);
    CHECK(last->kind == "end");
    CHECK(!one.next());
    return last->data;
  };
  auto key = "X-API-Key: " + to.make_key(1, "jane", events::key_role::viewer) + "\r\n";
  CHECK(end_of(key, [&] { to.revoke_key(1); }).find("the key was revoked") != std::string::npos);
  to.remove_campaign(); // and the keys
  to.progress(0);
  auto deletion = [&] {
    to.remove_campaign();
    to.stir();
  };
  CHECK(end_of("", deletion).find("the campaign was deleted") != std::string::npos);
  to.progress(0);
  std::future<void> closing;
  auto stop = [&] { closing = std::async(std::launch::async, [&] { to.close(); }); };
  CHECK(end_of("", stop).find("the server is stopping") != std::string::npos);
  closing.wait();
}

TEST_CASE("event streams count among the live feeds") {
  stage to;
  to.open([](http::server_options& it) { it.max_live_feeds = 1; });
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  reader two{to};
  CHECK(two.head().find("503") != std::string::npos);
}

TEST_CASE("an event stream is refused as any request") {
  stage to;
  to.accept_live = [](const http::incoming&) {
    http::problem what;
    what.status = 404;
    return what;
  };
  to.open();
  reader one{to};
  CHECK(one.head().find("404") != std::string::npos);
}

TEST_CASE("the place of a reader who leaves is free again") {
  stage to;
  to.open([](http::server_options& it) { it.max_live_feeds = 1; });
  {
    reader one{to};
    CHECK(one.next()->kind == "snapshot");
  }
  // The server sees it go when it next reads, so whoever comes may have to come again.
  std::string head;
  do
    head = reader{to}.head();
  while (head.find("503") != std::string::npos);
  CHECK(head.find("200") != std::string::npos);
}

} // namespace ringmaster::test
