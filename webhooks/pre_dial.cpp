#include "webhooks/pre_dial.hpp"

#include "domain/webhook.hpp"
#include "webhooks/signature.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringmaster::webhooks {

namespace {

using domain::hook_answer;
using domain::hook_denial;
using domain::hook_leave;
using domain::hook_silence;
using nlohmann::json;

constexpr std::size_t longest_answer_bytes = 16 * 1024;
constexpr int deepest_answer = 8;

std::string body_of(const domain::hook_question& it) {
  json body{
    {"call_id", to_string(it.call)},
    {"campaign_id", to_string(it.call.campaign)},
    {"row", it.call.row},
    {"attempt", it.call.attempt},
    {"phone_number", it.phone_number},
    {"initial_context", it.initial_context}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Nothing if it is no JSON object, or one that nobody would nest so deep.
std::optional<json> parse(std::string_view text) {
  bool too_deep = false;
  auto keep = [&](int depth, json::parse_event_t, json&) {
    too_deep |= depth > deepest_answer;
    return depth <= deepest_answer;
  };
  auto read = json::parse(text, keep, /*allow_exceptions=*/false);
  return read.is_object() && !too_deep ? std::optional{std::move(read)} : std::nullopt;
}

hook_answer denial_in(const json& body) {
  hook_denial no{.reason = std::string{domain::denied_by_hook}, .retry_after = {}};
  if (auto reason = body.find("reason"); reason != body.end() && reason->is_string())
    if (auto text = reason->get<std::string>(); domain::is_hook_reason(text))
      no.reason = std::move(text);
  if (auto rest = body.find("retry_after_seconds"); rest != body.end() && rest->is_number_integer())
    no.retry_after = std::clamp<events::duration>(
      std::chrono::seconds{std::clamp<std::int64_t>(rest->get<std::int64_t>(), 0, 1U << 30U)},
      domain::shortest_put_off,
      domain::longest_put_off);
  return no;
}

hook_answer answer_in(const http_client::result& result) {
  const auto* answer = std::get_if<http_client::response>(&result);
  if (answer == nullptr)
    return hook_silence{
      std::holds_alternative<http_client::not_sent>(result) ? "hook_not_reached"
                                                            : "hook_gave_no_answer"};
  if (answer->status / 100 != 2)
    return hook_silence{"hook_answered_an_error"};
  return read_hook_answer(answer->body);
}

} // namespace

domain::hook_answer read_hook_answer(std::string_view body) {
  auto read = body.size() <= longest_answer_bytes ? parse(body) : std::nullopt;
  auto verdict = read ? read->find("dial") : json::iterator{};
  if (!read || verdict == read->end() || !verdict->is_boolean())
    return hook_silence{"hook_answer_not_understood"};
  return verdict->get<bool>() ? hook_answer{hook_leave{}} : denial_in(*read);
}

void ask_pre_dial(
  const pre_dial_ports& with,
  const domain::hook_question& what,
  std::function<void(hook_answer)> then) {
  std::string key;
  if (!what.hook.secret.empty()) {
    auto secret = with.secret(what.hook.secret);
    auto found = secret ? domain::webhook_key_in(*secret) : std::nullopt;
    if (!found)
      return then(hook_silence{"hook_secret_gone"}); // it would take us for somebody else
    key = *std::move(found);
  }
  http_client::request it{
    .url = what.hook.url,
    .body = body_of(what),
    .timeout = std::chrono::milliseconds{what.hook.timeout_ms}};
  auto seconds = with.unix_seconds();
  auto id = "ask_" + to_string(what.call) + '_' + std::to_string(seconds);
  it.headers = signature_fields(key, id, seconds, it.body);
  it.headers.emplace_back("content-type", "application/json");
  with.send(std::move(it), [then = std::move(then)](const http_client::result& result) {
    then(answer_in(result));
  });
}

} // namespace ringmaster::webhooks
