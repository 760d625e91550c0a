// What a SIP response says of a call that nobody answered: a table, and how to
// read it. Nothing here knows a SIP stack.
#pragma once

#include "events/call.hpp"
#include "events/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// Who said that it is over. A stack makes up 408 and 503 of its own when it
/// hears nothing or can't send, and they look like the peer's.
enum class sip_speaker : std::uint8_t { peer, our_stack };

/// The first final response to an INVITE.
struct sip_final {
  std::uint16_t status = 0;
  sip_speaker by = sip_speaker::peer;
  std::string phrase = {};   // as the peer wrote it
  std::uint16_t q850 = 0;    // of a `Reason: Q.850;cause=` header; 0: none
  bool we_cancelled = false; // before it came
  std::optional<std::chrono::seconds> retry_after = {}; // as the peer asks
};

/// What it means for the attempt, and for the trunk.
struct sip_verdict {
  events::outcome outcome = events::outcome::failed;
  std::string_view cause;  // of `failed`, and where an outcome has a finer one
  events::duration rest{}; // the trunk is in trouble of its own: call nobody for so long
};

/// A `Reason` header with a Q.850 cause is finer than the code and goes before
/// it, unless the code itself names the trunk's trouble or the person's wish.
[[nodiscard]] sip_verdict verdict_on(const sip_final& it);

/// As kept beside the outcome: "SIP 486", "SIP 480, Q.850 20", "SIP 408 local".
[[nodiscard]] std::string provider_code(const sip_final& it);

/// The cause in `Q.850;cause=17;text="User busy"`; 0 if there is none that
/// makes sense (1 to 127).
[[nodiscard]] std::uint16_t q850_cause(std::string_view reason);

} // namespace ringmaster::telephony
