#pragma once

#include <functional>
#include <string>

namespace ringmaster::simulation {

/// What to tell when the engine ends its own process, which it never does for
/// what a run does to it: that is a bug, and here the end of the whole search.
void tell_on_fatal(std::function<std::string()> story);

} // namespace ringmaster::simulation
