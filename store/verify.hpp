// The audit's walk over the whole log.
#pragma once

#include "events/envelope.hpp"
#include "store/log_reader.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace ringmaster::store {

struct verification {
  std::uint64_t events = 0; // intact, from the first on
  chain_hash head{};        // of the last of them
  events::instant recorded_at{};
  std::optional<log_damage> damage; // the first; nothing is said of what is behind it
};

/// Recomputes the chain from the first event on and looks at every one: that it
/// decodes, says its own place, was written under no older epoch and at no
/// earlier time than the one before. Tells `progress` the position now and then.
[[nodiscard]] verification
verify(const log_reader& log, const std::function<void(std::uint64_t)>& progress);

} // namespace ringmaster::store
