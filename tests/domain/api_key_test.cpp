#include "domain/api_key.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;

namespace {

constexpr events::api_key_id some_key{0x00d3'5a7c'91e2'4f04};

secret_bytes bytes_of(std::uint8_t first) {
  secret_bytes bytes{};
  for (auto& it : bytes)
    it = first++;
  return bytes;
}

events::api_key_created key_of(const std::string& secret) {
  return {
    .key = some_key,
    .name = "ci",
    .role = events::key_role::viewer,
    .secret_sha256 = sha256_of(secret)};
}

} // namespace

TEST_CASE("a secret names its key, and opens it alone") {
  auto secret = make_secret(some_key, bytes_of(0));
  CHECK(key_named_by(secret) == some_key);
  CHECK(opens(key_of(secret), secret));
  CHECK_FALSE(opens(key_of(secret), make_secret(some_key, bytes_of(1))));
  CHECK_FALSE(opens(key_of(secret), ""));
  CHECK_FALSE(opens(events::api_key_created{}, secret));
}

TEST_CASE("what is stored is the hash, as anybody can compute it") {
  CHECK(sha256_of("foo") == "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae");
}

TEST_CASE("what is not shaped like a secret names no key") {
  auto secret = make_secret(some_key, bytes_of(0));
  CHECK_FALSE(key_named_by(""));
  CHECK_FALSE(key_named_by(secret + "0"));
  CHECK_FALSE(key_named_by(secret.substr(1)));
  CHECK_FALSE(key_named_by("cmp" + secret.substr(3)));
  auto upper = secret;
  upper.back() = 'F';
  CHECK_FALSE(key_named_by(upper));
  auto no_digit = secret;
  no_digit[17] = 'g';
  CHECK_FALSE(key_named_by(no_digit));
  auto other_mark = secret;
  other_mark[16] = '-';
  CHECK_FALSE(key_named_by(other_mark));
}

TEST_CASE("a key's name is one word that the log does not use otherwise") {
  for (auto good : {"a", "jane@example.org", "ci-2.staging_eu", "AZ09az"})
    CHECK_MESSAGE(is_key_name(good), good);
  for (auto bad : {"", "two words", "system", "anonymous", "local", "new\nline", "caf\xc3\xa9"})
    CHECK_FALSE_MESSAGE(is_key_name(bad), bad);
  CHECK(is_key_name(std::string(64, 'a')));
  CHECK_FALSE(is_key_name(std::string(65, 'a')));
}
