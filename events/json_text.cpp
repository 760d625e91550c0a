#include "events/json_text.hpp"

#include <cstddef>

namespace ringmaster::events {

namespace {

/// Bytes of the character that begins a non-empty `text`; 0 if that is not
/// UTF-8 (RFC 3629: no overlong forms, no surrogates).
std::size_t character_length(std::string_view text) {
  auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  auto lead = byte(0);
  if (lead < 0x80)
    return 1;
  std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (std::size_t at = 1; at < length; ++at)
    if ((byte(at) & 0xc0U) != 0x80)
      return 0;
  bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  bool surrogate = lead == 0xed && byte(1) > 0x9f;
  bool beyond_unicode = lead == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || beyond_unicode ? 0 : length;
}

void append_ascii(std::string& out, char letter) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (letter) {
  case '"': out += "\\\""; return;
  case '\\': out += "\\\\"; return;
  case '\n': out += "\\n"; return;
  case '\r': out += "\\r"; return;
  case '\t': out += "\\t"; return;
  default: break;
  }
  auto code = static_cast<unsigned char>(letter);
  if (code >= 0x20) {
    out += letter;
    return;
  }
  out += "\\u00";
  out += hex[code / 16];
  out += hex[code % 16];
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    auto length = character_length(text);
    if (length == 1)
      append_ascii(out, text.front());
    else if (length == 0)
      out += "\xef\xbf\xbd"; // U+FFFD
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

} // namespace ringmaster::events
