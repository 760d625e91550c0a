#include "domain/api_key.hpp"

#include "events/ids.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace ringmaster::domain {

namespace {

constexpr std::size_t id_length = 16; // of `key_01h7x3k9q2zt`
constexpr std::size_t longest_name = 64;
constexpr auto reserved_names = std::to_array<std::string_view>({"anonymous", "local", "system"});

template <class Bytes>
std::string to_hex(const Bytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto it : bytes) {
    text += digits[it / 16];
    text += digits[it % 16];
  }
  return text;
}

bool is_alphanumeric(char it) {
  return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9');
}

bool is_hex(char it) {
  return (it >= 'a' && it <= 'f') || (it >= '0' && it <= '9');
}

} // namespace

std::string make_secret(events::api_key_id key, const secret_bytes& random) {
  return to_string(key) + '_' + to_hex(random);
}

secret_bytes
repeatable_chance(const secret_bytes& seed, std::string_view request_key, std::uint64_t id) {
  auto message = std::to_string(id) + '\n' + std::string{request_key};
  secret_bytes chance{};
  HMAC(
    EVP_sha256(),
    seed.data(),
    static_cast<int>(seed.size()),
    reinterpret_cast<const unsigned char*>(message.data()),
    message.size(),
    chance.data(),
    nullptr);
  return chance;
}

std::optional<events::api_key_id> key_named_by(std::string_view text) {
  constexpr auto length = id_length + 1 + 2 * std::tuple_size_v<secret_bytes>;
  if (text.size() != length || text[id_length] != '_')
    return std::nullopt;
  if (!std::ranges::all_of(text.substr(id_length + 1), is_hex))
    return std::nullopt;
  return events::parse_id<events::api_key_tag>(text.substr(0, id_length));
}

std::string sha256_of(std::string_view secret) {
  std::array<std::uint8_t, 32> digest{};
  EVP_Digest(secret.data(), secret.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return to_hex(digest);
}

bool opens(const events::api_key_created& key, std::string_view secret) {
  auto shown = sha256_of(secret);
  return shown.size() == key.secret_sha256.size()
         && CRYPTO_memcmp(shown.data(), key.secret_sha256.data(), shown.size()) == 0;
}

bool is_key_name(std::string_view text) {
  auto fits = [](char it) {
    return is_alphanumeric(it) || std::string_view{".-_@"}.find(it) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, fits)
         && std::ranges::find(reserved_names, text) == reserved_names.end();
}

} // namespace ringmaster::domain
