#include "telephony/keyed_hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>

namespace ringmaster::telephony {

namespace {

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac(const EVP_MD* with, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  HMAC(with, key.data(), static_cast<int>(key.size()), raw(text), text.size(), bytes.data(), &size);
  return {bytes.begin(), bytes.begin() + size};
}

struct release {
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
};

} // namespace

std::string hmac_sha1(std::string_view key, std::string_view text) {
  return hmac(EVP_sha1(), key, text);
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  return hmac(EVP_sha256(), key, text);
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr);
  return {bytes.begin(), bytes.begin() + size};
}

bool is_signed_by(std::string_view public_key, std::string_view text, std::string_view signature) {
  std::unique_ptr<EVP_PKEY, release> key{
    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(public_key), public_key.size())};
  std::unique_ptr<EVP_MD_CTX, release> with{EVP_MD_CTX_new()};
  return key && EVP_DigestVerifyInit(with.get(), nullptr, nullptr, nullptr, key.get()) == 1
         && EVP_DigestVerify(with.get(), raw(signature), signature.size(), raw(text), text.size())
              == 1;
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // and OpenSSL's NUL
  auto size = EVP_EncodeBlock(
    reinterpret_cast<unsigned char*>(text.data()), raw(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of(" \t\r\n-") != text.npos)
    return std::nullopt; // which OpenSSL would skip, or take for the end
  auto padding = text.size() - text.substr(0, text.find('=')).size();
  std::string bytes(text.size() / 4 * 3, '\0');
  auto size = EVP_DecodeBlock(
    reinterpret_cast<unsigned char*>(bytes.data()), raw(text), static_cast<int>(text.size()));
  if (size < 0 || padding > 2)
    return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto it : bytes) {
    text += digits[static_cast<unsigned char>(it) / 16];
    text += digits[static_cast<unsigned char>(it) % 16];
  }
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace ringmaster::telephony
