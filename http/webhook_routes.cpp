// Webhooks: who is told what happens, and how far that has come.
#include "http/webhook_routes.hpp"

#include "domain/match.hpp"
#include "domain/webhook.hpp"
#include "events/codec.hpp"
#include "http/lasting_chance.hpp"
#include "http/render.hpp"

namespace ringmaster::http {

namespace {

constexpr std::size_t most_filters = 50;
constexpr text_limits url_limits{.least = 1, .most = 2'000};

// -- as clients see it -------------------------------------------------------------

ordered standing_json(const projections::webhook_view& of, const services& with) {
  auto it = with.webhooks.stands(of.id).value_or(webhook_standing{.position = of.created_position});
  return {
    {"position", it.position},
    {"lag", it.lag},
    {"waiting", it.waiting},
    {"parked", it.parked},
    {"next_try_at", time_json(it.next_try_at)},
    {"delivered_at", time_json(it.delivered_at)},
    {"failed_at", time_json(it.failed_at)},
    {"last_error", text_or_null(it.last_error)}};
}

ordered webhook_json(const projections::webhook_view& it, const services& with) {
  return {
    {"id", to_string(it.id)},
    {"url", it.settings.url},
    {"events", it.settings.events},
    {"campaign_id", it.campaign ? ordered(to_string(it.campaign)) : ordered(nullptr)},
    {"enabled", it.settings.enabled},
    {"disabled_because", text_or_null(it.disabled_because)},
    {"created_at", events::to_rfc3339(it.created_at)},
    {"created_by", it.created_by},
    {"delivery", standing_json(it, with)}};
}

ordered parked_json(const parked_event& it) {
  return {
    {"position", it.position},
    {"campaign_id", to_string(it.campaign)},
    {"parked_at", events::to_rfc3339(it.parked_at)},
    {"why", it.why}};
}

// -- as clients say it ---------------------------------------------------------------

void read_url(object_reader& body, std::string& to, const services& with, faults& wrong) {
  auto url = body.text("url", url_limits);
  if (!url)
    return;
  if (auto why = with.why_not_url(*url))
    wrong.meaning(body.at("url"), "The URL " + *why + ".");
  to = *std::move(url);
}

void read_filters(object_reader& body, std::vector<std::string>& to, faults& wrong) {
  if (!body.has("events"))
    return;
  std::vector<std::string> filters;
  body.each("events", most_filters, [&](const json& it, const std::string& at) {
    auto text = read_text(it, at, {}, wrong);
    if (text && !domain::is_webhook_filter(*text))
      wrong.meaning(
        at,
        at + " is the type of an event of campaigns or contacts, or what such types begin with.");
    else if (text)
      filters.push_back(*std::move(text));
  });
  if (filters.empty() && !wrong.any())
    wrong.meaning(body.at("events"), "A webhook hears of one kind of event at least.");
  to = std::move(filters);
}

void read_settings(
  object_reader& body, events::webhook_settings& to, const services& with, faults& wrong) {
  read_url(body, to.url, with, wrong);
  read_filters(body, to.events, wrong);
  to.enabled = body.flag("enabled").value_or(to.enabled);
}

events::campaign_id read_campaign(object_reader& body, const services& with, faults& wrong) {
  auto text = body.text("campaign_id");
  auto id = text ? events::parse_id<events::campaign_tag>(*text) : std::nullopt;
  if (text && (!id || !with.views->look().campaign(*id)))
    wrong.meaning(body.at("campaign_id"), "/campaign_id names nothing that is here.");
  return id.value_or(events::campaign_id{});
}

/// Nothing: none was given.
std::optional<std::string> read_secret(object_reader& body, faults& wrong) {
  auto secret = body.text("secret");
  if (secret && !domain::webhook_key_in(*secret))
    wrong.meaning(
      body.at("secret"),
      "A secret is whsec_ and 24 to 64 bytes in base64. Leave it out to get one.");
  return secret;
}

std::optional<projections::webhook_view>
find_webhook(const incoming& request, const projections::library_view& look) {
  auto id = id_in<events::webhook_id>(request.params.at(0));
  auto found = id ? look.webhook(*id) : std::nullopt;
  return found && !found->removed ? found : std::nullopt;
}

outgoing no_webhook() {
  return render(not_found("webhook_id", "webhook"));
}

// -- commands ------------------------------------------------------------------------

std::string refusal_text(domain::refusal why) {
  return why == domain::refusal::version_changed ? "The webhook has changed since you saw it."
                                                 : "There is no such webhook any more.";
}

problem too_many_webhooks() {
  return {
    .status = 409,
    .slug = "too-many-webhooks",
    .title = "A rule stands in the way.",
    .detail =
      "There are " + std::to_string(domain::most_webhooks) + " webhooks, and no more can be.",
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

/// The webhook as the views have it once the command is done, and `more`.
on_answer then_show(
  const projections::webhook_view& before,
  unsigned status,
  ordered more,
  const incoming& request,
  const services& with,
  reply answer) {
  return [&with,
          before,
          status,
          more = std::move(more),
          name = request.correlation,
          answer = std::move(answer)](const command_answer& what) {
    answer(safely(with, name, [&] {
      return match(
        what,
        [&](const command_done& so) {
          auto now = with.views->look().webhook(before.id).value_or(before);
          auto body = webhook_json(now, with);
          body.update(more);
          body["position"] = so.position;
          auto result = as_json(status, body);
          result.headers.push_back(etag(now.version));
          result.once = more.contains("secret");
          if (status == 201)
            result.headers.emplace_back("Location", "/v1/webhooks/" + to_string(before.id));
          return result;
        },
        [](const command_refused& no) {
          return render(refused(no.why, refusal_text(no.why), ordered::object()));
        },
        [](const command_unavailable& no) { return render(unavailable(no)); });
    }));
  };
}

void make_webhook(
  const events::webhook_created& it,
  const std::string& secret,
  ordered shown_once,
  const incoming& request,
  const services& with,
  reply answer) {
  projections::webhook_view before;
  before.id = it.webhook;
  with.create_webhook(
    it,
    secret,
    origin_of(request),
    then_show(before, 201, std::move(shown_once), request, with, std::move(answer)));
}

void post_webhook(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto read = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&read))
    return answer(render(*trouble));
  object_reader body{std::get<json>(read), "", wrong};
  body.require("url");
  events::webhook_created it{
    .webhook = {},
    .campaign = {},
    .settings = {.url = {}, .events = domain::default_webhook_events()}};
  read_settings(body, it.settings, with, wrong);
  it.campaign = read_campaign(body, with, wrong);
  auto secret = read_secret(body, wrong);
  body.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto there = with.views->look().webhooks(std::nullopt, domain::most_webhooks).items.size();
  if (there >= domain::most_webhooks)
    return answer(render(too_many_webhooks()));
  it.webhook = {with.new_id()};
  if (secret)
    return make_webhook(it, *secret, ordered::object(), request, with, std::move(answer));
  draw_chance(
    it.webhook.value, request, with, answer, [&with, it, request, answer](const auto& chance) {
      auto own =
        domain::webhook_secret_of({reinterpret_cast<const char*>(chance.data()), chance.size()});
      make_webhook(it, own, {{"secret", own}}, request, with, answer);
    });
}

outgoing get_webhooks(const incoming& request, const services& with) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.cursor();
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(200, page_json(with.views->look().webhooks(cursor, limit), [&](const auto& it) {
                   return webhook_json(it, with);
                 }));
}

outgoing get_webhook(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto found = find_webhook(request, with.views->look());
  if (!found)
    return no_webhook();
  auto answer = as_json(200, webhook_json(*found, with));
  answer.headers.push_back(etag(found->version));
  return answer;
}

void patch_webhook(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto found = find_webhook(request, look);
  if (!found)
    return answer(no_webhook());
  auto read = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&read))
    return answer(render(*trouble));
  object_reader body{std::get<json>(read), "", wrong};
  auto settings = found->settings;
  read_settings(body, settings, with, wrong);
  body.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto then = then_show(*found, 200, ordered::object(), request, with, std::move(answer));
  auto seen = origin_of(request).seen_version;
  if (settings == found->settings && seen.value_or(found->version) == found->version)
    return then(command_done{.position = look.position()});
  with.edit_webhook(
    events::webhook_edited{.webhook = found->id, .settings = std::move(settings), .reason = {}},
    origin_of(request),
    std::move(then));
}

