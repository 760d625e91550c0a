#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ringmaster::domain {

/// Length of the longest beginning that is whole UTF-8 (RFC 3629: no
/// surrogates, nothing spelled longer than need be).
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// Fit to be shown: bytes that are not UTF-8, and NUL, become `\xNN`.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace ringmaster::domain
