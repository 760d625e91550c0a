// Keeps a person's number out of what is written down beside the vault.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// `text` with every run of four or more digits that is part of `number` replaced
/// by where it stands there, as in `sip:0{2.9}@host`; so that a national form is
/// hidden, too. Nothing for a text with braces, which no URI or tag has.
[[nodiscard]] std::optional<std::string>
hide_number(std::string_view text, std::string_view number);

/// The text that was hidden. Of another number, or none, a text of the same shape.
[[nodiscard]] std::string show_number(std::string_view text, std::string_view number);

} // namespace ringmaster::telephony
