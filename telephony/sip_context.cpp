#include "telephony/sip_context.hpp"

#include <set>

namespace ringmaster::telephony {

namespace {

constexpr std::size_t longest_name = 64;

/// Of the characters of a SIP token, those that every agent can map to a variable.
std::string as_token(std::string_view name) {
  std::string token{name.substr(0, longest_name)};
  for (char& it : token) {
    bool kept = (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9')
                || it == '_' || it == '.';
    if (!kept)
      it = '-';
  }
  return token;
}

std::string lowered(std::string token) {
  for (char& it : token)
    if (it >= 'A' && it <= 'Z')
      it = static_cast<char>(it + ('a' - 'A'));
  return token;
}

void add(std::string& lines, std::string_view name, std::string_view encoded) {
  lines.append(name).append(": ").append(encoded).append(1, '\n');
}

} // namespace

std::string encode_header_value(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char it = text[i];
    bool visible = it > ' ' && it < 0x7f && it != '%';
    // A blank at an end would be lost, and of several all but one.
    bool inner_blank = it == ' ' && i > 0 && i + 1 < text.size() && text[i - 1] != ' ';
    if (visible || inner_blank) {
      encoded += it;
      continue;
    }
    auto byte = static_cast<unsigned char>(it);
    encoded.append(1, '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
  }
  return encoded;
}

std::string agent_headers(const call_request& call) {
  std::string lines;
  add(lines, "X-Ringmaster-Call", to_string(call.id));
  add(lines, "X-Ringmaster-Number", encode_header_value(call.to));
  if (!call.result_token.empty())
    add(lines, "X-Ringmaster-Result-Token", encode_header_value(call.result_token));
  std::set<std::string> names;
  std::size_t left_out = 0;
  for (const auto& [name, value] : call.initial_context) {
    if (name.empty() || value.empty() || name == "phone_number")
      continue;
    auto token = as_token(name);
    auto encoded = encode_header_value(value);
    bool fits = names.size() < most_context_headers && encoded.size() <= longest_context_value
                && lines.size() + token.size() + encoded.size() <= most_context_bytes;
    if (fits && names.insert(lowered(token)).second)
      add(lines, "X-Context-" + token, encoded);
    else
      ++left_out;
  }
  if (left_out > 0)
    add(lines, "X-Ringmaster-Left-Out", std::to_string(left_out));
  return lines;
}

} // namespace ringmaster::telephony
