// The audit's walk over the whole log.
#pragma once

#include "events/envelope.hpp"
#include "store/log_reader.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace ringmaster::store {

/// What vouches for the log.
struct signed_heads {
  std::uint64_t count = 0;
  std::uint64_t last_position = 0; // of the last head that was signed
  events::instant last_at{};       // when it was
  std::set<std::string> keys;      // the public keys that signed, in hexadecimal
};

struct verification {
  std::uint64_t events = 0; // intact, from the first on
  chain_hash head{};        // of the last of them
  events::instant recorded_at{};
  signed_heads heads;
  std::optional<log_damage> damage; // the first; nothing is said of what is behind it
};

/// Recomputes the chain from the first event on and looks at every one: that it
/// decodes, says its own place, was written under no older epoch and at no
/// earlier time than the one before. Each signed head must be well signed and that
/// of this log, by one of the `trusted` keys if there are any. Tells `progress` the
/// position now and then.
[[nodiscard]] verification verify(
  const log_reader& log,
  const std::set<std::string>& trusted,
  const std::function<void(std::uint64_t)>& progress);

} // namespace ringmaster::store
