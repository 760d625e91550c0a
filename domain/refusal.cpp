#include "domain/refusal.hpp"

namespace ringmaster::domain {

std::string_view to_string(refusal why) {
  switch (why) {
  case refusal::already_exists: return "already_exists";
  case refusal::not_found: return "not_found";
  case refusal::not_a_draft: return "not_a_draft";
  case refusal::not_running: return "not_running";
  case refusal::not_paused: return "not_paused";
  case refusal::not_over: return "not_over";
  case refusal::already_redialed: return "already_redialed";
  case refusal::archived: return "archived";
  case refusal::already_over: return "already_over";
  case refusal::contact_already_in: return "contact_already_in";
  case refusal::list_already_in: return "list_already_in";
  case refusal::too_many_contacts: return "too_many_contacts";
  case refusal::no_contacts: return "no_contacts";
  case refusal::attempts_exhausted: return "attempts_exhausted";
  case refusal::attempt_open: return "attempt_open";
  case refusal::contact_finished: return "contact_finished";
  case refusal::not_due_yet: return "not_due_yet";
  case refusal::never_open: return "never_open";
  case refusal::trunk_in_use: return "trunk_in_use";
  case refusal::trunk_has_calls: return "trunk_has_calls";
  case refusal::name_taken: return "name_taken";
  case refusal::version_changed: return "version_changed";
  }
  return "unknown";
}

} // namespace ringmaster::domain
