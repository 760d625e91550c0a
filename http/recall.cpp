// The answer to a command, from what the command left in the log.
#include "domain/api_key.hpp"
#include "domain/webhook.hpp"
#include "http/lasting_chance.hpp"
#include "http/router.hpp"

namespace ringmaster::http {

namespace {

/// Where what the events are about is shown; empty: nowhere.
std::string place_of(const events::stream_id& it) {
  using events::stream_kind;
  switch (it.kind) {
  case stream_kind::contact_list:
    return "/v1/contact-lists/" + to_string(events::contact_list_id{it.id});
  case stream_kind::workflow: return "/v1/workflows/" + to_string(events::workflow_id{it.id});
  case stream_kind::trunk: return "/v1/trunks/" + to_string(events::trunk_id{it.id});
  case stream_kind::campaign: return "/v1/campaigns/" + to_string(events::campaign_id{it.id});
  case stream_kind::contact:
    return "/v1/campaigns/" + to_string(events::campaign_id{it.id}) + "/contacts/"
           + std::to_string(it.row);
  case stream_kind::api_key: return "/v1/keys/" + to_string(events::api_key_id{it.id});
  case stream_kind::webhook: return "/v1/webhooks/" + to_string(events::webhook_id{it.id});
  case stream_kind::engine: break;
  }
  return "";
}

/// What it was made of is kept for 48 hours, and they are just over.
problem secret_is_gone(const events::stream_id& of) {
  bool key = of.kind == events::stream_kind::api_key;
  return {
    .status = 409,
    .slug = "secret-shown-once",
    .title = "It was made, and its secret is not known any more.",
    .detail = key ? "This request made a key before. Revoke that and make another."
                  : "This request made a webhook before. Delete that and make another.",
    .field = "Idempotency-Key",
    .more = text_of(
      key ? ordered{{"api_key_id", to_string(events::api_key_id{of.id})}}
          : ordered{{"webhook_id", to_string(events::webhook_id{of.id})}}),
    .retry_after_seconds = {}};
}

/// Whether the answer to the command that made it showed a secret.
bool showed_secret(const projections::carried_out& what, const incoming& request) {
  if (!what.created || what.stream.kind != events::stream_kind::webhook)
    return what.created && what.stream.kind == events::stream_kind::api_key;
  auto body = read_body(request);
  return !std::holds_alternative<json>(body) || !std::get<json>(body).contains("secret");
}

/// The secret that the request was shown; nothing if it cannot be made again.
std::optional<std::string>
secret_again(const events::stream_id& of, const incoming& request, const services& with) {
  auto chance = chance_again(of.id, request, with);
  if (!chance)
    return std::nullopt;
  if (of.kind == events::stream_kind::webhook)
    return domain::webhook_secret_of(
      {reinterpret_cast<const char*>(chance->data()), chance->size()});
  events::api_key_id id{of.id};
  auto secret = domain::make_secret(id, *chance);
  auto made = with.views->look().api_key(id);
  return made && domain::opens(made->key, secret) ? std::optional{std::move(secret)} : std::nullopt;
}

ordered deleted(const events::stream_id& it) {
  if (it.kind == events::stream_kind::webhook)
    return {{"id", to_string(events::webhook_id{it.id})}, {"removed", true}};
  return {{"id", to_string(events::campaign_id{it.id})}, {"deleted", true}};
}

outgoing as_command(
  const outgoing& shown,
  const projections::carried_out& what,
  const std::optional<std::string>& secret) {
  bool can_go = what.stream.kind == events::stream_kind::campaign
                || what.stream.kind == events::stream_kind::webhook;
  bool gone = shown.status == 404 && can_go && !what.created; // then this is what deleted it
  if (shown.status != 200 && !gone)
    return shown;
  auto body = gone ? deleted(what.stream) : ordered::parse(shown.body);
  if (what.stream.kind == events::stream_kind::contact_list) {
    body.erase("uploaded_at");
    body["rejects"] = ordered::array(); // `rejects_url` has them all
  }
  if (secret)
    body["secret"] = *secret;
  body["position"] = what.position;
  auto answer = as_json(what.created ? 201 : 200, body);
  answer.once = secret.has_value();
  for (const auto& it : shown.headers)
    if (it.first == "ETag")
      answer.headers.push_back(it);
  if (what.created)
    answer.headers.emplace_back("Location", place_of(what.stream));
  return answer;
}

} // namespace

void recall(
  const projections::carried_out& what, incoming request, const services& with, reply answer) {
  std::optional<std::string> secret;
  if (showed_secret(what, request)) {
    secret = secret_again(what.stream, request, with);
    if (!secret)
      return answer(render(secret_is_gone(what.stream)));
  }
  auto name = request.correlation;
  request.method = "GET";
  request.path = place_of(what.stream);
  request.query.clear();
  request.headers.clear();
  request.body.clear();
  handle(
    request, with, [what, name, secret, &with, answer = std::move(answer)](const outgoing& shown) {
      answer(safely(with, name, [&] { return as_command(shown, what, secret); }));
    });
}

} // namespace ringmaster::http
