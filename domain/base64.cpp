#include "domain/base64.hpp"

#include <openssl/evp.h>

#include <vector>

namespace ringmaster::domain {

namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace

std::string to_base64(std::string_view bytes) {
  std::vector<unsigned char> text(4 * ((bytes.size() + 2) / 3) + 1);
  auto size = EVP_EncodeBlock(text.data(), raw(bytes), static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + size};
}

std::optional<std::string> from_base64(std::string_view text) {
  std::vector<unsigned char> bytes(3 * (text.size() / 4) + 3);
  auto size = EVP_DecodeBlock(bytes.data(), raw(text), static_cast<int>(text.size()));
  if (size < 0)
    return std::nullopt;
  std::string result{bytes.begin(), bytes.begin() + size};
  for (auto rest = text; !result.empty() && rest.ends_with('='); rest.remove_suffix(1))
    result.pop_back(); // padding is decoded to zeros
  return to_base64(result) == text ? std::optional{std::move(result)} : std::nullopt;
}

} // namespace ringmaster::domain
