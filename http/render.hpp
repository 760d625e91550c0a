// Views as clients see them.
#pragma once

#include "http/json_reader.hpp"
#include "http/services.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::http {

/// RFC 3339, or null for what never was.
[[nodiscard]] ordered time_json(std::optional<events::instant> at);
/// A text, or null if it is empty.
[[nodiscard]] ordered text_or_null(const std::string& text);

[[nodiscard]] ordered list_json(const projections::list_view& of);
[[nodiscard]] ordered workflow_json(const projections::workflow_view& of);
/// As `calls_per_second`.
[[nodiscard]] ordered rate_json(const events::pace& of);
[[nodiscard]] ordered lines_json(const domain::line_report& of);
[[nodiscard]] ordered trunk_json(const projections::trunk_view& of);

[[nodiscard]] ordered schedule_json(const events::schedule& of);
[[nodiscard]] ordered retry_json(const events::retry_policy& of);
[[nodiscard]] ordered breaker_json(const events::breaker_policy& of);

/// Of settings, what a server may have defaults for.
[[nodiscard]] ordered policy_json(const events::campaign_settings& of);

/// Everything an operator chose, and where the campaign stands.
[[nodiscard]] ordered campaign_json(const projections::campaign_view& of);

/// What only the actors know: the live feed goes without.
struct inside_view {
  std::optional<domain::breaker_window::tally> window; // of a running campaign's breaker
  std::optional<domain::line_report> lines;            // of its trunk
};

/// What GET …/progress answers.
[[nodiscard]] ordered progress_json(
  const projections::campaign_view& of,
  const projections::library_view& look,
  events::instant now,
  const inside_view& inside = {});

/// Columns and values of one contact of a list.
struct row_source {
  std::vector<std::string> columns;
  std::optional<domain::contact_row> row; // nothing: erased
};

/// A run as lists show it.
[[nodiscard]] ordered run_json(const projections::run_view& of, const row_source& contact);
/// Adds what the voice agent brought back.
void add_result(ordered& run, const std::optional<events::call_result>& result);

/// One of contact_statuses. Whoever is in line when a campaign is cancelled is
/// cancelled with it.
[[nodiscard]] std::string_view
contact_status(const domain::contact& of, const domain::campaign& campaign);

/// A contact and why it is not being called. `touched`: nothing if it never was.
/// With the `lines` of its trunk it is told what somebody in line waits for.
[[nodiscard]] ordered contact_json(
  std::uint32_t row,
  const std::optional<projections::contact_view>& touched,
  const domain::campaign& campaign,
  const row_source& source,
  events::instant now,
  const std::optional<domain::line_report>& lines = {});

} // namespace ringmaster::http
