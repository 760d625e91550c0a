// Forms as the web sends them (application/x-www-form-urlencoded), and queries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringmaster::telephony {

/// In the order they were sent; a name may come more than once.
using form = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::string encode_form(const form& fields);

/// Nothing for a broken escape.
[[nodiscard]] std::optional<form> decode_form(std::string_view text);

/// What may stand in a path or a query as it is; everything else is escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// The first of that name; empty if there is none.
[[nodiscard]] std::string_view value_of(const form& fields, std::string_view name);

} // namespace ringmaster::telephony
