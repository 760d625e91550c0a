// What the server tells of itself: /metrics and /readyz.
#pragma once

#include "actors/engine.hpp"
#include "app/stores.hpp"
#include "http/services.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ringmaster::app {

/// Commands to the engine, by what came of them.
struct command_counts {
  measures::counter done;
  measures::counter refused;
  measures::counter unavailable;
};

[[nodiscard]] std::string metrics_page(
  const stores& of,
  const projections::library& views,
  const http::gateway_measures& gateway,
  const command_counts& commands);

/// Whether new work is taken: the log can be written, the views follow it, and
/// the disk has more than the reserve.
[[nodiscard]] std::vector<http::health_check>
check_health(const stores& of, const projections::library& views, std::uint64_t reserve_bytes);

} // namespace ringmaster::app
