#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::domain {

/// As RFC 4648, section 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing unless it is what `to_base64` would have said.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace ringmaster::domain
