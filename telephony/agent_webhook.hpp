// Calls through a platform of voice agents that places them itself.
#pragma once

#include "telephony/agent_webhook_settings.hpp"
#include "telephony/provider.hpp"
#include "telephony/request_lane.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

struct agent_webhook_secrets {
  std::string api_key = {};        // empty: the platform asks for none
  std::string signing_secret = {}; // what it pushes is signed with; empty: it is not
};

struct agent_webhook_parts {
  events::trunk_id trunk;
  agent_webhook_settings settings;
  agent_webhook_secrets secrets;
  std::string public_base_url; // where the platform reaches us; empty: it can't, and is asked
  std::string callback_key;    // marks the addresses that we give out
  http_sender send;
  clock now;
  timer after;
  news_sink news;
};

/// The address that a platform pushes to is
/// `{public_base_url}/v1/telephony/agent/{token}`.
inline constexpr std::string_view agent_callbacks = "/v1/telephony/agent/";

/// A header of what is pushed, if there is a signing secret: `sha256=` and the
/// HMAC-SHA256 over the body in hexadecimal.
inline constexpr std::string_view agent_signature_header = "x-ringmaster-signature";

/// Calls can't be hung up: no platform of this kind offers it. Neither news nor
/// answers come any more once the provider is gone; so neither may destroy it.
[[nodiscard]] std::unique_ptr<provider> make_agent_webhook(agent_webhook_parts from);

} // namespace ringmaster::telephony
