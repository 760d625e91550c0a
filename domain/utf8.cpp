#include "domain/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace ringmaster::domain {

namespace {

/// Bytes of the character that begins `text`; 0 if that is none.
std::size_t character_length(std::string_view text) {
  auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  };
  auto lead = byte(0);
  if (lead < 0x80)
    return 1;
  std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  for (std::size_t at = 1; at < length; ++at)
    if ((byte(at) & 0xC0) != 0x80)
      return 0;
  bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  bool surrogate = lead == 0xED && byte(1) > 0x9F;
  bool beyond_unicode = lead == 0xF4 && byte(1) > 0x8F;
  return overlong || surrogate || beyond_unicode ? 0 : length;
}

} // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight;
    if (text.size() - at >= sizeof eight) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080u) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    auto length = character_length(text.substr(at));
    if (length == 0)
      break;
    at += length;
  }
  return at;
}

bool is_valid_utf8(std::string_view text) {
  return valid_utf8_prefix(text) == text.size();
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    auto good = text.substr(0, valid_utf8_prefix(text));
    good = good.substr(0, good.find('\0'));
    result += good;
    text.remove_prefix(good.size());
    if (text.empty())
      break;
    constexpr std::string_view hex = "0123456789abcdef";
    auto bad = static_cast<unsigned char>(text.front());
    result += "\\x";
    result += hex[bad / 16];
    result += hex[bad % 16];
    text.remove_prefix(1);
  }
  return result;
}

} // namespace ringmaster::domain
