#include "http/target.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

namespace {

http::target good(std::string_view text) {
  auto result = http::parse_target(text);
  REQUIRE(std::holds_alternative<http::target>(result));
  return std::get<http::target>(result);
}

http::problem bad(std::string_view text) {
  auto result = http::parse_target(text);
  REQUIRE(std::holds_alternative<http::problem>(result));
  return std::get<http::problem>(result);
}

} // namespace

TEST_CASE("a path and its parameters are decoded") {
  auto it = good("/caf%C3%A9/a+b?q=x%26y&name=a+b&flag&=empty&&z=");
  CHECK(it.path == "/café/a+b");
  CHECK(it.query.size() == 5);
  CHECK(it.query["q"] == "x&y");
  CHECK(it.query["name"] == "a b");
  CHECK(it.query.contains("flag"));
  CHECK(it.query[""] == "empty");
  CHECK(it.query["z"].empty());
}

TEST_CASE("what proxies are asked means the same") {
  CHECK(good("http://example.org/a?b=c").path == "/a");
  CHECK(good("http://example.org").path == "/");
}

TEST_CASE("a path that cannot be read is a problem") {
  for (auto text : {"", "*", "a", "/%", "/%4", "/%4g", "/%00", "/%ff", "/\xff"})
    CHECK(bad(text).slug == "invalid-path");
}

TEST_CASE("a parameter that cannot be read is named") {
  CHECK(bad("/?a=1&limit=%").field == "limit");
  CHECK(bad("/?limit=%00").field == "limit");
  CHECK(bad("/?limit=%C3").field == "limit");
  CHECK(bad("/?%zz=1").field == "%zz");
}

TEST_CASE("a parameter twice is named, however it is spelled") {
  CHECK(bad("/?limit=1&l%69mit=1").field == "limit");
}

} // namespace ringmaster::test
