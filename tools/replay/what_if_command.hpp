#pragma once

#include "tools/replay/common.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringmaster::replay {

struct what_if_query {
  events::campaign_id campaign;
  std::vector<std::string> sets = {}; // `concurrency=50`, `retry_config.max_attempts=2`
  std::string mix = {};               // `completed=60,busy=20`; empty: as on record
  std::string starts_at = {};         // RFC 3339; empty: when it started, a draft at the log's end
  std::uint32_t seed = 1;
};

/// Plays a campaign again in virtual time, as it is and with what is set
/// otherwise, and compares both with what is on record. Throws `trouble` for what
/// cannot be set. Memory does not grow with the log.
[[nodiscard]] status print_what_if(
  const common& with, const what_if_query& query, std::ostream& out, std::ostream& errors);

void add_what_if(CLI::App& app, status& result);

} // namespace ringmaster::replay
