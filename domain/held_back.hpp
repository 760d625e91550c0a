// What stood between a contact that could have been dialled and the dial.
#pragma once

#include "domain/waiting.hpp"

#include <span>
#include <vector>

namespace ringmaster::domain {

/// A campaign as it was from `since` on.
struct campaign_since {
  events::instant since;
  domain::campaign campaign;
};

/// A stretch of time with one reason; `none` is waiting in line for a free line.
struct held_span {
  wait_reason reason = wait_reason::none;
  events::instant from;
  events::instant until;

  friend bool operator==(const held_span&, const held_span&) = default;
};

/// What held back a contact that was ready at `ready` and was dialled, or still
/// was not, at `then`: stretches without a gap between the two, each with another
/// reason than its neighbours. `history` is ascending and begins by `ready`.
[[nodiscard]] std::vector<held_span>
held_back(std::span<const campaign_since> history, events::instant ready, events::instant then);

} // namespace ringmaster::domain
