// Calls through a carrier that speaks Twilio's REST API.
#pragma once

#include "telephony/provider.hpp"
#include "telephony/request_lane.hpp"
#include "telephony/twilio_proof.hpp"
#include "telephony/twilio_settings.hpp"

#include <memory>
#include <string>

namespace ringmaster::telephony {

struct twilio_parts {
  events::trunk_id trunk;
  twilio_settings settings;
  twilio_secrets secrets;
  std::string public_base_url; // where the carrier reaches us; no slash at its end
  std::string callback_key;    // marks the addresses that we give out
  http_sender send;
  clock now;
  timer after;
  news_sink news;
};

/// The address that a carrier calls back is
/// `{public_base_url}/v1/telephony/twilio/{token}`.
inline constexpr std::string_view twilio_callbacks = "/v1/telephony/twilio/";

/// Neither news nor answers come any more once the provider is gone; so neither
/// may destroy it.
[[nodiscard]] std::unique_ptr<provider> make_twilio(twilio_parts from);

} // namespace ringmaster::telephony
