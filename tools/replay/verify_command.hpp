#pragma once

#include "tools/replay/common.hpp"

#include <set>
#include <string>
#include <vector>

namespace ringmaster::replay {

/// A head of the log that somebody noted when it was the head.
struct noted_head {
  std::uint64_t position = 0;
  std::string hash; // lower-case hexadecimal
};

/// `1042:9f86d0…`. Throws `trouble`.
[[nodiscard]] noted_head parse_noted_head(const std::string& text);

struct verify_query {
  std::vector<noted_head> expected = {}; // must be in the log
  std::set<std::string> trusted = {};    // public keys in hexadecimal; empty: any
};

/// Walks the whole chain and says what it found.
[[nodiscard]] status
print_verification(const common& with, const verify_query& query, std::ostream& out);

void add_verify(CLI::App& app, status& result);

} // namespace ringmaster::replay
