// Who sent something, told by a hash over it that takes a secret to make.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// Raw bytes, all of them.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view text);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);
[[nodiscard]] std::string sha256(std::string_view text);

/// Whether `signature` over `text` was made by the holder of an Ed25519 key. False
/// too if either is not of the right length.
[[nodiscard]] bool
is_signed_by(std::string_view public_key, std::string_view text, std::string_view signature);

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing if it is no base64 with its padding.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Lower-case.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Takes the same time wherever the two differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace ringmaster::telephony
