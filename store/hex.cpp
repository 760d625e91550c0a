#include "store/hex.hpp"

namespace ringmaster::store {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

} // namespace

std::string to_hex(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (auto byte : bytes)
    text.append({digits[byte >> 4U], digits[byte & 15U]});
  return text;
}

std::string to_hex(std::string_view bytes) {
  return to_hex(std::span{reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

bool from_hex(std::string_view text, std::span<unsigned char> to) {
  if (text.size() != 2 * to.size())
    return false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    auto high = digits.find(text[2 * i]);
    auto low = digits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos)
      return false;
    to[i] = static_cast<unsigned char>(high << 4U | low);
  }
  return true;
}

} // namespace ringmaster::store
