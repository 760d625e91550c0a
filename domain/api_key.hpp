// API keys: what their secrets look like, and how one is recognised.
#pragma once

#include "events/event.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::domain {

/// 256 bits of chance, so that guessing is hopeless and one fast hash protects
/// what is stored: there is no dictionary to try.
using secret_bytes = std::array<std::uint8_t, 32>;

/// What its holder sends: `{id}_{64 hexadecimal digits}`.
[[nodiscard]] std::string make_secret(events::api_key_id key, const secret_bytes& random);

/// The chance in the secret of what has that id when its maker may ask for it again: the same
/// for the same request, and nothing to whoever has not both the kept `seed` and the
/// `request_key` (Idempotency-Key) that only the client keeps.
[[nodiscard]] secret_bytes
repeatable_chance(const secret_bytes& seed, std::string_view request_key, std::uint64_t id);

/// The key whose secret `text` claims to be; nothing if it is shaped otherwise.
[[nodiscard]] std::optional<events::api_key_id> key_named_by(std::string_view text);

/// Lower-case hex.
[[nodiscard]] std::string sha256_of(std::string_view secret);

/// Takes the same time wherever the two differ.
[[nodiscard]] bool opens(const events::api_key_created& key, std::string_view secret);

/// Letters, digits and `.-_@`, 1 to 64 of them: the log calls people by it. Not
/// what the log calls those without a key.
[[nodiscard]] bool is_key_name(std::string_view text);

} // namespace ringmaster::domain
