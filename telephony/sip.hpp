// Calls over a SIP trunk: RFC 3261, with the agent joined in by third-party call
// control (RFC 3725). No sound comes through here.
#pragma once

#include "telephony/provider.hpp"
#include "telephony/sip_uri.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::telephony {

/// Real phones ring in real time: what is waited for here is counted by the
/// machine's clock, whatever the engine's time factor.
struct sip_settings {
  sip_uri server;         // where calls are sent
  std::string domain;     // behind the @ of numbers; empty: the server's host
  std::string username;   // for digest authentication, with the secret `password`
  std::string realm;      // empty: any realm that asks may be shown the credentials' digest
  bool registers = false; // with the server, before anybody is called
  std::chrono::seconds registration{600};
  std::string listen_address = "0.0.0.0";
  std::uint16_t listen_port = 0; // 0: any that is free
  std::string public_address;    // behind a translator of addresses; empty: our own
  std::string tls_directory;     // holds cafile.pem, and agent.pem if we have a certificate
  bool tls_verify = true;
  bool asserts_identity = false;   // P-Asserted-Identity: the caller id
  std::string number_prefix = "+"; // in front of a number's digits
  /// Between two OPTIONS, which tell whether the trunk is there; zero: never.
  std::chrono::milliseconds options_interval{30'000};
  std::chrono::milliseconds silence{32'000};      // without any response
  std::chrono::milliseconds ring_timeout{60'000}; // from the INVITE to our CANCEL
  /// How long a CANCEL, or a BYE, may go without its answer (RFC 3261's 64*T1).
  std::chrono::milliseconds farewell{32'000};
  std::chrono::milliseconds longest_call{3'600'000};
  std::chrono::seconds session_expires{600}; // session timers; zero: none
  std::chrono::seconds session_least{90};    // that we take: RFC 4028's own; less in tests
  std::optional<sip_uri> agent;              // of workflows whose own agent is no SIP URI
  std::chrono::milliseconds agent_answer{3'000};
  std::chrono::milliseconds hold{5'000}; // how long an answered call without an agent lasts
};

/// From a trunk's `settings` (JSON); a text names the field at fault.
[[nodiscard]] std::variant<sip_settings, std::string> parse_sip_settings(std::string_view json);

/// What is wrong with the trunk's secrets, if something is.
[[nodiscard]] std::optional<std::string>
check_sip_secrets(const sip_settings& settings, const std::map<std::string, std::string>& secrets);

/// `secrets` by their names, and there must be those that the settings need. `book` is
/// our own record of calls, by which those from before a crash can be ended and told
/// of. While its port is taken the trunk rests.
///
/// News come from the trunk's own thread. Its destructor ends the calls that are
/// up, takes as long as that takes, though not above `farewell` or five seconds,
/// and keeps how they ended in the book.
[[nodiscard]] std::unique_ptr<provider> make_sip_trunk(
  sip_settings settings,
  const std::map<std::string, std::string>& secrets,
  std::filesystem::path book,
  clock now,
  news_sink news);

} // namespace ringmaster::telephony
