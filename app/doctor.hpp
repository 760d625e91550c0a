#pragma once

#include "app/configuration.hpp"

namespace ringmaster::app {

/// Looks at a configuration as `serve` would take it, changes nothing, and
/// prints a line for each thing looked at. 0 if `serve` would start.
[[nodiscard]] int examine(const configuration& with);

} // namespace ringmaster::app
