// What to tell of a run that broke a promise: as little as still breaks it.
#pragma once

#include "simulation/world.hpp"

#include <string>

namespace ringmaster::simulation {

/// Leaves out of `broken` what the violation does not need, by playing it again
/// without; `plays` bounds how often.
[[nodiscard]] plan shortened(plan broken, disk_kind disk, unsigned plays = 200);

/// The campaigns, what happened to them, and the last of the log.
[[nodiscard]] std::string tell(const plan& of, const outcome_of_run& what);

/// One line about a run that broke nothing.
[[nodiscard]] std::string sum_up(const plan& of, const outcome_of_run& what);

} // namespace ringmaster::simulation
