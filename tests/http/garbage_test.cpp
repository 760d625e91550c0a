#include "http/gateway.hpp"

#include <doctest/doctest.h>

#include <random>

namespace ringmaster::test {

namespace {

std::string noise(std::mt19937& chance, std::size_t length) {
  std::string result(length, '\0');
  for (auto& it : result)
    it = static_cast<char>(chance() & 0xff);
  return result;
}

/// A proper request with some bytes changed, lost or added.
std::string damaged(std::mt19937& chance, std::string text) {
  for (auto count = 1 + chance() % 4; count > 0; --count) {
    auto at = chance() % text.size();
    switch (chance() % 3) {
    case 0: text[at] = static_cast<char>(chance() & 0xff); break;
    case 1: text.erase(at, 1 + chance() % 8); break;
    default: text.insert(at, noise(chance, 1 + chance() % 8));
    }
    text += ' '; // never empty
  }
  return text;
}

} // namespace

TEST_CASE("no bytes keep the server from its next client") {
  auto seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937 chance{seed};
  gateway to;
  to.with.begin_upload = [](const http::upload::options&, const http::origin&) {
    return begin(std::make_shared<upload_story>());
  };
  to.open();
  const std::vector<std::string> proper{
    get("/a/b?c=%41&d=e", "Connection: keep-alive\r\n"),
    "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
    get(
      "/v1/campaigns/" + events::to_string(watched) + "/live",
      "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
      + "\x81\x83"
        "abcdxyz"};
  for (int round = 0; round < 400; ++round) {
    client one{to};
    if (chance() % 4 == 0)
      one.send(noise(chance, 1 + chance() % 2'000));
    else
      one.send(damaged(chance, proper[chance() % proper.size()]));
    one.leave();
  }
  CHECK(client{to}.ask(get("/")).status == 200);
}

} // namespace ringmaster::test
