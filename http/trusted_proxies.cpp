#include "http/trusted_proxies.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

/// An IPv4 address that came over an IPv6 socket is itself.
net::ip::address plain(const net::ip::address& it) {
  if (it.is_v6() && it.to_v6().is_v4_mapped())
    return net::ip::make_address_v4(net::ip::v4_mapped, it.to_v6());
  return it;
}

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

std::variant<trusted_proxies, std::string>
trusted_proxies::parse(const std::vector<std::string>& networks) {
  trusted_proxies result;
  for (const auto& it : networks) {
    failure why;
    bool v6 = it.find(':') != std::string::npos;
    auto whole = it.find('/') != std::string::npos ? it : it + (v6 ? "/128" : "/32");
    if (v6)
      result.v6_.push_back(net::ip::make_network_v6(whole, why));
    else
      result.v4_.push_back(net::ip::make_network_v4(whole, why));
    if (why)
      return "trusted proxy " + it + ": neither an address nor a network as in 10.0.0.0/8";
  }
  return result;
}

bool trusted_proxies::trusts(const net::ip::address& who) const {
  auto it = plain(who);
  if (it.is_v4())
    return std::ranges::any_of(v4_, [&](const net::ip::network_v4& all) {
      return net::ip::network_v4{it.to_v4(), all.prefix_length()}.canonical() == all.canonical();
    });
  return std::ranges::any_of(v6_, [&](const net::ip::network_v6& all) {
    return net::ip::network_v6{it.to_v6(), all.prefix_length()}.canonical() == all.canonical();
  });
}

net::ip::address
trusted_proxies::client_of(std::string_view forwarded_for, const net::ip::address& peer) const {
  auto client = peer;
  while (trusts(client) && !forwarded_for.empty()) {
    auto comma = forwarded_for.rfind(',');
    auto last = comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for =
      comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
    failure why;
    auto next = net::ip::make_address(std::string{trimmed(last)}, why);
    if (why)
      break;
    client = next;
  }
  return client;
}

} // namespace ringmaster::http
