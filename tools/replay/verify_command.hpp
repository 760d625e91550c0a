#pragma once

#include "tools/replay/common.hpp"

#include <vector>

namespace ringmaster::replay {

/// A head of the log that somebody noted when it was the head.
struct noted_head {
  std::uint64_t position = 0;
  std::string hash; // lower-case hexadecimal
};

/// `1042:9f86d0…`. Throws `trouble`.
[[nodiscard]] noted_head parse_noted_head(const std::string& text);

/// Walks the whole chain and says what it found; `expected` must be in it.
[[nodiscard]] status
print_verification(const common& with, const std::vector<noted_head>& expected, std::ostream& out);

void add_verify(CLI::App& app, status& result);

} // namespace ringmaster::replay
