// What goes wrong inside costs the request that met it, and nothing else.
#include "http/gateway.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <stdexcept>

namespace ringmaster::test {

namespace {

const std::string upload =
  "POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab";

const std::string upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n"
                            "Sec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// One 500 that tells nothing, one line in the log that names the request and
/// tells all, and the next client is served.
void stumbles_over(gateway& to, const std::string& request) {
  client one{to};
  auto what = one.ask(request);
  CHECK(what.status == 500);
  CHECK(what.body.find("boom") == std::string::npos);
  CHECK(nlohmann::json::parse(what.body)["type"] == "/problems/internal");
  auto lines = to.logged();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "request " + what.headers["x-request-id"] + ": boom");
  to.handle = [](const http::incoming&, const http::services&, http::reply answer) { answer({}); };
  CHECK(client{to}.ask(get("/")).status == 200);
}

[[noreturn]] void boom() {
  throw std::runtime_error{"boom"};
}

} // namespace

TEST_CASE("a handler that throws") {
  gateway to;
  to.handle = [](const http::incoming&, const http::services&, http::reply) { boom(); };
  to.open();
  stumbles_over(to, get("/"));
}

TEST_CASE("a streamed answer that throws is broken off, so that nobody takes it for whole") {
  gateway to;
  to.handle = [](const http::incoming&, const http::services&, http::reply answer) {
    http::outgoing what;
    what.stream = []() -> std::optional<std::string> { boom(); };
    answer(what);
  };
  to.open();
  client one{to};
  one.send(get("/"));
  CHECK(one.rest().find("\r\n0\r\n") == std::string::npos);
  CHECK(to.logged().size() == 1);
}

TEST_CASE("an upload that throws when it is judged") {
  gateway to;
  to.accept_upload =
    [](const http::incoming&) -> std::variant<http::upload::options, http::problem> { boom(); };
  to.open();
  stumbles_over(to, upload);
}

TEST_CASE("an upload that throws when it begins") {
  gateway to;
  to.with.begin_upload =
    [](const http::upload::options&, const http::origin&) -> std::unique_ptr<http::upload> {
    boom();
  };
  to.open();
  stumbles_over(to, upload);
}

TEST_CASE("an upload that throws when it is written") {
  gateway to;
  to.story->on_write = boom;
  to.open();
  stumbles_over(to, upload);
}

TEST_CASE("an upload that throws when it is finished") {
  gateway to;
  to.story->on_finish = boom;
  to.open();
  stumbles_over(to, upload);
}

TEST_CASE("a feed that throws when it is judged") {
  gateway to;
  to.accept_live = [](const http::incoming&) -> std::variant<http::live_request, http::problem> {
    boom();
  };
  to.open();
  stumbles_over(to, get("/v1/campaigns/" + events::to_string(watched) + "/live", upgrade));
}

TEST_CASE("a feed that throws when it speaks ends with 1011") {
  gateway to;
  to.on_message = [](const std::string& text) {
    if (text.starts_with("progress"))
      boom();
  };
  to.open();
  listener one{to};
  CHECK(one.next() == "snapshot 0");
  to.stir();
  CHECK(!one.next());
  CHECK(one.close_code() == 1011);
  CHECK(to.logged().size() == 1);
  CHECK(client{to}.ask(get("/")).status == 200);
}

TEST_CASE("a feed whose watch cannot be set up ends with 1011") {
  gateway to;
  to.with.watch_campaign =
    [](events::campaign_id, const std::function<void()>&) -> std::unique_ptr<http::watch> {
    boom();
  };
  to.open();
  listener one{to};
  CHECK(!one.next());
  CHECK(one.close_code() == 1011);
}

} // namespace ringmaster::test
