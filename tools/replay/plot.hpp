#pragma once

#include "domain/forecast.hpp"

#include <string>
#include <vector>

namespace ringmaster::replay {

/// Calls per hour over time, as columns of block characters.
struct plot_curve {
  std::string name;
  std::vector<domain::forecast::stretch> series; // one minute each
};

/// One plot for each curve, below each other, all with the same axes, so that they
/// can be compared. Times are those of the zone of `when`. At most 72 columns;
/// empty if nothing was ever dialled.
[[nodiscard]] std::string
plot_calls_per_hour(const std::vector<plot_curve>& curves, const events::schedule& when);

} // namespace ringmaster::replay
