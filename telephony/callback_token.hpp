// The last part of a callback's address: which call it is about, and that the
// address is one that we gave out.
#pragma once

#include "events/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

struct callback_address {
  events::trunk_id trunk;
  events::attempt_key attempt;

  friend bool operator==(const callback_address&, const callback_address&) = default;
};

/// `trk_01h7x3k9q2zt.cmp_01h7x3k9q2zt.17.2.` and 32 hexadecimal digits that take
/// `key` to make.
[[nodiscard]] std::string callback_token(std::string_view key, const callback_address& of);

/// Nothing if the token was not made with `key`.
[[nodiscard]] std::optional<callback_address>
read_callback_token(std::string_view key, std::string_view token);

/// Whose token it claims to be; what it says has yet to be verified.
[[nodiscard]] std::optional<events::trunk_id> trunk_named_by(std::string_view token);

} // namespace ringmaster::telephony
