#include "http_client/reach.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <array>

namespace ringmaster::http_client {

namespace ip = boost::asio::ip;

namespace {

template <class Network, class Address>
bool holds(const Network& all, const Address& one) {
  return Network{one, all.prefix_length()}.canonical() == all.canonical();
}

const auto& special_v4() {
  static const std::array networks{
    ip::make_network_v4("0.0.0.0/8"),       // this network
    ip::make_network_v4("10.0.0.0/8"),      // private
    ip::make_network_v4("100.64.0.0/10"),   // carriers' own
    ip::make_network_v4("127.0.0.0/8"),     // loopback
    ip::make_network_v4("169.254.0.0/16"),  // link-local, clouds' metadata
    ip::make_network_v4("172.16.0.0/12"),   // private
    ip::make_network_v4("192.0.0.0/24"),    // protocols
    ip::make_network_v4("192.0.2.0/24"),    // documentation
    ip::make_network_v4("192.88.99.0/24"),  // 6to4 relays
    ip::make_network_v4("192.168.0.0/16"),  // private
    ip::make_network_v4("198.18.0.0/15"),   // benchmarks
    ip::make_network_v4("198.51.100.0/24"), // documentation
    ip::make_network_v4("203.0.113.0/24"),  // documentation
    ip::make_network_v4("224.0.0.0/3"),     // multicast, reserved, broadcast
  };
  return networks;
}

/// Of 2000::/3, which is all of IPv6 that is public.
const auto& special_v6() {
  static const std::array networks{
    ip::make_network_v6("2001::/23"),     // protocols, Teredo among them
    ip::make_network_v6("2001:db8::/32"), // documentation
    ip::make_network_v6("2002::/16"),     // 6to4: an IPv4 address inside
    ip::make_network_v6("3fff::/20"),     // documentation
  };
  return networks;
}

} // namespace

bool is_public(const ip::address& it) {
  if (it.is_v4())
    return std::ranges::none_of(
      special_v4(), [&](const auto& all) { return holds(all, it.to_v4()); });
  auto v6 = it.to_v6();
  if (v6.is_v4_mapped())
    return is_public(ip::make_address_v4(ip::v4_mapped, v6));
  return holds(ip::make_network_v6("2000::/3"), v6)
         && std::ranges::none_of(special_v6(), [&](const auto& all) { return holds(all, v6); });
}

bool is_private_host(const std::string& host) {
  boost::system::error_code is_name;
  auto address = ip::make_address(host, is_name);
  return !is_name && !is_public(address);
}

bool is_own_host(const std::string& host) {
  return host == "localhost" || is_private_host(host);
}

std::optional<std::string> why_not_secrets_to(const url& it) {
  if (it.secure || is_own_host(it.host))
    return std::nullopt;
  return "must begin with https://, for secrets go there; http:// is for loopback and private "
         "addresses alone";
}

} // namespace ringmaster::http_client
