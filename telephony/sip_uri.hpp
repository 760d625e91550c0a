// As much of a SIP URI as a trunk's settings need, read strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

enum class sip_transport : std::uint8_t { udp, tcp, tls };

/// `sip:user@host:port;transport=tcp`; `sips:` is TLS.
struct sip_uri {
  std::string user = {};  // empty: none
  std::string host;       // a name, an address, or one of IPv6 in brackets
  std::uint16_t port = 0; // 0: not said
  sip_transport transport = sip_transport::udp;
};

/// Nothing if it is anything else: another parameter, a header, a password, a
/// character that would have to be escaped, more than 255 characters.
[[nodiscard]] std::optional<sip_uri> parse_sip_uri(std::string_view text);

[[nodiscard]] std::string to_string(const sip_uri& it);

/// A host name or an address, as in a URI.
[[nodiscard]] bool is_sip_host(std::string_view text);

/// Without brackets.
[[nodiscard]] bool is_ip_address(std::string_view text);

} // namespace ringmaster::telephony
