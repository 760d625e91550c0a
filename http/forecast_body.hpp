// What is asked of a forecast, and how it is told; the API's and the auditor's.
#pragma once

#include "domain/forecast.hpp"
#include "http/json_reader.hpp"
#include "projections/library.hpp"

#include <optional>
#include <string>

namespace ringmaster::http {

/// A campaign as a question: its contacts, its own policy, its trunk. A draft
/// starts at `now`, any other started when it did. Without the trunk there are as
/// many channels as the policy wants.
[[nodiscard]] domain::forecast_question question_of(
  const projections::campaign_view& of,
  const std::optional<projections::trunk_view>& trunk,
  events::instant now);

/// The object at `at`: `{"completed": 60, "busy": 40}`.
[[nodiscard]] domain::outcome_mix read_mix(const json& from, const std::string& at, faults& wrong);

/// Puts the policy, `starts_at` and `seed` that `body` gives in the place of those
/// in `asked`, and answers its `mix`, if it has one. Only good if no fault was
/// found.
[[nodiscard]] std::optional<domain::outcome_mix> read_forecast(
  const json& body, domain::forecast_question& asked, events::instant now, faults& wrong);

/// A campaign that is not there yet, as a question.
struct plan {
  domain::forecast_question asked;
  events::trunk_id trunk{};
  std::optional<domain::outcome_mix> mix;
};

/// `contact_list_id` and `trunk_id`, `not_before` and `expires_at` as in a campaign,
/// and what `read_forecast` reads. Only good if no fault was found.
[[nodiscard]] plan read_plan(
  const json& body,
  const events::campaign_settings& defaults,
  const projections::library_view& look,
  events::instant now,
  faults& wrong);

/// What odds learn from a run; nothing from one that is up, or that the carrier
/// would not take.
[[nodiscard]] std::optional<domain::call_course> course_of(const projections::run_view& run);

/// What a forecast drew its calls from.
struct known_calls {
  domain::call_odds odds;
  std::string basis;                           // "own_record", "same_trunk", "mix", "assumed"
  std::optional<events::campaign_id> campaign; // whose record it is
  std::uint64_t calls = 0;                     // of it

  /// Outcomes come as often as `mix` says.
  void tell(const domain::outcome_mix& mix);
};

/// Learns from at most 10,000 calls of the campaign itself, half of them its
/// first and half its latest; if it has none, from the newest campaign on the same
/// trunk that has. Reads the views: some tens of milliseconds.
[[nodiscard]] known_calls
learn_from(const projections::library_view& look, const projections::campaign_view& of);

/// For a campaign without calls of its own: from the newest one on `trunk` that has.
[[nodiscard]] known_calls learn_from(const projections::library_view& look, events::trunk_id trunk);

/// With the policy that was asked about and everything that was assumed.
[[nodiscard]] ordered forecast_json(
  const domain::forecast_question& asked,
  const known_calls& from,
  const domain::forecast& foreseen);

} // namespace ringmaster::http
