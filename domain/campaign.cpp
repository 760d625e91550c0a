#include "domain/campaign.hpp"

#include "domain/match.hpp"

namespace ringmaster::domain {

namespace {

using status = campaign_status;

const campaign_facts already_so;

campaign_decision create(const campaign& state, const create_campaign& command) {
  if (state.existed)
    return refusal::already_exists;
  if (command.as.contacts == 0)
    return refusal::no_contacts;
  return campaign_facts{command.as};
}

campaign_decision edit(const campaign& state, const edit_campaign& command) {
  if (state.status != status::draft && state.status != status::paused)
    return refusal::not_editable;
  if (command.settings == state.settings)
    return already_so;
  return campaign_facts{events::campaign_edited{command.settings}};
}

campaign_decision start(const campaign& state) {
  if (state.status == status::running)
    return already_so;
  if (state.status != status::draft)
    return refusal::not_a_draft;
  return campaign_facts{events::campaign_started{}};
}

campaign_decision pause(const campaign& state) {
  if (state.status == status::paused)
    return already_so;
  if (state.status != status::running)
    return refusal::not_running;
  return campaign_facts{events::campaign_paused{}};
}

campaign_decision resume(const campaign& state) {
  if (state.status == status::running)
    return already_so;
  if (state.status != status::paused)
    return refusal::not_paused;
  return campaign_facts{events::campaign_resumed{}};
}

campaign_decision discard(const campaign& state) {
  if (state.status != status::draft)
    return refusal::not_a_draft;
  return campaign_facts{events::campaign_deleted{}};
}

/// Nobody asked for it, so a campaign that has stopped meanwhile is no error.
campaign_decision trip(const campaign& state, const trip_breaker& command) {
  if (state.status != status::running)
    return already_so;
  return campaign_facts{events::campaign_paused{command.trip}};
}

/// The last call in flight may end after a pause.
campaign_decision complete(const campaign& state) {
  if (state.status == status::completed)
    return already_so;
  if (state.status != status::running && state.status != status::paused)
    return refusal::not_running;
  return campaign_facts{events::campaign_completed{}};
}

campaign_decision fail(const campaign& state, const fail_campaign& command) {
  if (state.status == status::failed)
    return already_so;
  if (state.status == status::completed)
    return refusal::not_running;
  return campaign_facts{events::campaign_failed{command.reason}};
}

} // namespace

std::string_view to_string(campaign_status it) {
  switch (it) {
  case status::none: return "none";
  case status::draft: return "draft";
  case status::running: return "running";
  case status::paused: return "paused";
  case status::completed: return "completed";
  case status::failed: return "failed";
  }
  return "unknown";
}

campaign_decision decide(const campaign& state, const campaign_command& command) {
  bool creates = std::holds_alternative<create_campaign>(command);
  if (state.status == status::none && !creates)
    return refusal::not_found;
  return match(
    command,
    [&](const create_campaign& it) { return create(state, it); },
    [&](const edit_campaign& it) { return edit(state, it); },
    [&](const start_campaign&) { return start(state); },
    [&](const pause_campaign&) { return pause(state); },
    [&](const resume_campaign&) { return resume(state); },
    [&](const delete_campaign&) { return discard(state); },
    [&](const trip_breaker& it) { return trip(state, it); },
    [&](const complete_campaign&) { return complete(state); },
    [&](const fail_campaign& it) { return fail(state, it); });
}

campaign evolve(campaign state, const events::campaign_event& event) {
  match(
    event,
    [&](const events::campaign_created& it) {
      state = {
        .status = status::draft,
        .existed = true,
        .id = it.campaign,
        .workflow = it.workflow,
        .list = it.list,
        .trunk = it.trunk,
        .contacts = it.contacts,
        .settings = it.settings,
        .failure = {}};
    },
    [&](const events::campaign_edited& it) { state.settings = it.settings; },
    [&](const events::campaign_started&) { state.status = status::running; },
    [&](const events::campaign_paused&) { state.status = status::paused; },
    [&](const events::campaign_resumed&) { state.status = status::running; },
    [&](const events::campaign_completed&) { state.status = status::completed; },
    [&](const events::campaign_failed& it) {
      state.status = status::failed;
      state.failure = it.reason;
    },
    [&](const events::campaign_deleted&) { state.status = status::none; });
  return state;
}

} // namespace ringmaster::domain
