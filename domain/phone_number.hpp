#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::domain {

enum class phone_trouble : std::uint8_t { empty = 1, not_a_number, no_country, too_short, too_long, not_in_use };

[[nodiscard]] std::string_view to_string(phone_trouble it);

/// A number as the world dials it (E.164, `+14155550100`), or what is wrong.
/// `default_country` (ISO 3166 alpha-2, may be empty) reads national formats.
/// Thread safe.
[[nodiscard]] std::variant<std::string, phone_trouble>
to_e164(std::string_view text, std::string_view default_country);

[[nodiscard]] bool known_country(std::string_view alpha2);

} // namespace ringmaster::domain
