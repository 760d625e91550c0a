// What the voice agent is told of a call, as headers of SIP.
#pragma once

#include "telephony/provider.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// Bounds, so that an INVITE stays a message that every agent takes. What is
/// left out is counted in `X-Ringmaster-Left-Out`.
inline constexpr std::size_t most_context_headers = 32;
inline constexpr std::size_t longest_context_value = 512; // as written
inline constexpr std::size_t most_context_bytes = 4'096;

/// Lines of `name: value`, each ended by a line feed: the call's id, the number
/// that was called, the token for its result, and `X-Context-<name>` for each
/// value of the context that is not empty. Whatever is in a value, no line can be
/// ended by it or added to it: all but visible ASCII and single blanks between is
/// percent-encoded, as is `%`.
[[nodiscard]] std::string agent_headers(const call_request& call);

/// As in the headers.
[[nodiscard]] std::string encode_header_value(std::string_view text);

} // namespace ringmaster::telephony
