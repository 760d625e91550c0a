// Who asks a Twilio-compatible carrier, and who speaks for it.
#pragma once

#include "events/time.hpp"
#include "telephony/provider.hpp"
#include "telephony/twilio_settings.hpp"

#include <string>
#include <string_view>

namespace ringmaster::telephony {

struct twilio_secrets {
  std::string auth_token;     // of the account, or the bearer's
  std::string api_key_secret; // where the settings name an API key
  std::string signing_secret; // that callbacks are signed with; empty where the settings hold a key
};

/// The value of `Authorization`.
[[nodiscard]] std::string authorization(const twilio_settings& by, const twilio_secrets& with);

/// Whether what came to `url` (as the carrier was given it) is signed as the flavour
/// signs, and not of old where that can be told.
[[nodiscard]] bool is_from_carrier(
  const twilio_settings& by,
  const twilio_secrets& with,
  std::string_view url,
  const callback& what,
  events::instant now);

/// Empty if there is none.
[[nodiscard]] std::string_view header_of(const callback& what, std::string_view lower_case_name);

} // namespace ringmaster::telephony
