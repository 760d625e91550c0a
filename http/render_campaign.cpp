// Campaigns, runs and contacts as clients see them.
#include "domain/retry.hpp"
#include "domain/schedule.hpp"
#include "domain/waiting.hpp"
#include "http/render.hpp"

#include <algorithm>
#include <cmath>

namespace ringmaster::http {

namespace {

/// In ten-thousandths, rounded.
double ten_thousandths(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0)
    return 0;
  return std::round(10'000.0 * static_cast<double>(part) / static_cast<double>(whole));
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return ten_thousandths(part, whole) / 100;
}

std::string trip_text(const events::breaker_trip& trip) {
  return "The circuit breaker tripped: " + std::to_string(trip.failures) + " of "
         + std::to_string(trip.calls) + " calls failed within "
         + std::to_string(trip.window_seconds) + " s, more than "
         + std::to_string(trip.threshold_percent) + " %.";
}

/// Why it stands where it stands; null if the status says it all.
ordered status_reason(const projections::campaign_view& of) {
  if (of.state.status == domain::campaign_status::failed)
    return text_or_null(of.state.failure);
  if (of.state.status == domain::campaign_status::cancelled)
    return of.state.expired ? "Its time was up." : "Cancelled by an operator.";
  if (of.state.status != domain::campaign_status::paused)
    return nullptr;
  if (of.breaker_trip)
    return trip_text(*of.breaker_trip);
  if (of.hook_failure)
    return "Paused because the pre-dial hook failed " + std::to_string(of.hook_failure->failures)
           + " times in a row, at last with: " + of.hook_failure->reason + ".";
  return of.paused_by_restore
           ? "Paused because the log was restored from a backup: whom was called "
             "since is not known, and a resume would call them again."
           : "Paused by an operator.";
}

ordered outcomes_json(const projections::progress& of) {
  ordered counts = ordered::object();
  for (auto it : events::all_outcomes)
    counts[std::string{events::to_string(it)}] = of.outcomes[static_cast<std::size_t>(it)];
  return counts;
}

ordered counts_json(const projections::progress& of) {
  auto finished = of.completed + of.failed + of.cancelled;
  return {
    {"total", of.total},
    {"processed", of.processed},
    {"pending", of.pending},
    {"waiting", of.waiting},
    {"in_flight", of.in_flight},
    {"completed", of.completed},
    {"failed", of.failed},
    {"cancelled", of.cancelled},
    {"completion_percentage", percent(finished, of.total)}};
}

struct next_dial {
  std::optional<events::instant> at;
  std::string_view reason;
};

/// What keeps the campaign from a line that it wants, if it is its trunk.
std::optional<domain::line_pool::hold>
shortage_of(events::campaign_id campaign, const std::optional<domain::line_report>& lines) {
  if (!lines || lines->why == domain::shortage::none)
    return std::nullopt;
  auto it = std::ranges::find(lines->users, campaign, &domain::line_report::user::campaign);
  if (it == lines->users.end() || it->wanted == 0)
    return std::nullopt;
  return domain::line_pool::hold{lines->why, lines->until};
}

/// When the campaign dials next, and what it waits for until then.
next_dial find_next_dial(
  const projections::campaign_view& of,
  const projections::library_view& look,
  events::instant now,
  const std::optional<domain::line_report>& lines) {
  auto wait = domain::judge(of.state, now);
  bool standing = wait.reason != domain::wait_reason::none
                  && wait.reason != domain::wait_reason::waiting_for_start
                  && wait.reason != domain::wait_reason::waiting_for_window;
  if (standing)
    return {std::nullopt, domain::to_string(wait.reason)};
  if (of.progress.pending + of.progress.waiting == 0)
    return {std::nullopt, "all_dialed"};
  auto due =
    of.progress.pending == 0 ? look.due(of.state.id, 1) : std::vector<domain::due_contact>{};
  const auto& settings = of.state.settings;
  if (!due.empty() && due.front().due_at > std::max(now, settings.not_before.value_or(now)))
    return {
      domain::next_open(settings.schedule, due.front().due_at),
      domain::to_string(domain::wait_reason::waiting_for_retry)};
  if (wait.reason != domain::wait_reason::none)
    return {wait.until, domain::to_string(wait.reason)};
  if (auto held = shortage_of(of.state.id, lines))
    return {held->until, domain::to_string(held->why)};
  return {now, "in_line"};
}

ordered trip_json(const events::breaker_trip& of) {
  ordered calls = ordered::array();
  for (const auto& it : of.failed_calls)
    calls.push_back(to_string(it));
  return {
    {"calls", of.calls},
    {"failures", of.failures},
    {"threshold_percent", of.threshold_percent},
    {"window_seconds", of.window_seconds},
    {"failed_calls", std::move(calls)}};
}

ordered breaker_state_json(
  const projections::campaign_view& of, std::optional<domain::breaker_window::tally> window) {
  ordered state{
    {"enabled", of.state.settings.breaker.enabled}, {"tripped", of.breaker_trip.has_value()}};
  if (of.breaker_trip)
    state["trip"] = trip_json(*of.breaker_trip);
  if (window)
    state["window"] = {
      {"calls", window->calls},
      {"failures", window->failures},
      {"failure_rate_percent", percent(window->failures, window->calls)}};
  return state;
}

void add_contact(ordered& to, const row_source& of) {
  to["phone_number"] = of.row ? ordered(of.row->phone_number) : ordered(nullptr);
  to["initial_context"] = nullptr;
  if (!of.row)
    return;
  auto& context = to["initial_context"] = ordered::object();
  auto known = std::min(of.columns.size(), of.row->values.size());
  for (std::size_t n = 0; n < known; ++n)
    context[of.columns[n]] = of.row->values[n];
}

/// JSON that an agent brought back; null if it is none.
ordered embedded(const std::string& text) {
  auto parsed = parse_strictly(text, deepest_ever);
  const auto* it = std::get_if<json>(&parsed);
  return it ? ordered(*it) : ordered(nullptr);
}

std::string
why_text(const domain::campaign& campaign, const domain::contact& contact, domain::wait wait) {
  auto until =
    wait.until ? domain::local_text(campaign.settings.schedule, *wait.until) : std::string{};
  switch (wait.reason) {
  case domain::wait_reason::none:
    return contact.turn == domain::contact_turn::first ? "It is first in line for a free line."
                                                       : "It is in line for a free line.";
  case domain::wait_reason::campaign_draft: return "The campaign is not started.";
  case domain::wait_reason::campaign_paused: return "The campaign is paused.";
  case domain::wait_reason::campaign_over:
    return "The campaign is " + std::string{domain::to_string(campaign.status)} + ".";
  case domain::wait_reason::waiting_for_start:
    return until.empty() ? "No time slot opens again."
                         : "The campaign begins to call " + until + ".";
  case domain::wait_reason::waiting_for_window:
    return until.empty() ? "No time slot opens again." : "The next time slot opens " + until + ".";
  case domain::wait_reason::waiting_for_other:
    return "Another call to this number is up. It is looked again "
           + (until.empty() ? "when a time slot opens." : until + ".");
  case domain::wait_reason::waiting_for_retry:
    // Whom an operator cancelled waits for nothing: no call came about.
    return (contact.last_outcome == events::outcome::cancelled
              ? "No call came about. It is tried again "
              : "After " + std::string{events::to_string(contact.last_outcome)}
                  + " it is tried again ")
           + (until.empty() ? "when a time slot opens." : until + ".");
  case domain::wait_reason::waiting_for_call_at:
    return "It is called " + (until.empty() ? "when a time slot opens." : until + ".");
  case domain::wait_reason::waiting_for_hook:
    return "The pre-dial hook gave no leave to call (" + contact.put_off_because
           + "). It is asked again " + (until.empty() ? "when a time slot opens." : until + ".");
  case domain::wait_reason::in_flight: return "It is being called now.";
  case domain::wait_reason::contact_finished:
    return "It is done: " + std::string{events::to_string(contact.disposition)} + ".";
  }
  return "";
}

std::string shortage_text(domain::shortage why) {
  switch (why) {
  case domain::shortage::none: break;
  case domain::shortage::no_free_channel: return "all channels of its trunk are in use";
  case domain::shortage::placing:
    return "as many calls are on their way to the carrier as it takes at once";
  case domain::shortage::resting: return "its trunk rests, for the carrier would take no call";
  case domain::shortage::rate: return "its trunk begins no more calls per second";
  case domain::shortage::caller_ids_exhausted:
    return "every caller id of its trunk is at its limit";
  }
  return "";
}

ordered why_json(
  const domain::campaign& campaign,
  const domain::contact& contact,
  events::instant now,
  const std::optional<domain::line_report>& lines) {
  auto wait = domain::judge(campaign, contact, now);
  bool in_line = wait.reason == domain::wait_reason::none;
  if (auto held = in_line ? shortage_of(campaign.id, lines) : std::nullopt)
    return {
      {"reason", domain::to_string(held->why)},
      {"until", time_json(held->until)},
      {"text", "It is in line, and " + shortage_text(held->why) + "."}};
  return {
    {"reason", in_line ? "in_line" : domain::to_string(wait.reason)},
    {"until", time_json(wait.until)},
    {"text", why_text(campaign, contact, wait)}};
}

} // namespace

ordered policy_json(const events::campaign_settings& of) {
  return {
    {"concurrency", of.concurrency},
    {"line_weight", of.line_weight},
    {"ramp_up_seconds", of.ramp_up_seconds},
    {"schedule", schedule_json(of.schedule)},
    {"retry_config", retry_json(of.retry)},
    {"circuit_breaker", breaker_json(of.breaker)}};
}

/// What it is signed with is shown to nobody.
ordered hook_json(const std::optional<events::pre_dial_hook>& of) {
  if (!of)
    return nullptr;
  return {{"url", of->url}, {"timeout_ms", of->timeout_ms}, {"signed", !of->secret.empty()}};
}

ordered campaign_json(const projections::campaign_view& of) {
  const auto& settings = of.state.settings;
  ordered body{
    {"id", to_string(of.state.id)},
    {"name", settings.name},
    {"status", domain::to_string(of.state.status)},
    {"status_reason", status_reason(of)},
    {"workflow_id", to_string(of.state.workflow)},
    {"contact_list_id", to_string(of.state.list)},
    {"trunk_id", to_string(of.state.trunk)}};
  body.update(policy_json(settings));
  body["pre_dial_hook"] = hook_json(settings.pre_dial_hook);
  body["not_before"] = time_json(settings.not_before);
  body["expires_at"] = time_json(settings.expires_at);
  body["progress"] = counts_json(of.progress);
  body["created_at"] = time_json(of.created_at);
  body["started_at"] = time_json(of.started_at);
  body["paused_at"] = time_json(of.paused_at);
  body["ended_at"] = time_json(of.ended_at);
  auto& added = body["added_contact_list_ids"] = ordered::array();
  for (const auto& it : of.state.added)
    added.push_back(to_string(it.list));
  body["archived"] = of.state.archived;
  body["redialed_as"] =
    of.state.redialed_as ? ordered(to_string(of.state.redialed_as)) : ordered(nullptr);
  return body;
}

ordered progress_json(
  const projections::campaign_view& of,
  const projections::library_view& look,
  events::instant now,
  const inside_view& inside) {
  auto next = find_next_dial(of, look, now, inside.lines);
  ordered body{
    {"campaign_id", to_string(of.state.id)},
    {"status", domain::to_string(of.state.status)},
    {"status_reason", status_reason(of)}};
  body.update(counts_json(of.progress));
  body["attempts"] = of.progress.attempts;
  body["answered"] = of.progress.answered;
  body["connect_rate"] = ten_thousandths(of.progress.answered, of.progress.attempts) / 10'000;
  body["outcomes"] = outcomes_json(of.progress);
  body["next_dial_at"] = time_json(next.at);
  body["next_dial_reason"] = next.reason;
  body["circuit_breaker"] = breaker_state_json(of, inside.window);
  return body;
}

ordered run_json(const projections::run_view& of, const row_source& contact) {
  ordered body{
    {"run_id", to_string(of.key)},
    {"campaign_id", to_string(of.key.campaign)},
    {"row", of.key.row},
    {"attempt", of.key.attempt}};
  add_contact(body, contact);
  if (contact.row)
    for (auto& [name, value] : domain::retry_context(of.key.attempt, of.previous_outcome))
      body["initial_context"][name] = std::move(value);
  body["outcome"] = of.outcome ? ordered(events::to_string(*of.outcome)) : ordered(nullptr);
  body["cause"] = text_or_null(of.cause);
  body["provider_code"] = text_or_null(of.provider_code);
  body["provider_ref"] = text_or_null(of.provider_ref);
  body["trunk_id"] = to_string(of.trunk);
  body["caller_id"] = text_or_null(of.caller_id);
  body["dialed_at"] = time_json(of.dialed_at);
  body["initiated_at"] = time_json(of.initiated_at);
  body["ringing_at"] = time_json(of.ringing_at);
  body["answered_at"] = time_json(of.answered_at);
  body["ended_at"] = time_json(of.ended_at);
  body["duration_ms"] = of.talk_time_ms;
  body["answered_by"] = events::to_string(of.answered_by);
  body["call_disposition"] = text_or_null(of.call_disposition);
  body["opted_out"] = of.opted_out;
  body["retry_at"] = time_json(of.retry_at);
  return body;
}

void add_result(ordered& run, const std::optional<events::call_result>& result) {
  auto it = result.value_or(events::call_result{});
  run["transcript"] = embedded(it.transcript);
  run["recording_url"] = text_or_null(it.recording_url);
  run["gathered_context"] = embedded(it.gathered_context);
  run["simulated"] = it.simulated;
}

std::string_view contact_status(const domain::contact& of, const domain::campaign& campaign) {
  bool cancelled = campaign.status == domain::campaign_status::cancelled;
  switch (of.phase) {
  case domain::contact_phase::untouched: return cancelled ? "cancelled" : "pending";
  case domain::contact_phase::waiting: return cancelled ? "cancelled" : "waiting";
  case domain::contact_phase::finished: return events::to_string(of.disposition);
  case domain::contact_phase::dialed:
  case domain::contact_phase::ringing:
  case domain::contact_phase::answered:
  case domain::contact_phase::ended: break;
  }
  return "in_flight";
}

ordered contact_json(
  std::uint32_t row,
  const std::optional<projections::contact_view>& touched,
  const domain::campaign& campaign,
  const row_source& source,
  events::instant now,
  const std::optional<domain::line_report>& lines) {
  auto state = touched ? touched->state : domain::contact{};
  bool ended_once = state.ended_at != events::instant{};
  ordered body{{"campaign_id", to_string(campaign.id)}, {"row", row}};
  add_contact(body, source);
  body["status"] = contact_status(state, campaign);
  body["attempts"] = state.attempts;
  body["last_outcome"] = ended_once || state.attempts > 1
                           ? ordered(events::to_string(state.last_outcome))
                           : ordered(nullptr);
  body["why"] = why_json(campaign, state, now, lines);
  return body;
}

} // namespace ringmaster::http
