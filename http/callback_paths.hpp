// Addresses that carriers and voice agents are given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringmaster::http {

inline constexpr std::string_view callback_paths = "/v1/telephony/";

/// No callback is long, and anybody may send one.
inline constexpr std::uint64_t longest_callback = 64U << 10;

/// The path without the token that ends it, which is nobody's business.
[[nodiscard]] inline std::string path_to_log(const std::string& path) {
  auto end = path.starts_with(callback_paths) ? path.find('/', callback_paths.size()) : path.npos;
  return end == path.npos ? path : path.substr(0, end + 1) + "…";
}

} // namespace ringmaster::http
