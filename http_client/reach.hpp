#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>

namespace ringmaster::http_client {

/// Whether an address is one of the public Internet, so that a stranger who
/// chooses a URL cannot make us ask our own network. By the registries of
/// special-purpose addresses (IANA, RFC 6890 and its updates); what carries
/// another address inside it counts as not public.
[[nodiscard]] bool is_public(const boost::asio::ip::address& it);

/// Whether a URL's host is an address, and not a public one. A name is judged by its
/// address whenever it is asked.
[[nodiscard]] bool is_private_host(const std::string& host);

} // namespace ringmaster::http_client
