// Addresses that carriers and voice agents are given.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringmaster::http {

inline constexpr std::string_view callback_paths = "/v1/telephony/";

/// No callback is long, and anybody may send one.
inline constexpr std::uint64_t longest_callback = 64U << 10;

} // namespace ringmaster::http
