#pragma once

#include "http/message.hpp"
#include "http/services.hpp"

#include <optional>

namespace ringmaster::http {

/// Fills in who asks: a key's holder; everybody, as long as no key was ever
/// made and only this machine can ask; or nobody in particular, who may see
/// what is open to all. Or says what is wrong with the key, or with a web page
/// of elsewhere that asks in the name of somebody at this machine.
[[nodiscard]] std::optional<problem>
recognise(incoming& request, const services& with, bool loopback_only);

/// Whether the key in the request may still be used.
[[nodiscard]] bool is_still_welcome(events::api_key_id key, const services& with);

/// Without keys everybody who reaches us may do everything.
[[nodiscard]] bool has_keys(const services& with);

/// The subprotocol that a client offers beside its key, and that is agreed to.
inline constexpr std::string_view live_subprotocol = "ringmaster";

} // namespace ringmaster::http
