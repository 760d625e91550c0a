#include "domain/campaign.hpp"

#include "domain/match.hpp"

#include <algorithm>

namespace ringmaster::domain {

namespace {

using status = campaign_status;

const campaign_facts already_so;

/// Each costs a hundred bytes wherever the campaign is read, and a row of more
/// than nine digits is none.
constexpr std::size_t most_added_lists = 1'000;
constexpr std::uint32_t most_contacts = 999'999'999;

campaign_decision create(const campaign& state, const create_campaign& command) {
  if (state.existed)
    return refusal::already_exists;
  if (command.as.contacts == 0)
    return refusal::no_contacts;
  campaign_facts facts{command.as};
  facts.insert(facts.end(), command.added.begin(), command.added.end());
  return facts;
}

bool has_list(const campaign& state, events::contact_list_id list) {
  return list == state.list
         || std::ranges::find(state.added, list, &events::campaign_contacts_added::list)
              != state.added.end();
}

campaign_decision add(const campaign& state, const add_contacts& command) {
  if (is_over(state.status))
    return refusal::already_over;
  if (command.as.contacts == 0)
    return refusal::no_contacts;
  if (has_list(state, command.as.list))
    return refusal::list_already_in;
  if (command.lists_seen != state.added.size())
    return refusal::version_changed;
  if (
    state.added.size() >= most_added_lists || command.as.contacts > most_contacts - state.contacts)
    return refusal::too_many_contacts;
  return campaign_facts{command.as};
}

campaign_decision edit(const campaign& state, const edit_campaign& command) {
  if (is_over(state.status))
    return refusal::already_over;
  if (command.settings == state.settings)
    return already_so;
  return campaign_facts{events::campaign_edited{command.settings}};
}

campaign_decision start(const campaign& state) {
  if (state.status == status::running)
    return already_so;
  if (state.status != status::draft)
    return refusal::not_a_draft;
  if (state.archived)
    return refusal::archived;
  return campaign_facts{events::campaign_started{}};
}

/// A campaign that has stopped and the calls that are up: drained until somebody
/// wants them hung up.
campaign_facts stop(campaign_facts facts, const campaign& state, bool hang_up) {
  if (hang_up && !state.hang_up)
    facts.emplace_back(events::campaign_hang_up_ordered{});
  return facts;
}

campaign_decision pause(const campaign& state, const pause_campaign& command) {
  if (state.status == status::paused)
    return stop({}, state, command.hang_up);
  if (state.status != status::running)
    return refusal::not_running;
  return stop({events::campaign_paused{}}, state, command.hang_up);
}

campaign_decision cancel(const campaign& state, const cancel_campaign& command) {
  if (state.status == status::cancelled)
    return stop({}, state, command.hang_up);
  if (is_over(state.status))
    return refusal::already_over;
  return stop({events::campaign_cancelled{}}, state, command.hang_up);
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

campaign_decision redial(const campaign& state, const redial_campaign& command) {
  if (!is_over(state.status))
    return refusal::not_over;
  if (state.redialed_as && !command.force)
    return refusal::already_redialed;
  return campaign_facts{events::campaign_redialed{command.as}};
}

/// What calls people, or may go on to, is not put out of sight.
campaign_decision archive(const campaign& state) {
  if (state.archived)
    return already_so;
  if (state.status != status::draft && !is_over(state.status))
    return refusal::not_over;
  return campaign_facts{events::campaign_archived{}};
}

campaign_decision unarchive(const campaign& state) {
  if (!state.archived)
    return already_so;
  return campaign_facts{events::campaign_unarchived{}};
}

/// Nobody asked for it either.
campaign_decision expire(const campaign& state) {
  if (state.status != status::running && state.status != status::paused)
    return already_so;
  return campaign_facts{events::campaign_expired{}};
}

/// Nobody asked for it, so a campaign that has stopped meanwhile is no error.
campaign_decision pause_by_itself(const campaign& state, events::campaign_paused how) {
  if (state.status != status::running)
    return already_so;
  return campaign_facts{std::move(how)};
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
  if (is_over(state.status))
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
  case status::cancelled: return "cancelled";
  }
  return "unknown";
}

bool is_over(campaign_status it) {
  return it == status::completed || it == status::failed || it == status::cancelled;
}

campaign_decision decide(const campaign& state, const campaign_command& command) {
  bool creates = std::holds_alternative<create_campaign>(command);
  if (state.status == status::none && !creates)
    return refusal::not_found;
  return match(
    command,
    [&](const create_campaign& it) { return create(state, it); },
    [&](const add_contacts& it) { return add(state, it); },
    [&](const edit_campaign& it) { return edit(state, it); },
    [&](const start_campaign&) { return start(state); },
    [&](const pause_campaign& it) { return pause(state, it); },
    [&](const resume_campaign&) { return resume(state); },
    [&](const cancel_campaign& it) { return cancel(state, it); },
    [&](const delete_campaign&) { return discard(state); },
    [&](const redial_campaign& it) { return redial(state, it); },
    [&](const archive_campaign&) { return archive(state); },
    [&](const unarchive_campaign&) { return unarchive(state); },
    [&](const trip_breaker& it) { return pause_by_itself(state, {it.trip}); },
    [&](const pause_for_hook& it) { return pause_by_itself(state, {it.why}); },
    [&](const complete_campaign&) { return complete(state); },
    [&](const expire_campaign&) { return expire(state); },
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
        .failure = {},
        .hang_up = false,
        .expired = false,
        .archived = false,
        .redialed_as = {},
        .added = {}};
    },
    [&](const events::campaign_edited& it) { state.settings = it.settings; },
    [&](const events::campaign_started&) { state.status = status::running; },
    [&](const events::campaign_paused&) { state.status = status::paused; },
    [&](const events::campaign_resumed&) {
      state.status = status::running;
      state.hang_up = false;
    },
    [&](const events::campaign_completed&) { state.status = status::completed; },
    [&](const events::campaign_failed& it) {
      state.status = status::failed;
      state.failure = it.reason;
    },
    [&](const events::campaign_cancelled&) { state.status = status::cancelled; },
    [&](const events::campaign_expired&) {
      state.status = status::cancelled;
      state.expired = true;
    },
    [&](const events::campaign_redialed& it) { state.redialed_as = it.as; },
    [&](const events::campaign_archived&) { state.archived = true; },
    [&](const events::campaign_unarchived&) { state.archived = false; },
    [&](const events::campaign_contacts_added& it) {
      state.contacts += it.contacts;
      state.added.push_back(it);
    },
    [&](const events::campaign_hang_up_ordered&) { state.hang_up = true; },
    [&](const events::campaign_deleted&) { state.status = status::none; });
  return state;
}

} // namespace ringmaster::domain
