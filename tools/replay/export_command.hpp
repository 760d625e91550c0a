#pragma once

#include "tools/replay/common.hpp"

#include <limits>

namespace ringmaster::replay {

/// Chosen by when their dial was recorded.
struct export_query {
  place from = std::uint64_t{1};                           // inclusive
  place until = std::numeric_limits<std::uint64_t>::max(); // exclusive
  std::optional<events::campaign_id> campaign = {};
};

/// Prints a call detail record for each attempt, in the order in which they
/// ended, then those that have not: CSV, or JSON lines. Called numbers are the
/// vault's. Memory: a record for each call that is up at once, and a little for
/// each campaign.
[[nodiscard]] status print_call_records(
  const common& with, const export_query& query, std::ostream& out, std::ostream& errors);

void add_export(CLI::App& app, status& result);

} // namespace ringmaster::replay
