#pragma once

#include "app/configuration.hpp"

namespace ringmaster::app {

/// Serves until SIGINT or SIGTERM, then stops cleanly. Returns the process's
/// exit status; troubles at start are told on stderr.
int serve(const configuration& with);

} // namespace ringmaster::app
