#include "domain/waiting.hpp"

#include "domain/schedule.hpp"

#include <algorithm>

namespace ringmaster::domain {

std::string_view to_string(wait_reason it) {
  switch (it) {
  case wait_reason::none: return "none";
  case wait_reason::campaign_draft: return "campaign_draft";
  case wait_reason::campaign_paused: return "campaign_paused";
  case wait_reason::campaign_over: return "campaign_over";
  case wait_reason::waiting_for_start: return "waiting_for_start";
  case wait_reason::waiting_for_window: return "waiting_for_window";
  case wait_reason::waiting_for_retry: return "waiting_for_retry";
  case wait_reason::waiting_for_call_at: return "waiting_for_call_at";
  case wait_reason::waiting_for_other: return "waiting_for_other_call";
  case wait_reason::waiting_for_hook: return "waiting_for_hook";
  case wait_reason::in_flight: return "in_flight";
  case wait_reason::contact_finished: return "contact_finished";
  }
  return "unknown";
}

namespace {

/// What but the hour keeps a campaign from dialling.
wait_reason standstill(campaign_status status) {
  switch (status) {
  case campaign_status::running: return wait_reason::none;
  case campaign_status::draft: return wait_reason::campaign_draft;
  case campaign_status::paused: return wait_reason::campaign_paused;
  case campaign_status::none:
  case campaign_status::completed:
  case campaign_status::failed:
  case campaign_status::cancelled: break;
  }
  return wait_reason::campaign_over;
}

wait_reason reason_of(const contact& it) {
  switch (it.turn) {
  case contact_turn::appointed: return wait_reason::waiting_for_call_at;
  case contact_turn::put_off:
    return it.put_off_because == is_called_cause ? wait_reason::waiting_for_other
                                                 : wait_reason::waiting_for_hook;
  case contact_turn::usual:
  case contact_turn::first: break;
  }
  return wait_reason::waiting_for_retry;
}

} // namespace

wait judge(const campaign& campaign, events::instant now) {
  auto reason = standstill(campaign.status);
  if (reason != wait_reason::none)
    return {reason, std::nullopt};
  const auto& not_before = campaign.settings.not_before;
  if (not_before && now < *not_before)
    return {wait_reason::waiting_for_start, next_open(campaign.settings.schedule, *not_before)};
  auto open = next_open(campaign.settings.schedule, now);
  if (open == now)
    return {};
  return {wait_reason::waiting_for_window, open};
}

wait judge(const campaign& campaign, const contact& contact, events::instant now) {
  if (contact.phase == contact_phase::finished)
    return {wait_reason::contact_finished, std::nullopt};
  if (contact.in_flight())
    return {wait_reason::in_flight, std::nullopt};
  bool due = contact.phase != contact_phase::waiting || contact.due_at <= now;
  if (due || standstill(campaign.status) != wait_reason::none)
    return judge(campaign, now);
  auto earliest = std::max(contact.due_at, campaign.settings.not_before.value_or(contact.due_at));
  return {reason_of(contact), next_open(campaign.settings.schedule, earliest)};
}

} // namespace ringmaster::domain
