#pragma once

#include "tools/replay/common.hpp"

namespace ringmaster::replay {

struct state_query {
  events::campaign_id campaign;
  std::optional<std::uint32_t> row = {}; // this contact instead of the campaign
  std::optional<place> at = {};          // nothing: the end of the log
};

/// Prints a campaign, or one contact with its runs, as it was: the members are
/// those of the API.
[[nodiscard]] status
print_state(const common& with, const state_query& query, std::ostream& out, std::ostream& errors);

void add_state(CLI::App& app, status& result);

} // namespace ringmaster::replay
