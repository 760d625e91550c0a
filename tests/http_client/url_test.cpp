#include "http_client/url.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ringmaster::test {

using namespace http_client;

namespace {

url good(const char* text) {
  auto it = parse_url(text);
  REQUIRE_MESSAGE(std::holds_alternative<url>(it), text << " " << std::get<std::string>(it));
  return std::get<url>(it);
}

std::string wrong_with(const std::string& text) {
  auto it = parse_url(text);
  REQUIRE_MESSAGE(std::holds_alternative<std::string>(it), text);
  return std::get<std::string>(it);
}

} // namespace

TEST_CASE("a URL is taken apart") {
  auto it = good("https://api.example.com:8443/a/b?c=d#e");
  CHECK(it.secure);
  CHECK(it.host == "api.example.com");
  CHECK(it.port == "8443");
  CHECK(it.target == "/a/b?c=d");
  CHECK(it.authority() == "api.example.com:8443");
}

TEST_CASE("what a URL leaves out is the usual") {
  CHECK(good("https://example.com").target == "/");
  CHECK(good("https://example.com").port == "443");
  CHECK(good("http://example.com?a").target == "/?a");
  CHECK(good("http://example.com").port == "80");
  CHECK(good("http://example.com:80/").authority() == "example.com");
  CHECK(good("https://example.com:80/").authority() == "example.com:80");
}

TEST_CASE("an IPv6 address stands in brackets") {
  auto it = good("http://[::1]:8080/x");
  CHECK(it.host == "::1");
  CHECK(it.port == "8080");
  CHECK(it.authority() == "[::1]:8080");
}

TEST_CASE("what is no URL to ask is told why") {
  CHECK(wrong_with("ftp://example.com") == "must begin with https:// or http://");
  CHECK(wrong_with("") == "must begin with https:// or http://");
  CHECK(wrong_with("http://") == "has no valid host");
  CHECK(wrong_with("http:///x") == "has no valid host");
  CHECK(wrong_with("http://a b/") == "holds a character that must be percent-encoded");
  CHECK(wrong_with("http://a/\r\nX: y") == "holds a character that must be percent-encoded");
  CHECK(wrong_with("http://me:secret@a/") == "must not hold a user name or password");
  CHECK(wrong_with("http://a:0/") == "has no valid port");
  CHECK(wrong_with("http://a:65536/") == "has no valid port");
  CHECK(wrong_with("http://a:/") == "has no valid port");
  CHECK(wrong_with("http://[::1/") == "has an address without its closing bracket");
  CHECK(wrong_with("http://[::1]x/") == "has no valid port");
  CHECK(wrong_with("http://" + std::string(5'000, 'a')) == "is longer than 4000 characters");
}

} // namespace ringmaster::test
