#pragma once

#include "http_client/url.hpp"

#include <boost/asio/ip/address.hpp>

#include <optional>
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

/// Likewise; `localhost` is this machine too, whoever is asked for its address.
[[nodiscard]] bool is_own_host(const std::string& host);

/// What is wrong with a URL that secrets are sent to: without TLS all who are on the way
/// would read them. Nothing: it has TLS, or leads into our own network.
[[nodiscard]] std::optional<std::string> why_not_secrets_to(const url& it);

} // namespace ringmaster::http_client
