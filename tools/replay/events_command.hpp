#pragma once

#include "tools/replay/common.hpp"

#include <limits>

namespace ringmaster::replay {

struct events_query {
  place from = std::uint64_t{1};                           // inclusive
  place until = std::numeric_limits<std::uint64_t>::max(); // exclusive
  std::optional<events::campaign_id> campaign = {};        // it and its contacts
  std::optional<std::uint32_t> row = {};                   // of the campaign
  std::string type = {};  // `contact.dialed.v1`, `contact.dialed`, `contact`; empty: all
  std::string actor = {}; // empty: all
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max(); // lines
  bool follow = false; // goes on with what is written later, until `until` or `limit`
};

[[nodiscard]] bool fits(const events::envelope& it, const events_query& query);

/// A line for people; `data` member by member.
[[nodiscard]] std::string event_line(const events::envelope& it);

/// Prints the events that fit, in order: JSON lines or a table. Damage ends it
/// with a sentence on `errors`.
[[nodiscard]] status print_events(
  const common& with, const events_query& query, std::ostream& out, std::ostream& errors);

void add_events(CLI::App& app, status& result);

} // namespace ringmaster::replay
