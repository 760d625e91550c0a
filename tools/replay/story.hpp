// The story of one contact, in sentences.
#pragma once

#include "tools/replay/history.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ringmaster::replay {

struct story_step {
  std::uint64_t position = 0; // of the event; 0: how it stands at the end
  events::instant at{};
  std::vector<std::string> sentences;
};

/// What happened to `row` and to its campaign meanwhile, in order, and at last
/// how it stands at `history.as_of`. Times are those of the campaign's zone.
/// Empty if there is no such campaign or row.
[[nodiscard]] std::vector<story_step> tell(const contact_history& history, std::uint32_t row);

} // namespace ringmaster::replay
