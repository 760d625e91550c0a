#pragma once

#include <chrono>

namespace ringmaster::events {

/// A point in time as the log keeps it: UTC microseconds.
using instant = std::chrono::sys_time<std::chrono::microseconds>;

using duration = std::chrono::microseconds;

} // namespace ringmaster::events
