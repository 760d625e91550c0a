// What the log says of one campaign, in the terms of a forecast.
#pragma once

#include "domain/forecast.hpp"
#include "http/forecast_body.hpp"
#include "store/log_reader.hpp"

#include <optional>

namespace ringmaster::replay {

struct campaign_record {
  std::optional<projections::campaign_view> campaign; // nothing: there never was one
  std::optional<projections::trunk_view> trunk;
  domain::forecast recorded; // `finishes_at`: when it was completed, if it was
  events::duration paused{}; // in all, up to the end of the log
  events::instant as_of{};   // when the last event of the log was recorded
  http::known_calls calls;   // to draw from; its own, or of the newest one on its trunk
  std::optional<store::log_damage> damage; // what is behind it is not known
};

/// Reads the log once; if the campaign has made no calls, once more from where the
/// newest campaign on its trunk was started. The series of
/// `recorded` goes in steps of `step`.
[[nodiscard]] campaign_record
read_record(const store::log_reader& log, events::campaign_id campaign, events::duration step);

} // namespace ringmaster::replay
