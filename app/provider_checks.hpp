// What each kind of telephony takes of a trunk: its settings, its secrets, and the
// agent that its calls are handed to.
#pragma once

#include "app/configuration.hpp"
#include "telephony/agent_webhook.hpp"

#include <map>
#include <optional>
#include <string>

namespace ringmaster::app {

/// What is given in confidence: values by name.
using given_secrets = std::map<std::string, std::string>;

/// What is wrong, naming the field; nothing: it can be so.
using trouble = std::optional<std::string>;

[[nodiscard]] trouble simulated_settings(const std::string& text, const configuration& of_server);
[[nodiscard]] trouble twilio_settings(const std::string& text, const configuration& of_server);
[[nodiscard]] trouble
agent_webhook_settings(const std::string& text, const configuration& of_server);
[[nodiscard]] trouble sip_settings(const std::string& text, const configuration& of_server);

/// What the server was started without, though the trunk needs it.
[[nodiscard]] trouble lacks_nothing(const std::string& text, const configuration& of_server);
[[nodiscard]] trouble twilio_lack(const std::string& text, const configuration& of_server);
[[nodiscard]] trouble agent_webhook_lack(const std::string& text, const configuration& of_server);

/// `all` of them, those `given` now among them. What was given before and is of no use
/// any more does no harm.
[[nodiscard]] trouble
no_secrets(const std::string& text, const given_secrets& all, const given_secrets& given);
[[nodiscard]] trouble
twilio_secrets(const std::string& text, const given_secrets& all, const given_secrets& given);
[[nodiscard]] trouble agent_webhook_secrets(
  const std::string& text, const given_secrets& all, const given_secrets& given);
[[nodiscard]] trouble
sip_secrets(const std::string& text, const given_secrets& all, const given_secrets& given);

/// A word that its platform, or nobody, has a use for.
[[nodiscard]] trouble any_agent(const std::string& text, const std::string& agent);
[[nodiscard]] trouble twilio_agent(const std::string& text, const std::string& agent);
/// Whoever answers on a trunk without an agent hears nothing, which is for trying a
/// trunk out: its `hold_ms` says that it is meant.
[[nodiscard]] trouble sip_agent(const std::string& text, const std::string& agent);

} // namespace ringmaster::app
