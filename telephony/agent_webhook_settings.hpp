// Which platform of voice agents a trunk asks, and in which words.
#pragma once

#include "events/call.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::telephony {

/// Defaults are those of Dograh's agent trigger.
struct agent_webhook_settings {
  std::string url; // where a call is asked for
  /// The header that carries the secret `api_key`, and what stands before it.
  std::string key_header = "X-API-Key";
  std::string key_prefix;
  /// A JSON object, in whose texts `{{name}}` stands for what is known of the call:
  /// call_id, to, from, agent, prompt, callback_url, result_token. A text that is
  /// only `{{initial_context}}` becomes an object.
  std::string body = R"({"phone_number":"{{to}}","initial_context":"{{initial_context}}"})";
  /// Where the platform's answer names the call (a JSON pointer).
  std::string run_ref = "/workflow_run_id";
  /// Where it tells what became of a call, with `{{run_ref}}`; empty: it is not asked.
  std::string status_url;
  std::uint64_t poll_seconds = 15;
  /// What of that, or of what it pushes, means what: lists of JSON pointers, of
  /// which the first that is there counts.
  std::map<std::string, std::vector<std::string>, std::less<>> fields = {
    {"done", {"/is_completed"}},
    {"disposition", {"/call_disposition", "/gathered_context/call_disposition"}},
    {"duration_seconds", {"/duration_seconds", "/usage_info/call_duration_seconds"}},
    {"recording_url", {"/recording_url"}},
    {"transcript", {"/transcript"}},
    {"gathered_context", {"/gathered_context"}},
    {"opt_out", {"/opt_out"}}};
  /// How the call ended, by the platform's word for it. Any other word is a call
  /// that came to something: `completed`.
  std::map<std::string, events::outcome, std::less<>> outcomes = {
    {"busy", events::outcome::busy},
    {"no-answer", events::outcome::no_answer},
    {"no_answer", events::outcome::no_answer},
    {"rejected", events::outcome::rejected},
    {"failed", events::outcome::failed},
    {"error", events::outcome::failed},
    {"voicemail", events::outcome::voicemail},
    {"voicemail_detected", events::outcome::voicemail}};
};

/// From a trunk's `settings` (JSON); a text names the field at fault.
[[nodiscard]] std::variant<agent_webhook_settings, std::string>
parse_agent_webhook_settings(std::string_view text);

} // namespace ringmaster::telephony
