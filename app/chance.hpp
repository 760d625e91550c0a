// Ids and secrets that nobody has met before.
#pragma once

#include "domain/api_key.hpp"
#include "events/time.hpp"

#include <cstdint>

namespace ringmaster::app {

/// Milliseconds since 1970 over 16 random bits: sorted by age, and hard to
/// meet twice; whoever does meet one twice is refused by its stream's version.
[[nodiscard]] std::uint64_t new_id_number(events::instant now);

/// Fit for keys. A machine without chance has no business here: it ends the
/// process.
[[nodiscard]] domain::secret_bytes random_secret();

} // namespace ringmaster::app
