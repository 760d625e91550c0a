#include "http/render.hpp"

#include "events/codec.hpp"

#include <array>
#include <cstdio>

namespace ringmaster::http {

namespace {

constexpr std::array<std::string_view, 8> day_names = {
  "", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::string clock_text(std::uint16_t minute) {
  char text[8];
  std::snprintf(text, sizeof text, "%02u:%02u", minute / 60u % 100u, minute % 60u);
  return text;
}

std::string_view backoff_name(events::backoff it) {
  switch (it) {
  case events::backoff::fixed: return "fixed";
  case events::backoff::exponential: return "exponential";
  case events::backoff::list: return "list";
  }
  return "unknown";
}

ordered rule_json(const events::retry_rule& of) {
  ordered rule{{"retry", of.retry}, {"backoff", backoff_name(of.backoff)}};
  if (of.backoff == events::backoff::list)
    rule["intervals_minutes"] = of.interval_minutes;
  else if (!of.interval_minutes.empty())
    rule["interval_minutes"] = of.interval_minutes.front();
  return rule;
}

} // namespace

ordered time_json(std::optional<events::instant> at) {
  return at ? ordered(events::to_rfc3339(*at)) : ordered(nullptr);
}

ordered text_or_null(const std::string& text) {
  return text.empty() ? ordered(nullptr) : ordered(text);
}

ordered list_json(const projections::list_view& of) {
  ordered columns = ordered::array();
  for (const auto& it : of.list.columns)
    columns.push_back(
      {{"name", it.name},
       {"empty_rows", it.empty_rows},
       {"first_empty_lines", it.first_empty_lines}});
  auto id = to_string(of.list.list);
  ordered rejects = nullptr;
  if (of.list.rejected > 0)
    rejects = "/v1/contact-lists/" + id + "/rejects.csv";
  return {
    {"id", id},
    {"name", of.list.name},
    {"rows_accepted", of.list.rows},
    {"rows_rejected", of.list.rejected},
    {"columns", std::move(columns)},
    {"file_sha256", of.list.file_sha256},
    {"rejects_url", std::move(rejects)},
    {"uploaded_at", time_json(of.uploaded_at)}};
}

ordered workflow_json(const projections::workflow_view& of) {
  return {
    {"id", to_string(of.workflow.workflow)},
    {"name", of.workflow.name},
    {"agent", of.workflow.agent},
    {"prompt", of.workflow.prompt},
    {"required_variables", of.workflow.required_variables},
    {"created_at", time_json(of.created_at)}};
}

ordered rate_json(const events::pace& of) {
  if (of.calls % of.seconds == 0)
    return of.calls / of.seconds;
  return static_cast<double>(of.calls) / of.seconds;
}

ordered lines_json(const domain::line_report& of) {
  ordered holders = ordered::array();
  ordered waiting = ordered::array();
  for (const auto& it : of.users) {
    if (it.in_use > 0)
      holders.push_back(
        {{"campaign_id", to_string(it.campaign)},
         {"in_use", it.in_use},
         {"line_weight", it.weight}});
    if (it.wanted > 0)
      waiting.push_back(
        {{"campaign_id", to_string(it.campaign)},
         {"wanted", it.wanted},
         {"reason", domain::to_string(of.why)},
         {"until", time_json(of.until)}});
  }
  ordered numbers = ordered::array();
  for (const auto& it : of.numbers)
    numbers.push_back(
      {{"caller_id", it.caller_id}, {"in_use", it.in_use}, {"dialed_today", it.dialed_today}});
  return {
    {"in_use", of.in_use},
    {"holders", std::move(holders)},
    {"waiting", std::move(waiting)},
    {"rests_because", of.rests_because.empty() ? ordered(nullptr) : ordered(of.rests_because)},
    {"caller_ids", std::move(numbers)}};
}

ordered trunk_json(const projections::trunk_view& of) {
  auto settings = parse_strictly(of.trunk.settings, deepest_ever);
  const auto* known = std::get_if<json>(&settings);
  return {
    {"id", to_string(of.trunk.trunk)},
    {"name", of.trunk.name},
    {"provider", of.trunk.provider},
    {"settings", known ? ordered(*known) : ordered::object()},
    {"caller_ids", of.trunk.caller_ids},
    {"channels", of.trunk.channels},
    {"calls_per_second", rate_json(of.trunk.rate)},
    {"rate_window_seconds", of.trunk.rate.seconds},
    {"caller_id_limits",
     {{"concurrent", of.trunk.caller_id_limits.concurrent},
      {"per_day", of.trunk.caller_id_limits.per_day}}},
    {"removed", of.removed},
    {"created_at", time_json(of.created_at)}};
}

ordered schedule_json(const events::schedule& of) {
  ordered slots = ordered::array();
  for (const auto& it : of.windows)
    slots.push_back(
      {{"day", day_names[static_cast<std::size_t>(it.day) % day_names.size()]},
       {"start", clock_text(it.start_minute)},
       {"end", clock_text(it.end_minute)}});
  return {{"timezone", of.timezone}, {"time_slots", std::move(slots)}};
}

ordered retry_json(const events::retry_policy& of) {
  ordered outcomes = ordered::object();
  for (const auto& [outcome, rule] : of.rules)
    outcomes[std::string{events::to_string(outcome)}] = rule_json(rule);
  return {
    {"max_attempts", of.max_attempts},
    {"retry_interval_minutes", of.retry_interval_minutes},
    {"outcomes", std::move(outcomes)}};
}

ordered breaker_json(const events::breaker_policy& of) {
  return {
    {"enabled", of.enabled},
    {"failure_threshold_percent", of.failure_threshold_percent},
    {"window_seconds", of.window_seconds},
    {"min_calls_in_window", of.min_calls_in_window}};
}

} // namespace ringmaster::http
