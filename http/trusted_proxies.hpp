#pragma once

#include "http/asio.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::http {

/// Whose word counts on who asks and how: X-Forwarded-For and
/// X-Forwarded-Proto of anybody else are ignored.
class trusted_proxies {
public:
  /// Networks as in 10.0.0.0/8, or addresses; or which of them is none.
  [[nodiscard]] static std::variant<trusted_proxies, std::string>
  parse(const std::vector<std::string>& networks);

  [[nodiscard]] bool trusts(const net::ip::address& who) const;

  /// Who asked the outermost of ours, by what each added on the right; `peer`
  /// if they do not say.
  [[nodiscard]] net::ip::address
  client_of(std::string_view forwarded_for, const net::ip::address& peer) const;

private:
  std::vector<net::ip::network_v4> v4_;
  std::vector<net::ip::network_v6> v6_;
};

} // namespace ringmaster::http
