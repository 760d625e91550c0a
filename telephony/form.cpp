#include "telephony/form.hpp"

#include <algorithm>
#include <cstddef>

namespace ringmaster::telephony {

namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

/// RFC 3986's unreserved.
bool stays(char it) {
  return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9')
         || it == '-' || it == '.' || it == '_' || it == '~';
}

std::size_t digit(char it) {
  return digits.find(it >= 'a' && it <= 'f' ? static_cast<char>(it - 'a' + 'A') : it);
}

std::optional<std::string> decode(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    if (text.size() - at < 3)
      return std::nullopt;
    auto high = digit(text[at + 1]);
    auto low = digit(text[at + 2]);
    if (high == digits.npos || low == digits.npos)
      return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return result;
}

} // namespace

std::string percent_encode(std::string_view text) {
  std::string result;
  for (auto it : text) {
    auto byte = static_cast<unsigned char>(it);
    if (stays(it))
      result += it;
    else
      result.append({'%', digits[byte / 16], digits[byte % 16]});
  }
  return result;
}

std::string encode_form(const form& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty())
      text += '&';
    text += percent_encode(name) + '=' + percent_encode(value);
  }
  return text;
}

std::optional<form> decode_form(std::string_view text) {
  form fields;
  while (!text.empty()) {
    auto field = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    if (field.empty())
      continue;
    auto equals = field.find('=');
    auto name = decode(field.substr(0, equals));
    auto value = decode(equals == field.npos ? std::string_view{} : field.substr(equals + 1));
    if (!name || !value)
      return std::nullopt;
    fields.emplace_back(*std::move(name), *std::move(value));
  }
  return fields;
}

std::string_view value_of(const form& fields, std::string_view name) {
  auto found = std::ranges::find(fields, name, [](const auto& it) { return it.first; });
  return found == fields.end() ? std::string_view{} : std::string_view{found->second};
}

} // namespace ringmaster::telephony
