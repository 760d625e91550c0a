#include "events/envelope.hpp"

#include <algorithm>

namespace ringmaster::events {

std::string_view to_string(outcome it) {
  switch (it) {
  case outcome::completed: return "completed";
  case outcome::voicemail: return "voicemail";
  case outcome::busy: return "busy";
  case outcome::no_answer: return "no_answer";
  case outcome::rejected: return "rejected";
  case outcome::failed: return "failed";
  case outcome::cancelled: return "cancelled";
  case outcome::abandoned: return "abandoned";
  case outcome::unknown: return "unknown";
  }
  return "unknown";
}

std::optional<outcome> parse_outcome(std::string_view text) {
  const auto* found =
    std::ranges::find_if(all_outcomes, [&](outcome it) { return to_string(it) == text; });
  return found == std::end(all_outcomes) ? std::nullopt : std::optional{*found};
}

std::string_view to_string(answerer it) {
  switch (it) {
  case answerer::unknown: return "unknown";
  case answerer::human: return "human";
  case answerer::machine: return "machine";
  case answerer::fax: return "fax";
  }
  return "unknown";
}

std::string_view to_string(judge it) {
  switch (it) {
  case judge::carrier: return "carrier";
  case judge::agent: return "agent";
  }
  return "unknown";
}

std::string_view to_string(disposition it) {
  switch (it) {
  case disposition::completed: return "completed";
  case disposition::failed: return "failed";
  case disposition::cancelled: return "cancelled";
  }
  return "unknown";
}

std::string_view to_string(key_role it) {
  switch (it) {
  case key_role::viewer: return "viewer";
  case key_role::operates: return "operator";
  case key_role::admin: return "admin";
  }
  return "unknown";
}

std::optional<key_role> parse_key_role(std::string_view text) {
  for (auto it : {key_role::viewer, key_role::operates, key_role::admin})
    if (to_string(it) == text)
      return it;
  return std::nullopt;
}

std::string_view type_of(const event& it) {
  return std::visit([]<class Event>(const Event&) { return Event::type; }, it);
}

std::string to_string(const stream_id& it) {
  switch (it.kind) {
  case stream_kind::engine: return "engine";
  case stream_kind::contact_list: return "contact_list/" + to_string(contact_list_id{it.id});
  case stream_kind::workflow: return "workflow/" + to_string(workflow_id{it.id});
  case stream_kind::trunk: return "trunk/" + to_string(trunk_id{it.id});
  case stream_kind::api_key: return "api_key/" + to_string(api_key_id{it.id});
  case stream_kind::webhook: return "webhook/" + to_string(webhook_id{it.id});
  case stream_kind::campaign: return "campaign/" + to_string(campaign_id{it.id});
  case stream_kind::contact:
    return "contact/" + to_string(campaign_id{it.id}) + '/' + std::to_string(it.row);
  }
  return "unknown";
}

} // namespace ringmaster::events
