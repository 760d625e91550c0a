#pragma once

#include "projections/library.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace ringmaster::projections {

/// Shows every campaign to `visit`, the newest first, and holds few of them at a time.
template <class Visit>
void each_campaign(const library_view& look, Visit visit) {
  constexpr std::size_t held_at_once = 1'000;
  std::optional<std::uint64_t> cursor;
  do {
    auto page = look.campaigns(cursor, held_at_once);
    for (const auto& each : page.items)
      visit(each);
    cursor = page.next;
  } while (cursor);
}

} // namespace ringmaster::projections
