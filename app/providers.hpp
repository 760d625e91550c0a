// The kinds of telephony that a trunk may have: what each takes, and how it is made.
#pragma once

#include "actors/environment.hpp"
#include "app/clock.hpp"
#include "app/configuration.hpp"
#include "app/provider_checks.hpp"
#include "http/services.hpp"
#include "http_client/client.hpp"
#include "store/secrets.hpp"
#include "telephony/real_timer.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::app {

/// What is wrong with `public_base_url`, if something is.
[[nodiscard]] std::optional<std::string> trouble_with_public_url(const configuration& with);

/// What the server was started without, though the trunk needs it.
[[nodiscard]] trouble lack_of(const events::trunk_created& trunk, const configuration& of_server);

/// Everything given must outlive it; the engine must be gone before it goes. Any
/// thread may ask.
class providers {
public:
  providers(
    const configuration& with,
    const engine_clock& clock,
    telephony::real_timer& timer,
    store::secrets& secrets);

  /// Why a trunk can't be so; nothing: it can.
  [[nodiscard]] std::vector<http::trunk_trouble>
  troubles_with(const events::trunk_created& trunk) const;

  /// Why calls on it cannot be handed to this agent, as in "is no SIP URI".
  [[nodiscard]] std::optional<std::string>
  trouble_with_agent(const events::trunk_created& trunk, const std::string& agent) const;

  /// The same of its secrets: those that it was given before, and those of now.
  [[nodiscard]] std::optional<std::string> trouble_with_secrets(
    events::trunk_id trunk,
    const std::string& provider,
    const std::string& settings,
    const given_secrets& given) const;

  [[nodiscard]] std::variant<std::unique_ptr<telephony::provider>, std::string>
  make(const events::trunk_created& trunk, telephony::news_sink news) const;

  /// Whether `/v1/telephony/{path}/…` are addresses of that provider's.
  [[nodiscard]] bool takes_callbacks(const std::string& provider, std::string_view path) const;

  [[nodiscard]] given_secrets secrets_of(events::trunk_id trunk) const;

  /// What the voice agent of this call shows to bring its result.
  [[nodiscard]] std::string result_token(const events::attempt_key& call) const;
  /// Takes the same time wherever the token is wrong.
  [[nodiscard]] bool is_result_token(const events::attempt_key& call, std::string_view token) const;

private:
  friend struct provider_kind;

  const configuration& with_;
  const engine_clock& clock_;
  telephony::real_timer& timer_;
  store::secrets& secrets_;
  const std::string callback_key_;
  std::unique_ptr<http_client::client> client_;
};

} // namespace ringmaster::app
