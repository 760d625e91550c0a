#pragma once

#include "http/message.hpp"
#include "http/services.hpp"

#include <optional>
#include <string_view>

namespace ringmaster::http {

/// Fills in who asks: a key's holder; everybody, as long as no key was ever
/// made and only this machine can ask; or nobody in particular, who may see
/// what is open to all. Or says what is wrong with the key, or with a web page
/// of elsewhere that asks in the name of somebody at this machine.
[[nodiscard]] std::optional<problem>
recognise(incoming& request, const services& with, bool loopback_only);

/// What a voice agent shows beside its call's result begins so.
inline constexpr std::string_view result_token_prefix = "rst_";

/// The token that opens one call's result, if the request shows one; else empty.
[[nodiscard]] std::string_view shown_result_token(const incoming& request);

/// Whether the key in the request may still be used.
[[nodiscard]] bool is_still_welcome(events::api_key_id key, const services& with);

/// Without keys everybody who reaches us may do everything.
[[nodiscard]] bool has_keys(const services& with);

/// The subprotocol that a client offers beside its key, and that is agreed to.
inline constexpr std::string_view live_subprotocol = "ringmaster";

} // namespace ringmaster::http
