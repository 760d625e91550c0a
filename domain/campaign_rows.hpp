// A campaign's rows over its lists: 1 to n are those of the list that it was made
// with, and each list that was added goes on where the one before it ends.
#pragma once

#include "domain/campaign.hpp"

#include <cstdint>
#include <vector>

namespace ringmaster::domain {

/// Where a contact's data is kept.
struct list_row {
  events::contact_list_id list;
  std::uint32_t row = 0;

  friend bool operator==(const list_row&, const list_row&) = default;
};

/// A list within a campaign: its rows 1 to `rows` are the campaign's from `first` on.
struct list_span {
  events::contact_list_id list;
  std::uint32_t first = 1;
  std::uint32_t rows = 0;

  friend bool operator==(const list_span&, const list_span&) = default;
};

/// In the order of the campaign's rows.
[[nodiscard]] std::vector<list_span> lists_of(const campaign& campaign);

/// In the order in which they are called: what was added as next comes before all
/// that was there.
[[nodiscard]] std::vector<list_span> calling_order(const campaign& campaign);

/// `row` is one of the campaign's.
[[nodiscard]] list_row place_of(const campaign& campaign, std::uint32_t row);

} // namespace ringmaster::domain
