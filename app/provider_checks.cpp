#include "app/provider_checks.hpp"

#include "http_client/reach.hpp"
#include "http_client/url.hpp"
#include "telephony/simulated.hpp"
#include "telephony/sip.hpp"
#include "telephony/sip_invitation.hpp"
#include "telephony/twilio.hpp"
#include "telephony/twiml.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <variant>

namespace ringmaster::app {

namespace {

template <class Settings>
trouble complaint_in(const std::variant<Settings, std::string>& read) {
  const auto* why = std::get_if<std::string>(&read);
  return why == nullptr ? std::nullopt : trouble{*why};
}

/// A name is judged by its address whenever it is asked; an address can be judged now.
trouble
leads_inside(std::string_view name, const std::string& address, const configuration& of_server) {
  auto read = http_client::parse_url(address);
  const auto* url = std::get_if<http_client::url>(&read);
  bool inside = url != nullptr && http_client::is_own_host(url->host);
  if (!inside || of_server.carriers_allow_private_addresses)
    return std::nullopt;
  return std::string{name}
         + " leads to an address that is not of the public Internet, where this server asks nobody "
           "unless it is told to (carriers-allow-private-addresses)";
}

} // namespace

trouble no_secrets(const std::string&, const given_secrets&, const given_secrets& given) {
  return given.empty() ? std::nullopt
                       : trouble{given.begin()->first + " is not a secret of this provider"};
}

trouble simulated_settings(const std::string& text, const configuration&) {
  return complaint_in(telephony::parse_simulated_settings(text));
}

trouble twilio_settings(const std::string& text, const configuration& of_server) {
  auto read = telephony::parse_twilio_settings(text);
  const auto* it = std::get_if<telephony::twilio_settings>(&read);
  return it == nullptr ? complaint_in(read) : leads_inside("base_url", it->base_url, of_server);
}

trouble
twilio_secrets(const std::string& text, const given_secrets& all, const given_secrets& given) {
  auto settings = telephony::parse_twilio_settings(text);
  if (std::holds_alternative<std::string>(settings))
    return std::nullopt; // which the settings are blamed for
  auto needed = telephony::secrets_needed(std::get<telephony::twilio_settings>(settings));
  for (const auto& name : needed)
    if (!all.contains(name))
      return name + " is missing";
  for (const auto& [name, value] : given)
    if (std::ranges::find(needed, name) == needed.end())
      return name + " is not a secret of this provider with these settings";
  return std::nullopt;
}

trouble lacks_nothing(const std::string&, const configuration&) {
  return std::nullopt;
}

trouble twilio_lack(const std::string&, const configuration& of_server) {
  return of_server.public_base_url.empty()
           ? trouble{"public_base_url is not configured, so the carrier could tell us nothing"}
           : std::nullopt;
}

trouble agent_webhook_lack(const std::string& text, const configuration& of_server) {
  auto read = telephony::parse_agent_webhook_settings(text);
  const auto* it = std::get_if<telephony::agent_webhook_settings>(&read);
  bool asks = it == nullptr || !it->status_url.empty();
  if (asks || !of_server.public_base_url.empty())
    return std::nullopt;
  return "status_url is missing, and the server's public_base_url is not configured either, so "
         "nothing would ever be heard of a call";
}

trouble agent_webhook_settings(const std::string& text, const configuration& of_server) {
  auto read = telephony::parse_agent_webhook_settings(text);
  const auto* it = std::get_if<telephony::agent_webhook_settings>(&read);
  if (it == nullptr)
    return complaint_in(read);
  if (auto why = leads_inside("url", it->url, of_server))
    return why;
  return leads_inside("status_url", it->status_url, of_server);
}

trouble
agent_webhook_secrets(const std::string&, const given_secrets&, const given_secrets& given) {
  for (const auto& [name, value] : given)
    if (name != "api_key" && name != "signing_secret")
      return name + " is not a secret of this provider, which has api_key and signing_secret";
  return std::nullopt;
}

trouble sip_settings(const std::string& text, const configuration&) {
  return complaint_in(telephony::parse_sip_settings(text));
}

trouble sip_secrets(const std::string& text, const given_secrets& all, const given_secrets& given) {
  auto settings = telephony::parse_sip_settings(text);
  const auto* good = std::get_if<telephony::sip_settings>(&settings);
  if (good == nullptr)
    return std::nullopt; // which the settings are blamed for
  if (good->username.empty() && given.contains("password"))
    return "password needs a `username` in the settings";
  return telephony::check_sip_secrets(*good, all);
}

trouble any_agent(const std::string&, const std::string&) {
  return std::nullopt;
}

trouble twilio_agent(const std::string&, const std::string& agent) {
  return telephony::twiml_for(agent, {})
           ? std::nullopt
           : trouble{"must begin with wss:// (a stream of the audio) or https:// (TwiML)"};
}

trouble sip_agent(const std::string& text, const std::string& agent) {
  auto read = telephony::parse_sip_settings(text);
  const auto* settings = std::get_if<telephony::sip_settings>(&read);
  if (settings == nullptr)
    return std::nullopt; // which the settings are blamed for
  if (telephony::parse_sip_uri(agent))
    return std::nullopt;
  if (telephony::is_misspelt_agent(agent))
    return "must be a SIP URI, as in sip:bot@agent.example.com:5080;transport=tcp";
  if (settings->agent || nlohmann::json::parse(text).contains("hold_ms"))
    return std::nullopt;
  return "is no SIP URI, and the trunk's settings have no `agent` in its place: whoever answers "
         "would hear nothing. If that is meant, say for how long in the settings' `hold_ms`";
}

} // namespace ringmaster::app
