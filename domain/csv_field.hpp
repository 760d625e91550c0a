#pragma once

#include <string>
#include <string_view>

namespace ringmaster::domain {

/// `text` as one field of a CSV, quoted where RFC 4180 wants it. What a
/// spreadsheet would take for a formula gets an apostrophe in front; a phone
/// number (`+` and digits) is none, and stays what it is.
[[nodiscard]] std::string csv_field(std::string_view text);

} // namespace ringmaster::domain
