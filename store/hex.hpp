#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ringmaster::store {

/// Lower-case.
[[nodiscard]] std::string to_hex(std::span<const unsigned char> bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Fills `to`; false if `text` is not lower-case hexadecimal of that many bytes.
[[nodiscard]] bool from_hex(std::string_view text, std::span<unsigned char> to);

} // namespace ringmaster::store
