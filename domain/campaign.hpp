// The rules for one campaign. No clock, no I/O, no threads.
#pragma once

#include "domain/refusal.hpp"
#include "events/event.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::domain {

/// The numbers are on disk in the views.
enum class campaign_status : std::uint8_t {
  none = 0, // never created, or deleted
  draft,
  running,
  paused,
  completed,
  failed,
  cancelled,
};

[[nodiscard]] std::string_view to_string(campaign_status it);

/// Completed, failed or cancelled: nobody is called any more.
[[nodiscard]] bool is_over(campaign_status it);

struct campaign {
  campaign_status status = campaign_status::none;
  bool existed = false; // a deleted campaign's id is not used again
  events::campaign_id id;
  events::workflow_id workflow;
  events::contact_list_id list; // that it was made with
  events::trunk_id trunk;
  std::uint32_t contacts = 0; // of all its lists
  events::campaign_settings settings;
  std::string failure;  // why it failed
  bool hang_up = false; // calls that are up are not left to end by themselves
  bool expired = false; // if it is cancelled: not by an operator
  bool archived = false;
  events::campaign_id redialed_as; // zero: never; the last time
  std::vector<events::campaign_contacts_added> added;

  friend bool operator==(const campaign&, const campaign&) = default;
};

struct create_campaign {
  events::campaign_created as;
  std::vector<events::campaign_contacts_added> added = {}; // from the start
};
/// `lists_seen` were added when the asker made sure that nobody is there twice.
struct add_contacts {
  events::campaign_contacts_added as;
  std::size_t lists_seen = 0;
};
struct edit_campaign {
  events::campaign_settings settings;
};
struct start_campaign {};
struct pause_campaign {
  bool hang_up = false;
};
struct resume_campaign {};
struct cancel_campaign {
  bool hang_up = false;
};
struct delete_campaign {};
/// Those whom it did not reach are called by the campaign `as`. Once, unless `force`.
struct redial_campaign {
  events::campaign_id as;
  bool force = false;
};
struct archive_campaign {};
struct unarchive_campaign {};
/// The engine's own: the breaker or the hook's silence spoke, the last contact is done, it can't go
/// on.
struct trip_breaker {
  events::breaker_trip trip;
};
struct pause_for_hook {
  events::hook_failed why;
};
struct complete_campaign {};
struct expire_campaign {};
struct fail_campaign {
  std::string reason;
};

using campaign_command = std::variant<
  create_campaign,
  add_contacts,
  edit_campaign,
  start_campaign,
  pause_campaign,
  resume_campaign,
  cancel_campaign,
  delete_campaign,
  redial_campaign,
  archive_campaign,
  unarchive_campaign,
  trip_breaker,
  pause_for_hook,
  complete_campaign,
  expire_campaign,
  fail_campaign>;

using campaign_facts = std::vector<events::campaign_event>;

/// Facts to append, or the one reason there are none. Empty facts mean the
/// command had already come true: pausing a paused campaign, starting a
/// running one.
using campaign_decision = std::variant<campaign_facts, refusal>;

[[nodiscard]] campaign_decision decide(const campaign& state, const campaign_command& command);

/// Accepts every event in every state and never judges.
[[nodiscard]] campaign evolve(campaign state, const events::campaign_event& event);

} // namespace ringmaster::domain