void delete_webhook(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto found = find_webhook(request, with.views->look());
  if (!found)
    return answer(no_webhook());
  with.remove_webhook(
    found->id,
    origin_of(request),
    then_show(*found, 200, {{"removed", true}}, request, with, std::move(answer)));
}

// -- what was sent, and what was not ---------------------------------------------------

outgoing get_parked(const incoming& request, const services& with) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.cursor();
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto found = find_webhook(request, with.views->look());
  if (!found)
    return no_webhook();
  projections::page<parked_event> page{
    .items = with.webhooks.parked(found->id, cursor.value_or(0), limit + 1), .next = {}};
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = page.items.back().position;
  }
  return as_json(200, page_json(page, parked_json));
}

outgoing post_retry(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto found = find_webhook(request, with.views->look());
  if (!found)
    return no_webhook();
  auto count = with.webhooks.retry_parked(found->id);
  auto body = webhook_json(*found, with);
  body["retried"] = count;
  return as_json(200, body);
}

outgoing post_replay(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto found = find_webhook(request, with.views->look());
  if (!found)
    return no_webhook();
  auto read = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&read))
    return render(*trouble);
  object_reader reader{std::get<json>(read), "", wrong};
  reader.require("from_position");
  auto from = reader.position("from_position");
  reader.finish();
  auto reached = with.webhooks.stands(found->id).value_or(webhook_standing{}).position;
  if (from && (*from == 0 || *from > reached + 1))
    wrong.meaning(
      "/from_position",
      "A replay begins at 1 at the earliest and at " + std::to_string(reached + 1)
        + " at the latest: what lies between was never sent.");
  if (wrong.any())
    return render(wrong.as_problem());
  if (!with.webhooks.replay(found->id, *from))
    return render(unavailable({"The webhook is being taken up."}));
  return as_json(200, webhook_json(*found, with));
}

void post_test(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto found = find_webhook(request, with.views->look());
  if (!found)
    return answer(no_webhook());
  with.webhooks.try_out(found->id, [answer = std::move(answer)](const webhook_trial& how) {
    answer(as_json(
      200,
      {{"delivered", how.error.empty()},
       {"status", how.status == 0 ? ordered(nullptr) : ordered(how.status)},
       {"error", text_or_null(how.error)}}));
  });
}

} // namespace

std::vector<route> webhook_routes() {
  constexpr auto admin = events::key_role::admin;
  const std::string one = "/v1/webhooks/{webhook_id}";
  return {
    {"POST", "/v1/webhooks", post_webhook, admin},
    {"GET", "/v1/webhooks", at_once(get_webhooks), admin},
    {"GET", one, at_once(get_webhook), admin},
    {"PATCH", one, patch_webhook, admin},
    {"DELETE", one, delete_webhook, admin},
    {"GET", one + "/parked", at_once(get_parked), admin},
    {"POST", one + "/parked/retry", at_once(post_retry), admin},
    {"POST", one + "/replay", at_once(post_replay), admin},
    {"POST", one + "/test", post_test, admin}};
}

} // namespace ringmaster::http
