// What is said to a Twilio-compatible carrier, and what its answers mean. Pure.
#pragma once

#include "events/call.hpp"
#include "http_client/client.hpp"
#include "telephony/form.hpp"
#include "telephony/provider.hpp"
#include "telephony/twilio_settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::telephony {

/// One call, as the carrier describes it.
struct twilio_call {
  std::string sid;
  std::string status; // "queued", "in-progress" …
  std::string answered_by;
  std::string sip_code; // callbacks alone have it
  std::uint64_t duration_seconds = 0;
  std::optional<events::instant> created;
  std::optional<events::instant> ended;
};

/// The fields that place a call; `callback` is the address that the carrier calls
/// back, without query. TwiML that is too long is not in it but fetched from there.
[[nodiscard]] form placing_form(
  const twilio_settings& by,
  const call_request& what,
  const std::string& callback,
  const std::string& twiml);

/// Without the secret that it is sent with.
[[nodiscard]] http_client::request ask_to_place(const twilio_settings& by, const form& fields);
[[nodiscard]] http_client::request ask_for(const twilio_settings& by, std::string_view call);
/// Calls between the two numbers that began at `since` or later.
[[nodiscard]] http_client::request ask_for_calls(
  const twilio_settings& by, const std::string& to, const std::string& from, events::instant since);
/// `status`: "canceled" takes a call back that was not answered, "completed" ends
/// any.
[[nodiscard]] http_client::request
ask_to_end(const twilio_settings& by, std::string_view call, std::string_view status);

/// A refusal (4xx) is known; 429 and what never left mean "not now"; after a time-out,
/// a reset or a 5xx the call may ring.
[[nodiscard]] place_answer placed_by(const twilio_settings& by, const http_client::result& answer);

/// How long the trunk should rest, so that a call that was taken leaves the carrier's
/// queue before the next one comes: nothing while the queue is short.
[[nodiscard]] events::duration rest_after(const http_client::result& answer);

/// Nothing: it said something else, which `why` tells.
[[nodiscard]] std::optional<twilio_call>
call_in(const twilio_settings& by, const http_client::result& answer, std::string& why);
[[nodiscard]] std::optional<std::vector<twilio_call>>
calls_in(const twilio_settings& by, const http_client::result& answer, std::string& why);

/// From a callback.
[[nodiscard]] twilio_call call_told_by(const form& callback);

/// Behind other calls, at the carrier.
[[nodiscard]] bool is_queued(const twilio_call& it);
[[nodiscard]] bool is_answered(const twilio_call& it);
[[nodiscard]] bool is_over(const twilio_call& it);
/// Of one that is over.
[[nodiscard]] events::call_ended end_of(const twilio_call& it, events::instant at);
/// What a call's status says; nothing for one that we do not know.
[[nodiscard]] std::vector<events::call_report>
reports_of(const twilio_call& it, events::instant at);

/// "human", "machine_start", "machine_end_beep", "fax" …
[[nodiscard]] events::answerer answerer_named(std::string_view text);

} // namespace ringmaster::telephony
