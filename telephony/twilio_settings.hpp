// Carriers that speak Twilio's REST API, or nearly: what differs between them is
// data, and the rest is the trunk's settings.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::telephony {

enum class twilio_auth : std::uint8_t { basic, bearer };
enum class twilio_signing : std::uint8_t { hmac_sha1, ed25519 };
/// What becomes of calls that are placed faster than the account may.
enum class twilio_excess : std::uint8_t { queued, refused };

struct twilio_flavour {
  std::string_view name;
  std::string_view base_url; // empty: each customer has another, which must be given
  std::string_view accounts; // the path in front of the account
  std::string_view suffix;   // behind a resource's name
  twilio_auth auth;
  twilio_signing signing;
  std::string_view signature_header; // lower case
  /// The secret that callbacks are signed with; empty: with a key whose public half
  /// is a setting.
  std::string_view signing_secret;
  twilio_excess excess;
  bool needs_application;
  std::string_view callback_options; // behind the address of a callback
  bool (*is_call_id)(std::string_view);
};

[[nodiscard]] std::span<const twilio_flavour> twilio_flavours();

enum class machine_detection : std::uint8_t { off, detect, message_end };

struct twilio_settings {
  const twilio_flavour* flavour = nullptr;
  std::string account;
  std::string api_key;         // asked with, and its secret; empty: with the account's own token
  std::string base_url;        // without a slash at its end
  std::string application_sid; // where the flavour needs one
  std::string public_key;      // 32 bytes, of signatures with Ed25519
  std::uint64_t ring_timeout_seconds = 30;
  std::uint64_t max_call_seconds = 3'600;
  machine_detection detection = machine_detection::off;
  /// The agent gets the call at once, and what answered is told later.
  bool detection_async = true;
  std::uint64_t detection_timeout_seconds = 30;

  /// Where calls are placed and listed; `call` names one of them.
  [[nodiscard]] std::string calls_url() const;
  [[nodiscard]] std::string call_url(std::string_view call) const;
};

/// From a trunk's `settings` (JSON); a text names the field at fault.
[[nodiscard]] std::variant<twilio_settings, std::string>
parse_twilio_settings(std::string_view json);

/// Names of the secrets that a trunk with these settings needs.
[[nodiscard]] std::vector<std::string> secrets_needed(const twilio_settings& by);

} // namespace ringmaster::telephony
