#include "app/providers.hpp"

#include "http/gatekeeper.hpp"
#include "http_client/url.hpp"
#include "telephony/agent_webhook.hpp"
#include "telephony/keyed_hash.hpp"
#include "telephony/simulated.hpp"
#include "telephony/sip.hpp"
#include "telephony/twilio.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ringmaster::app {

namespace {

using made_provider = std::variant<std::unique_ptr<telephony::provider>, std::string>;

std::string without_slash(std::string url) {
  while (url.ends_with('/'))
    url.pop_back();
  return url;
}

} // namespace

/// One kind of provider. Another one is another of these.
struct provider_kind {
  std::string_view name;
  std::string_view callbacks; // what its addresses have in the place of {provider}
  bool needs_caller_ids;      // else each call would be refused for want of one
  trouble (*settings)(const std::string& text, const configuration& of_server);
  /// `all` of them, those `given` now among them. What was given before and is of no
  /// use any more does no harm.
  trouble (*secrets)(const std::string& text, const given_secrets& all, const given_secrets& given);
  trouble (*lack)(const std::string& text, const configuration& of_server); // of the server
  trouble (*agent)(const std::string& text, const std::string& agent);
  made_provider (*make)(
    const providers& by,
    const events::trunk_created& trunk,
    const given_secrets& secrets,
    telephony::news_sink news);

  static made_provider make_simulated(
    const providers& by,
    const events::trunk_created& trunk,
    const given_secrets& secrets,
    telephony::news_sink news);
  static made_provider make_twilio(
    const providers& by,
    const events::trunk_created& trunk,
    const given_secrets& secrets,
    telephony::news_sink news);
  static made_provider make_agent_webhook(
    const providers& by,
    const events::trunk_created& trunk,
    const given_secrets& secrets,
    telephony::news_sink news);
  static made_provider make_sip(
    const providers& by,
    const events::trunk_created& trunk,
    const given_secrets& secrets,
    telephony::news_sink news);
  static telephony::http_sender sender_of(const providers& by);
  static telephony::clock clock_of(const providers& by);
  static telephony::timer timer_of(const providers& by);
};

namespace {

std::string value_in(const given_secrets& secrets, std::string_view name) {
  auto found = secrets.find(std::string{name});
  return found == secrets.end() ? std::string{} : found->second;
}

constexpr std::array kinds{
  provider_kind{
    .name = "simulated",
    .callbacks = "",
    .needs_caller_ids = false,
    .settings = simulated_settings,
    .secrets = no_secrets,
    .lack = lacks_nothing,
    .agent = any_agent,
    .make = provider_kind::make_simulated},
  provider_kind{
    .name = "twilio",
    .callbacks = "twilio",
    .needs_caller_ids = true,
    .settings = twilio_settings,
    .secrets = twilio_secrets,
    .lack = twilio_lack,
    .agent = twilio_agent,
    .make = provider_kind::make_twilio},
  provider_kind{
    .name = "agent_webhook",
    .callbacks = "agent",
    .needs_caller_ids = false,
    .settings = agent_webhook_settings,
    .secrets = agent_webhook_secrets,
    .lack = agent_webhook_lack,
    .agent = any_agent,
    .make = provider_kind::make_agent_webhook},
  provider_kind{
    .name = "sip",
    .callbacks = "",
    .needs_caller_ids = true,
    .settings = sip_settings,
    .secrets = sip_secrets,
    .lack = lacks_nothing,
    .agent = sip_agent,
    .make = provider_kind::make_sip}};

const provider_kind* kind_named(const std::string& name) {
  auto found = std::ranges::find(kinds, name, &provider_kind::name);
  return found == kinds.end() ? nullptr : found;
}

http::trunk_trouble unknown_provider() {
  std::string text = "There is no such provider. This version has ";
  for (const auto& it : kinds)
    text.append(&it == kinds.begin() ? "`" : ", `").append(it.name).append("`");
  return {"/provider", text + '.'};
}

} // namespace

