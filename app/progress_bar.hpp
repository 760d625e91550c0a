#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace ringmaster::app {

/// One line that shows where a campaign stands, how fast it goes and how long
/// it will take, from what the server says of its progress.
class progress_bar {
public:
  using moment = std::chrono::steady_clock::time_point;

  /// The line for `progress` (as GET …/progress gives it), seen at `now`.
  [[nodiscard]] std::string line(const nlohmann::json& progress, moment now, std::size_t columns);

private:
  [[nodiscard]] double contacts_per_second() const;

  std::deque<std::pair<moment, double>> finished_; // over the last seconds
};

} // namespace ringmaster::app
