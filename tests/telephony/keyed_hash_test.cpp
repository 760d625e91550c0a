#include "telephony/callback_token.hpp"
#include "telephony/keyed_hash.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::telephony;

namespace {

constexpr callback_address address{{7}, {{9}, 17, 2}};

} // namespace

// RFC 2202, case 2, and RFC 4231, case 2.
TEST_CASE("keyed hashes are those of the RFCs") {
  CHECK(
    to_hex(hmac_sha1("Jefe", "what do ya want for nothing?"))
    == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  CHECK(
    to_hex(hmac_sha256("Jefe", "what do ya want for nothing?"))
    == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(
    to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4648, section 10.
TEST_CASE("base64 is that of the RFC, both ways") {
  const std::pair<std::string, std::string> vectors[] = {
    {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    CHECK(to_base64(plain) == coded);
    CHECK(from_base64(coded) == plain);
  }
  for (const auto* it : {"Zg", "Zg=", "Z===", "====", "Zm9v\n", "Zm9v Zg==", "Z-8="})
    CHECK_FALSE(from_base64(it));
}

// RFC 8032, section 7.1, test 2.
TEST_CASE("an Ed25519 signature is its key's and its text's") {
  auto bytes = [](std::string_view hex) {
    std::string result;
    for (std::size_t i = 0; i < hex.size(); i += 2)
      result += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
    return result;
  };
  auto key = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  auto signature = bytes("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(is_signed_by(key, "\x72", signature));
  CHECK_FALSE(is_signed_by(key, "\x73", signature));
  CHECK_FALSE(is_signed_by(key.substr(1), "\x72", signature));
  CHECK_FALSE(is_signed_by(key, "\x72", signature.substr(1)));
  CHECK_FALSE(is_signed_by(key, "\x72", ""));
}

TEST_CASE("texts are equal or not, whatever their lengths") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST_CASE("a callback's token tells trunk and attempt to whoever has the key") {
  auto token = callback_token("key", address);
  CHECK(read_callback_token("key", token) == address);
  CHECK(trunk_named_by(token) == address.trunk);
  CHECK_FALSE(read_callback_token("other", token));
}

TEST_CASE("a token that was changed anywhere is none") {
  auto token = callback_token("key", address);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    CHECK_FALSE(read_callback_token("key", changed));
    CHECK_FALSE(read_callback_token("key", token.substr(0, i)));
  }
  CHECK_FALSE(read_callback_token("key", token + "0"));
  for (const auto* it : {"", ".", "..", "trk_01h7x3k9q2zt", "trk_01h7x3k9q2zt."})
    CHECK_FALSE(read_callback_token("key", it));
}