telephony::clock provider_kind::clock_of(const providers& by) {
  return [&clock = by.clock_] { return clock.now(); };
}

telephony::http_sender provider_kind::sender_of(const providers& by) {
  return [client = by.client_.get()](
           http_client::request what, std::function<void(http_client::result)> then) {
    client->send(std::move(what), std::move(then));
  };
}

telephony::timer provider_kind::timer_of(const providers& by) {
  return [&timer = by.timer_](events::duration delay, std::function<void()> what) {
    timer.after(delay, std::move(what));
  };
}

made_provider provider_kind::make_simulated(
  const providers& by,
  const events::trunk_created& trunk,
  const given_secrets&,
  telephony::news_sink news) {
  auto settings = telephony::parse_simulated_settings(trunk.settings);
  if (auto* why = std::get_if<std::string>(&settings))
    return std::move(*why);
  auto directory = by.with_.data / "carrier";
  std::error_code ignored; // a ledger that can't be written answers "not now"
  std::filesystem::create_directories(directory, ignored);
  return telephony::make_simulated_carrier(
    std::get<telephony::simulated_settings>(std::move(settings)),
    directory / (to_string(trunk.trunk) + ".ledger"),
    clock_of(by),
    timer_of(by),
    std::move(news));
}

made_provider provider_kind::make_twilio(
  const providers& by,
  const events::trunk_created& trunk,
  const given_secrets& secrets,
  telephony::news_sink news) {
  if (auto why = twilio_secrets(trunk.settings, secrets, {}))
    return *std::move(why);
  auto read = telephony::parse_twilio_settings(trunk.settings);
  if (auto* why = std::get_if<std::string>(&read))
    return std::move(*why);
  auto& settings = std::get<telephony::twilio_settings>(read);
  telephony::twilio_secrets shown{
    .auth_token = value_in(secrets, "auth_token"),
    .api_key_secret = value_in(secrets, "api_key_secret"),
    .signing_secret = value_in(secrets, settings.flavour->signing_secret)};
  return telephony::make_twilio(
    {.trunk = trunk.trunk,
     .settings = std::move(settings),
     .secrets = std::move(shown),
     .public_base_url = without_slash(by.with_.public_base_url),
     .callback_key = by.callback_key_,
     .send = sender_of(by),
     .now = clock_of(by),
     .after = timer_of(by),
     .news = std::move(news)});
}

made_provider provider_kind::make_agent_webhook(
  const providers& by,
  const events::trunk_created& trunk,
  const given_secrets& secrets,
  telephony::news_sink news) {
  auto settings = telephony::parse_agent_webhook_settings(trunk.settings);
  if (auto* why = std::get_if<std::string>(&settings))
    return std::move(*why);
  return telephony::make_agent_webhook(
    {.trunk = trunk.trunk,
     .settings = std::get<telephony::agent_webhook_settings>(std::move(settings)),
     .secrets =
       {.api_key = value_in(secrets, "api_key"),
        .signing_secret = value_in(secrets, "signing_secret")},
     .public_base_url = without_slash(by.with_.public_base_url),
     .callback_key = by.callback_key_,
     .send = sender_of(by),
     .now = clock_of(by),
     .after = timer_of(by),
     .news = std::move(news)});
}

made_provider provider_kind::make_sip(
  const providers& by,
  const events::trunk_created& trunk,
  const given_secrets& secrets,
  telephony::news_sink news) {
  if (auto why = sip_secrets(trunk.settings, secrets, {}))
    return *std::move(why);
  auto settings = telephony::parse_sip_settings(trunk.settings);
  if (auto* why = std::get_if<std::string>(&settings))
    return std::move(*why);
  return telephony::make_sip_trunk(
    std::get<telephony::sip_settings>(std::move(settings)),
    secrets,
    by.with_.data / "carrier" / (to_string(trunk.trunk) + ".sip"),
    clock_of(by),
    std::move(news));
}

