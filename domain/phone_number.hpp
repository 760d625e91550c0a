#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::domain {

enum class phone_trouble : std::uint8_t {
  empty = 1,
  not_a_number, // also what spreadsheets make of one: `1.41556E+10`, `14155550100.0`
  no_country,   // a national format, and no default country to read it by
  too_short,
  too_long,
  not_in_use,    // no such number can be assigned, or no such country code
  has_extension, // no single number reaches the person
};

[[nodiscard]] std::string_view to_string(phone_trouble it);

/// A number as the world dials it (E.164, `+14155550100`), or what is wrong.
/// `default_country` (ISO 3166 alpha-2 in capitals, may be empty) reads national
/// formats. Spaces and punctuation are free; words before the number are not.
/// Thread safe.
[[nodiscard]] std::variant<std::string, phone_trouble>
to_e164(std::string_view text, std::string_view default_country);

/// Whether it can be a default country: ISO 3166 alpha-2, in capitals.
[[nodiscard]] bool known_country(std::string_view alpha2);

} // namespace ringmaster::domain
