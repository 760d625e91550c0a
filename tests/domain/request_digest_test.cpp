#include "domain/request_digest.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using domain::request_digest;

namespace {

events::request_mark
mark_of(const std::string& asker, const std::string& key, const std::vector<std::string>& pieces) {
  request_digest it{asker, key};
  for (const auto& piece : pieces)
    it.add(piece);
  return it.mark();
}

} // namespace

TEST_CASE("a request is known again however it came in pieces") {
  CHECK(mark_of("1", "k", {"hello ", "world"}) == mark_of("1", "k", {"hello world"}));
}

TEST_CASE("another body is another request with the same key") {
  auto one = mark_of("1", "k", {"hello"});
  auto other = mark_of("1", "k", {"hellO"});
  CHECK(one.key == other.key);
  CHECK(one.digest != other.digest);
}

TEST_CASE("two askers who choose the same key do not meet") {
  CHECK(mark_of("1", "2k", {}).key != mark_of("12", "k", {}).key);
}

TEST_CASE("what a request was about cannot be tried out without its key") {
  CHECK(
    mark_of("1", "one", {"+14155550100"}).digest != mark_of("1", "two", {"+14155550100"}).digest);
}

TEST_CASE("a mark may be taken before the end") {
  request_digest it{"1", "k"};
  it.add("a");
  auto before = it.mark();
  it.add("b");
  CHECK(before == mark_of("1", "k", {"a"}));
  CHECK(it.mark() == mark_of("1", "k", {"ab"}));
  CHECK(before.key.size() == 16);
  CHECK(before.digest.size() == 16);
}

TEST_CASE("keys have 1 to 255 printable characters") {
  CHECK(domain::is_idempotency_key("8e03978e-40d5-43dd-bc93-6894a57f9324"));
  CHECK(domain::is_idempotency_key(std::string(255, 'x')));
  CHECK_FALSE(domain::is_idempotency_key(std::string(256, 'x')));
  CHECK_FALSE(domain::is_idempotency_key(""));
  CHECK(domain::is_idempotency_key(" !}~"));
  CHECK_FALSE(domain::is_idempotency_key("tab\t"));
  CHECK_FALSE(domain::is_idempotency_key("\x1f"));
  CHECK_FALSE(domain::is_idempotency_key("\x7f"));
  CHECK_FALSE(domain::is_idempotency_key("ü"));
}
