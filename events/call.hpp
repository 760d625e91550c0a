// What carriers tell us about a call, in our words whatever the provider's.
#pragma once

#include "events/ids.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::events {

/// How an attempt ended. The numbers are on disk: append, never renumber.
enum class outcome : std::uint8_t {
  completed = 1,
  voicemail,
  busy,
  no_answer,
  rejected,
  failed,
  cancelled,
  abandoned,
  unknown,
};

inline constexpr outcome all_outcomes[] = {
  outcome::completed,
  outcome::voicemail,
  outcome::busy,
  outcome::no_answer,
  outcome::rejected,
  outcome::failed,
  outcome::cancelled,
  outcome::abandoned,
  outcome::unknown};

[[nodiscard]] std::string_view to_string(outcome it);
[[nodiscard]] std::optional<outcome> parse_outcome(std::string_view text);

enum class answerer : std::uint8_t { unknown = 0, human = 1, machine, fax };

[[nodiscard]] std::string_view to_string(answerer it);

/// The carrier took the call and gave it a name of its own.
struct call_initiated {
  std::string provider_ref;
  instant at{};
  friend bool operator==(const call_initiated&, const call_initiated&) = default;
};

struct call_ringing {
  instant at{};
  friend bool operator==(const call_ringing&, const call_ringing&) = default;
};

struct call_answered {
  instant at{};
  friend bool operator==(const call_answered&, const call_answered&) = default;
};

/// What the voice agent brought back. Personal data: it goes to the vault and
/// never into an event.
struct call_result {
  std::string transcript;       // JSON array of turns [{role, text, at_ms}]
  std::string gathered_context; // JSON object
  std::string recording_url;    // empty: none
  bool simulated = false;       // no voice was ever heard
  friend bool operator==(const call_result&, const call_result&) = default;
};

/// The call is over, or never came about.
struct call_ended {
  events::outcome outcome = outcome::unknown;
  std::string cause;              // finer than the outcome: "invalid_number", "trunk_timeout" …
  std::string provider_code;      // as the carrier said it: "SIP 486", "Q.850 17"
  std::uint64_t talk_time_ms = 0; // answered to ended
  events::answerer answered_by = answerer::unknown;
  instant at{};
  std::optional<call_result> result;
  friend bool operator==(const call_ended&, const call_ended&) = default;
};

/// Who judges a call. The numbers are on disk.
enum class judge : std::uint8_t { carrier = 1, agent };

[[nodiscard]] std::string_view to_string(judge it);

/// What is said of a call beside its course, while it is up or after it: an
/// answering machine that was noticed late, what the voice agent came to, the end
/// of a call that we had given up as unknown. The agent, who has listened, is
/// believed before the carrier.
struct call_verdict {
  judge by = judge::carrier;
  std::optional<events::outcome> outcome = {};      // how it really ended; not set: as it was
  events::answerer answered_by = answerer::unknown; // unknown: not said
  std::string disposition; // the agent's own word, a code as "callback"; empty: not said
  bool opted_out = false;  // the person wants no more calls
  std::string cause;       // these three belong to `outcome`
  std::string provider_code;
  std::uint64_t talk_time_ms = 0;
  instant at{};
  std::optional<call_result> result;
  friend bool operator==(const call_verdict&, const call_verdict&) = default;
};

/// Carriers repeat themselves, come late and out of order; the contact's rules
/// sort that out, so a provider just passes on what it hears.
using call_report =
  std::variant<call_initiated, call_ringing, call_answered, call_ended, call_verdict>;

} // namespace ringmaster::events
