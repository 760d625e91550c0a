#include "telephony/sip_uri.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ringmaster::telephony {

namespace {

constexpr std::size_t longest_uri = 255;

bool is_letter_or_digit(char it) {
  return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9');
}

/// RFC 3261's `user`, less what is escaped.
bool is_user(std::string_view text) {
  auto allowed = [](char it) {
    return is_letter_or_digit(it)
           || std::string_view{"-_.!~*'()&=+$,/"}.find(it) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

std::string lowered(std::string_view text) {
  std::string low{text};
  std::ranges::transform(low, low.begin(), [](char it) {
    return it >= 'A' && it <= 'Z' ? static_cast<char>(it + ('a' - 'A')) : it;
  });
  return low;
}

std::optional<sip_transport> parse_transport(std::string_view parameters, bool sips) {
  if (parameters.empty())
    return sips ? sip_transport::tls : sip_transport::udp;
  auto said = lowered(parameters);
  if (said == ";transport=tls" || (sips && said == ";transport=tcp"))
    return sip_transport::tls;
  if (!sips && said == ";transport=udp")
    return sip_transport::udp;
  if (!sips && said == ";transport=tcp")
    return sip_transport::tcp;
  return std::nullopt;
}

bool parse_port(std::string_view text, std::uint16_t& into) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc{} && end == text.data() + text.size() && into != 0;
}

/// `host` or `host:port`.
bool parse_place(std::string_view text, sip_uri& into) {
  auto after_host = text.starts_with('[') ? text.find(']') : 0;
  if (after_host == std::string_view::npos)
    return false;
  auto colon = text.find(':', after_host);
  into.host = lowered(text.substr(0, colon));
  return is_sip_host(into.host)
         && (colon == std::string_view::npos || parse_port(text.substr(colon + 1), into.port));
}

} // namespace

bool is_ip_address(std::string_view text) {
  std::array<unsigned char, 16> ignored;
  std::string whole{text};
  return ::inet_pton(AF_INET, whole.c_str(), ignored.data()) == 1
         || ::inet_pton(AF_INET6, whole.c_str(), ignored.data()) == 1;
}

bool is_sip_host(std::string_view text) {
  if (text.size() > 2 && text.starts_with('[') && text.ends_with(']'))
    return is_ip_address(text.substr(1, text.size() - 2));
  auto allowed = [](char it) { return is_letter_or_digit(it) || it == '-' || it == '.'; };
  return !text.empty() && is_letter_or_digit(text.front()) && std::ranges::all_of(text, allowed);
}

std::optional<sip_uri> parse_sip_uri(std::string_view text) {
  if (text.size() > longest_uri)
    return std::nullopt;
  auto colon = text.find(':');
  auto scheme = lowered(text.substr(0, colon));
  if (colon == std::string_view::npos || (scheme != "sip" && scheme != "sips"))
    return std::nullopt;
  text.remove_prefix(colon + 1);
  sip_uri it;
  if (auto at = text.find('@'); at != std::string_view::npos) {
    it.user = text.substr(0, at);
    if (!is_user(it.user))
      return std::nullopt;
    text.remove_prefix(at + 1);
  }
  auto semicolon = std::min(text.find(';'), text.size());
  auto transport = parse_transport(text.substr(semicolon), scheme == "sips");
  if (!transport || !parse_place(text.substr(0, semicolon), it))
    return std::nullopt;
  it.transport = *transport;
  return it;
}

std::string to_string(const sip_uri& it) {
  std::string text = it.transport == sip_transport::tls ? "sips:" : "sip:";
  if (!it.user.empty())
    text.append(it.user).append(1, '@');
  text += it.host;
  if (it.port != 0)
    text.append(1, ':').append(std::to_string(it.port));
  if (it.transport == sip_transport::tcp)
    text += ";transport=tcp";
  return text;
}

} // namespace ringmaster::telephony
