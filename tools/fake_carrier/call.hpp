// A call on the fake carrier, and how a Twilio-compatible carrier would put it.
#pragma once

#include "telephony/call_plan.hpp"
#include "telephony/form.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace ringmaster::fake_carrier {

using events::duration;
using events::instant;

/// What was asked for, as far as it matters here.
struct call_order {
  std::string to = {};
  std::string from = {};
  std::string status_callback = {}; // with what stands behind its #
  std::string answerer_callback = {};
  std::string twiml_url = {}; // asked for once the call is answered
  std::string script = {};    // of outcomes, as in a contact's `simulate` column
  bool detects_machines = false;
};

struct call {
  std::uint64_t number = 0; // the first one placed is 1
  std::string sid;
  call_order order;
  telephony::call_plan plan;
  instant created_at{};
  instant placed_at{}; // later than `created_at` if it was queued
  std::optional<instant> hung_up_at = {};
  std::size_t next = 0; // report to make

  /// "queued", "ringing" …, at `now`.
  [[nodiscard]] std::string status(instant now) const;
  [[nodiscard]] bool over(instant now) const;
  [[nodiscard]] std::optional<instant> ended_at(instant now) const;
  [[nodiscard]] std::uint64_t talk_seconds(instant now) const;
};

/// As `GET …/Calls/{sid}.json` answers.
[[nodiscard]] nlohmann::ordered_json
describe(const call& it, const std::string& account, instant now);

/// The fields of a status callback for a step of the call; none for a step that the
/// plan lacks.
[[nodiscard]] telephony::form
status_fields(const call& it, const std::string& account, telephony::call_step step);

/// The fields that every callback about the call has.
[[nodiscard]] telephony::form
common_fields(const call& it, const std::string& account, const std::string& status);

} // namespace ringmaster::fake_carrier
