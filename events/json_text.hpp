#pragma once

#include <string>
#include <string_view>

namespace ringmaster::events {

/// Appends `text` as a JSON string with its quotes. Valid JSON whatever the
/// text: a byte that is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

} // namespace ringmaster::events
