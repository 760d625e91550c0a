// Dates as mail has them (RFC 2822), which some carriers use: to the second.
#pragma once

#include "events/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// `Tue, 31 Aug 2010 20:36:28 +0000`
[[nodiscard]] std::string to_mail_date(events::instant at);

/// Nothing for what is no such date; the day of the week is not looked at.
[[nodiscard]] std::optional<events::instant> parse_mail_date(std::string_view text);

} // namespace ringmaster::telephony
