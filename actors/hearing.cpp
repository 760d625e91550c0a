#include "actors/hearing.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace ringmaster::actors {

namespace {

/// Where a report has what the voice agent brought back; null: nowhere.
std::optional<events::call_result>* result_in(events::call_report& report) {
  if (auto* ended = std::get_if<events::call_ended>(&report))
    return &ended->result;
  if (auto* verdict = std::get_if<events::call_verdict>(&report))
    return &verdict->result;
  return nullptr;
}

bool names_result(const events::contact_event& fact) {
  const auto* ended = std::get_if<events::contact_attempt_ended>(&fact);
  const auto* judged = std::get_if<events::contact_call_judged>(&fact);
  return (ended != nullptr && ended->has_result) || (judged != nullptr && judged->has_result);
}

/// What was brought before stays where nothing is said of it; and where a carrier
/// speaks of what the agent has brought, for the agent was there.
events::call_result completed(
  events::call_result result, const std::optional<events::call_result>& known, bool by_agent) {
  if (!known)
    return result;
  auto complete = [by_agent](std::string& now, const std::string& before) {
    if (now.empty() || (!by_agent && !before.empty()))
      now = before;
  };
  complete(result.transcript, known->transcript);
  complete(result.gathered_context, known->gathered_context);
  complete(result.recording_url, known->recording_url);
  result.simulated = result.simulated || known->simulated;
  return result;
}

bool is_of_agent(const events::call_report& report) {
  const auto* verdict = std::get_if<events::call_verdict>(&report);
  return verdict != nullptr && verdict->by == events::judge::agent;
}

/// Takes the result out of the report.
void keep_result(
  std::vector<store::vault::result>& kept,
  const events::attempt_key& call,
  events::call_report& report,
  const store::vault& vault) {
  auto known = kept.empty() ? vault.result_of(call) : std::optional{kept.back().what};
  auto result = *std::exchange(*result_in(report), std::nullopt);
  kept.push_back({call, completed(std::move(result), known, is_of_agent(report))});
}

} // namespace

heard decide_all(domain::contact state, telephony::call_news& news, const hearing& by) {
  heard all;
  for (auto& report : news.reports) {
    auto decision = domain::decide(
      state,
      domain::hear_report{
        .attempt = news.id.attempt,
        .report = report,
        .now = by.now,
        .retry = &by.settings->retry,
        .schedule = &by.settings->schedule,
        .hung_up = by.hung_up,
        .last_call = by.last_call});
    for (auto& fact : std::get<domain::contact_facts>(decision)) {
      state = domain::evolve(std::move(state), fact);
      if (names_result(fact))
        keep_result(all.results, news.id, report, *by.vault);
      all.facts.push_back(std::move(fact));
    }
  }
  return all;
}

void forget_if_erased(
  std::vector<events::call_report>& reports,
  const store::vault& vault,
  const domain::list_row& who) {
  for (auto& report : reports)
    if (auto* result = result_in(report);
        result != nullptr && *result && vault.is_erased(who.list, who.row))
      result->reset();
}

} // namespace ringmaster::actors