trouble trouble_with_public_url(const configuration& with) {
  if (with.public_base_url.empty())
    return std::nullopt;
  auto parsed = http_client::parse_url(with.public_base_url);
  if (const auto* why = std::get_if<std::string>(&parsed))
    return "public-base-url " + *why;
  if (with.public_base_url.find_first_of("?#") != std::string::npos)
    return "public-base-url must have no query and no fragment";
  return std::nullopt;
}

providers::providers(
  const configuration& with,
  const engine_clock& clock,
  telephony::real_timer& timer,
  store::secrets& secrets)
  : with_{with}, clock_{clock}, timer_{timer}, secrets_{secrets}, callback_key_{secrets.own_key(
                                                                    "callbacks and results")},
    client_{std::make_unique<http_client::client>(http_client::settings{
      .private_addresses = with.carriers_allow_private_addresses, .idle_connections = 64})} {}

std::vector<http::trunk_trouble>
providers::troubles_with(const events::trunk_created& trunk) const {
  const auto* kind = kind_named(trunk.provider);
  if (kind == nullptr)
    return {unknown_provider()};
  std::vector<http::trunk_trouble> found;
  if (auto why = lack_of(trunk, with_))
    found.push_back({"/provider", "This server can't use it: " + *why + '.'});
  if (kind->needs_caller_ids && trunk.caller_ids.empty())
    found.push_back(
      {"/caller_ids",
       "There must be a number to call from: the carrier refuses calls that show none."});
  if (auto why = kind->settings(trunk.settings, with_))
    found.push_back({"/settings", "The provider does not take this: " + *why + '.'});
  return found;
}

trouble
providers::trouble_with_agent(const events::trunk_created& trunk, const std::string& agent) const {
  const auto* kind = kind_named(trunk.provider);
  return kind == nullptr ? std::nullopt : kind->agent(trunk.settings, agent);
}

trouble providers::trouble_with_secrets(
  events::trunk_id trunk,
  const std::string& provider,
  const std::string& settings,
  const given_secrets& given) const {
  const auto* kind = kind_named(provider);
  if (kind == nullptr)
    return std::nullopt;
  auto all = secrets_of(trunk);
  for (const auto& [name, value] : given)
    all[name] = value;
  return kind->secrets(settings, all, given);
}

trouble lack_of(const events::trunk_created& trunk, const configuration& of_server) {
  const auto* kind = kind_named(trunk.provider);
  return kind == nullptr ? std::nullopt : kind->lack(trunk.settings, of_server);
}

std::variant<std::unique_ptr<telephony::provider>, std::string>
providers::make(const events::trunk_created& trunk, telephony::news_sink news) const {
  const auto* kind = kind_named(trunk.provider);
  if (kind == nullptr)
    return "unknown provider " + trunk.provider;
  if (auto why = kind->lack(trunk.settings, with_))
    return *std::move(why);
  return kind->make(*this, trunk, secrets_of(trunk.trunk), std::move(news));
}

bool providers::takes_callbacks(const std::string& provider, std::string_view path) const {
  const auto* kind = kind_named(provider);
  return kind != nullptr && !kind->callbacks.empty() && kind->callbacks == path;
}

std::string providers::result_token(const events::attempt_key& call) const {
  constexpr std::size_t digits = 32;
  auto proof =
    telephony::to_hex(telephony::hmac_sha256(callback_key_, "result " + to_string(call)));
  return std::string{http::result_token_prefix} + proof.substr(0, digits);
}

bool providers::is_result_token(const events::attempt_key& call, std::string_view token) const {
  return telephony::equal_in_constant_time(token, result_token(call));
}

given_secrets providers::secrets_of(events::trunk_id trunk) const {
  given_secrets all;
  auto owner = to_string(trunk);
  for (auto& name : secrets_.names_of(owner))
    if (auto value = secrets_.find(owner, name))
      all.emplace(std::move(name), *std::move(value));
  return all;
}

} // namespace ringmaster::app
