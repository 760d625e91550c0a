#pragma once

#include <cstdint>
#include <string_view>

namespace ringmaster::domain {

/// The one rule that stood in the way of a command.
enum class refusal : std::uint8_t {
  already_exists = 1,
  not_found,
  not_a_draft,      // only a draft may be started or deleted
  not_running,      // only a running campaign may be paused
  not_paused,       // only a paused campaign may be resumed
  not_over,         // a campaign that calls people, or may go on to, is not redialed or archived
  already_redialed, // once, unless it is forced
  archived,         // an archived draft is brought back before it is started
  already_over,     // completed, failed or cancelled: nothing about it changes any more
  no_contacts,
  contact_already_in, // a number of the list is in the campaign already
  list_already_in,    // the list's rows are the campaign's already
  too_many_contacts,  // of one campaign, or lists
  attempts_exhausted,
  attempt_open, // the contact is being called right now
  contact_finished,
  not_due_yet,
  never_open, // no time slot opens at that time or after
  trunk_in_use,
  trunk_has_calls, // its settings stay until they have ended
  name_taken,
  version_changed, // it is not as the asker saw it
};

/// The name callers see, in problem documents and in logs.
[[nodiscard]] std::string_view to_string(refusal why);

} // namespace ringmaster::domain
