#pragma once

#include "store/key_value.hpp"
#include "tools/replay/common.hpp"

#include <functional>
#include <vector>

namespace ringmaster::replay {

/// One thing that the stored views say otherwise than the log.
struct difference {
  std::string what;   // `campaign cmp_…`, `contact cmp_… 17`
  std::string member; // of the API's rendering: `progress.completed`; empty: the row as a whole
  std::string stored; // JSON
  std::string folded; // JSON
};

/// Compares row by row, in the order of the keys.
void compare(
  const store::key_value& stored,
  const store::key_value& folded,
  const std::function<void(const difference&)>& tell);

/// Folds the log afresh as far as the stored views have come, and compares.
[[nodiscard]] status print_differences(const common& with, std::ostream& out, std::ostream& errors);

void add_diff(CLI::App& app, status& result);

} // namespace ringmaster::replay
