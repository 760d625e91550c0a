#include "http/gateway.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace ringmaster::test {

namespace {

/// Status and kind of the problem, after which the connection is closed.
std::string refusal_of(const std::string& request) {
  gateway to;
  to.open();
  client one{to};
  auto what = one.ask(request);
  if (what.status < 300)
    return std::to_string(what.status);
  CHECK(one.rest().empty());
  return std::to_string(what.status) + " "
         + nlohmann::json::parse(what.body)["type"].get<std::string>();
}

std::string live(const std::string& headers) {
  return get("/v1/campaigns/" + events::to_string(watched) + "/live", headers);
}

const std::string upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n";
const std::string version = "Sec-WebSocket-Version: 13\r\n";
const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

} // namespace

TEST_CASE("a request names its host once") {
  CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == "400 /problems/faulty-header");
  CHECK(refusal_of(get("/", "Host: other\r\n")) == "400 /problems/faulty-header");
  CHECK(refusal_of("GET / HTTP/1.0\r\n\r\n") == "200");
}

TEST_CASE("a body is plain or chunked, and nothing else") {
  auto coded = [](const std::string& coding, const std::string& http = "1.1") {
    return refusal_of(
      "POST / HTTP/" + http + "\r\nHost: localhost\r\nTransfer-Encoding: " + coding
      + "\r\n\r\n0\r\n\r\n");
  };
  CHECK(coded("chunked") == "200");
  CHECK(coded("Chunked") == "200");
  CHECK(coded("gzip") == "501 /problems/unknown-transfer-coding");
  CHECK(coded("gzip, chunked") == "501 /problems/unknown-transfer-coding");
  CHECK(coded("chunked", "1.0") == "501 /problems/unknown-transfer-coding");
}

TEST_CASE("a version of HTTP that is not spoken here is said") {
  CHECK(
    refusal_of("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n")
    == "505 /problems/unknown-http-version");
  CHECK(
    refusal_of("GET / HTTP/1.7\r\nHost: localhost\r\n\r\n")
    == "505 /problems/unknown-http-version");
}

TEST_CASE("nothing but 100 is expected of us") {
  CHECK(refusal_of(get("/", "Expect: a-miracle\r\n")) == "417 /problems/unknown-expectation");
  CHECK(refusal_of(get("/", "Expect:\r\n")) == "417 /problems/unknown-expectation");
}

TEST_CASE("a WebSocket is opened as the standard has it, or a problem says how") {
  auto wrong_version = "Sec-WebSocket-Version: 8\r\n" + key;
  CHECK(refusal_of(live(upgrade + wrong_version)) == "426 /problems/upgrade-required");
  CHECK(refusal_of(live(upgrade + key)) == "426 /problems/upgrade-required");
  CHECK(refusal_of(live(upgrade + version)) == "400 /problems/faulty-header");
  CHECK(refusal_of(live(upgrade + version + key + key)) == "400 /problems/faulty-header");
  auto short_key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n";
  CHECK(refusal_of(live(upgrade + version + short_key)) == "400 /problems/faulty-header");
}

TEST_CASE("who asks for another version of the WebSocket hears which there is") {
  gateway to;
  to.open();
  client one{to};
  auto what = one.ask(live(upgrade + key + "Sec-WebSocket-Version: 8\r\n"));
  CHECK(what.headers["sec-websocket-version"] == "13");
}

} // namespace ringmaster::test
