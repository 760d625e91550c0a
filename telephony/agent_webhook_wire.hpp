// What is said to a platform of voice agents, and what it says means. Pure.
#pragma once

#include "http_client/client.hpp"
#include "telephony/agent_webhook_settings.hpp"
#include "telephony/provider.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::telephony {

/// Without the secret that it is sent with. `callback_url`: where the platform may
/// push what becomes of the call.
[[nodiscard]] http_client::request ask_agent_to_call(
  const agent_webhook_settings& by, const call_request& what, const std::string& callback_url);

/// A refusal (4xx) is known; 429 and what never left mean "not now"; after a time-out,
/// a reset or a 5xx the platform may be calling.
[[nodiscard]] place_answer
placed_by_agent(const agent_webhook_settings& by, const http_client::result& answer);

/// `run_ref` is the platform's name for the call.
[[nodiscard]] http_client::request
ask_agent_about(const agent_webhook_settings& by, std::string_view run_ref);

/// What the platform says of a call, pushed or asked for, as reports in their order;
/// the last is the end if the call is over. Nothing: it is not in its words.
[[nodiscard]] std::optional<std::vector<events::call_report>>
told_by_agent(const agent_webhook_settings& by, std::string_view json, events::instant now);

[[nodiscard]] look_up_answer looked_up_at_agent(
  const agent_webhook_settings& by, const http_client::result& answer, events::instant now);

} // namespace ringmaster::telephony
