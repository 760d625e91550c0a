#pragma once

#include "events/envelope.hpp"
#include "projections/views.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

namespace ringmaster::replay {

/// Puts runs together from the steps of contacts. Memory: a run for each call
/// that is up.
class open_runs {
public:
  /// The run that `event` ended, if it did. What belongs to a dial that was not
  /// heard of is passed over.
  [[nodiscard]] std::optional<projections::run_view>
  hear(const events::envelope& it, const events::contact_event& event);

  [[nodiscard]] std::size_t size() const { return open_.size(); }

  /// Those that have not ended, in the order of their dials.
  [[nodiscard]] std::vector<projections::run_view> take_rest();

private:
  std::unordered_map<events::stream_id, projections::run_view> open_;
};

} // namespace ringmaster::replay
