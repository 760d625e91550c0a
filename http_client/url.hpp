#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::http_client {

/// An absolute URL as RFC 3986 has it, as far as a request needs it.
struct url {
  bool secure = false; // https
  std::string host;    // a name or an address; an IPv6 one without its brackets
  std::string port;    // digits; by the scheme if it is not said
  std::string target;  // path and query, begins with '/'

  /// As the Host header has it.
  [[nodiscard]] std::string authority() const;
};

/// Or what is wrong with it, as in "must begin with https:// or http://". A
/// fragment is dropped; names and passwords in a URL are refused, because URLs
/// end up in logs.
[[nodiscard]] std::variant<url, std::string> parse_url(std::string_view text);

} // namespace ringmaster::http_client
