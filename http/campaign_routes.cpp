// Campaigns: their settings and their life.
#include "domain/match.hpp"
#include "http/campaign_body.hpp"
#include "http/campaign_lookup.hpp"
#include "http/redial.hpp"

namespace ringmaster::http {

namespace {

/// What was asked of a campaign, to say it in answers.
struct errand {
  events::campaign_id id;
  std::string verb; // "started"
  unsigned status = 200;
};

/// Then the status says the rest.
bool is_about_status(domain::refusal why) {
  using domain::refusal;
  return why == refusal::not_a_draft || why == refusal::not_running || why == refusal::not_paused
         || why == refusal::not_over || why == refusal::already_over;
}

problem refused_by(const projections::library_view& look, const errand& what, domain::refusal why) {
  if (why == domain::refusal::not_found)
    return not_found("campaign_id", "campaign");
  if (why == domain::refusal::version_changed)
    return refused(
      why, "The campaign was changed since you saw it.", {{"campaign_id", to_string(what.id)}});
  auto found = look.campaign(what.id);
  auto status =
    std::string{domain::to_string(found ? found->state.status : domain::campaign_status::none)};
  auto detail = is_about_status(why)
                  ? "The campaign is " + status + " and cannot be " + what.verb + "."
                  : "The campaign cannot be " + what.verb + ". " + rule_of(why);
  return refused(
    why, std::move(detail), {{"campaign_id", to_string(what.id)}, {"campaign_status", status}});
}

outgoing done_by(const projections::library_view& look, const errand& what, command_done so) {
  auto found = look.campaign(what.id);
  auto body =
    found ? campaign_json(*found) : ordered{{"id", to_string(what.id)}, {"deleted", true}};
  body["position"] = so.position;
  if (what.verb == "paused" || what.verb == "cancelled")
    body["in_flight"] = so.in_flight;
  auto answer = as_json(what.status, body);
  if (found)
    answer.headers.push_back(etag(found->version));
  if (what.status == 201)
    answer.headers.emplace_back("Location", "/v1/campaigns/" + to_string(what.id));
  return answer;
}

void order(
  domain::campaign_command command,
  errand what,
  const incoming& request,
  const services& with,
  reply answer) {
  auto id = what.id;
  with.command(
    id,
    std::move(command),
    origin_of(request),
    [&with, what = std::move(what), name = request.correlation, answer = std::move(answer)](
      const command_answer& it) {
      answer(safely(with, name, [&] {
        auto look = with.views->look();
        return match(
          it,
          [&](const command_done& so) { return done_by(look, what, so); },
          [&](const command_refused& no) { return render(refused_by(look, what, no.why)); },
          [](const command_unavailable& no) { return render(unavailable(no)); });
      }));
    });
}

void create(
  const json& body,
  std::vector<events::campaign_contacts_added> added,
  std::optional<events::pre_dial_hook> hook, // where the body does not say
  faults& wrong,
  const incoming& request,
  const services& with,
  reply answer) {
  auto look = with.views->look();
  auto it = read_campaign(body, with.campaign_defaults, look, with.now(), wrong);
  if (!body.contains("pre_dial_hook"))
    it.settings.pre_dial_hook = std::move(hook);
  check_hook(it.settings, with, wrong);
  if (auto why = why_no_agent(it.workflow, it.trunk, look, with))
    wrong.meaning("/workflow_id", *std::move(why));
  if (auto workflow = look.workflow(it.workflow))
    for (const auto& each : added)
      if (auto list = look.list(each.list))
        check_variables(workflow->workflow, list->list, "/workflow_id", wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  it.campaign = {with.new_id()};
  keep_hook_secret(it.settings, it.campaign, with);
  order(
    domain::create_campaign{it, std::move(added)},
    {.id = it.campaign, .verb = "created", .status = 201},
    request,
    with,
    std::move(answer));
}

void post_campaign(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  create(std::get<json>(body), {}, {}, wrong, request, with, std::move(answer));
}

/// POST …/clone: a new draft with all that an operator chose for the other one,
/// but for its times, and with the members of the body in their place.
void post_clone(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto of = find_campaign(request, look);
  if (!of)
    return answer(no_campaign());
  auto body = read_body_or_nothing(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  auto whole = choices_of(*of, look);
  whole["name"] = copy_name(of->state.settings.name);
  whole.update(std::get<json>(body));
  bool same_list = !std::get<json>(body).contains("contact_list_id");
  auto added = same_list ? of->state.added : std::vector<events::campaign_contacts_added>{};
  create(
    whole,
    std::move(added),
    of->state.settings.pre_dial_hook,
    wrong,
    request,
    with,
    std::move(answer));
}

outgoing get_defaults(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(200, policy_json(with.campaign_defaults));
}

outgoing get_campaigns(const incoming& request, const services& with) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.cursor();
  using projections::shelf;
  constexpr shelf shelves[] = {shelf::in_sight, shelf::archived, shelf::any};
  auto from = shelves[query.choice("archived", {"false", "true", "any"}).value_or(0)];
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(200, page_json(with.views->look().campaigns(cursor, limit, from), campaign_json));
}

outgoing get_campaign(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto found = find_campaign(request, with.views->look());
  if (!found)
    return render(not_found("campaign_id", "campaign"));
  auto answer = as_json(200, campaign_json(*found));
  answer.headers.push_back(etag(found->version));
  return answer;
}

void patch_campaign(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto found = find_campaign(request, look);
  if (!found)
    return answer(render(not_found("campaign_id", "campaign")));
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  auto settings = read_changes(std::get<json>(body), found->state, look, with.now(), wrong);
  check_hook(settings, with, wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  keep_hook_secret(settings, found->state.id, with);
  order(
    domain::edit_campaign{std::move(settings)},
    {.id = found->state.id, .verb = "edited"},
    request,
    with,
    std::move(answer));
}

/// Whether the command has people called who were not called before it.
bool sets_off(const domain::campaign_command& command, domain::campaign_status now) {
  using domain::campaign_status;
  bool starts = std::holds_alternative<domain::start_campaign>(command);
  bool resumes = std::holds_alternative<domain::resume_campaign>(command);
  return (starts && now == campaign_status::draft) || (resumes && now == campaign_status::paused);
}

/// Why nobody can be called over it, as of now.
std::optional<std::string>
why_no_trunk(events::trunk_id id, const projections::library_view& look, const services& with) {
  auto found = look.trunk(id);
  if (!found || found->removed)
    return "The trunk is gone.";
  const auto& trunk = found->trunk;
  if (auto troubles = with.check_trunk(trunk); !troubles.empty())
    return std::move(troubles.front().detail);
  auto why = with.check_secrets(trunk.trunk, trunk.provider, trunk.settings, {});
  return why ? std::optional{"Of its secrets, " + *why + '.'} : std::nullopt;
}

/// The trunk may have been edited since the campaign was made, and the server started
/// anew with other options.
std::optional<problem> not_callable(
  events::campaign_id id, const domain::campaign_command& command, const services& with) {
  auto look = with.views->look();
  auto found = look.campaign(id);
  if (!found || !sets_off(command, found->state.status))
    return std::nullopt;
  problem no{
    .status = 409,
    .slug = "trunk-not-usable",
    .title = "Nobody can be called over the campaign's trunk.",
    .detail = {},
    .field = "campaign_id",
    .more = text_of(
      {{"campaign_id", to_string(id)},
       {"workflow_id", to_string(found->state.workflow)},
       {"trunk_id", to_string(found->state.trunk)}}),
    .retry_after_seconds = {}};
  auto why = why_no_trunk(found->state.trunk, look, with);
  if (!why) {
    why = why_no_agent(found->state.workflow, found->state.trunk, look, with);
    no.slug = "agent-not-usable";
    no.title = "The trunk cannot hand calls to the workflow's agent.";
  }
  if (!why)
    return std::nullopt;
  no.detail = *std::move(why);
  return no;
}

/// What a command says in its body; no body is an empty object.
using command_reader = domain::campaign_command (*)(object_reader&);

void read_command(
  command_reader read,
  std::string verb,
  const incoming& request,
  const services& with,
  reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto id = id_in<events::campaign_id>(request.params.at(0));
  if (!id)
    return answer(render(not_found("campaign_id", "campaign")));
  auto body = read_body_or_nothing(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  object_reader reader{std::get<json>(body), "", wrong};
  auto command = read(reader);
  reader.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  if (auto no = not_callable(*id, command, with))
    return answer(render(*no));
  order(std::move(command), {.id = *id, .verb = std::move(verb)}, request, with, std::move(answer));
}

handler commanding(std::string verb, command_reader read) {
  return [=](const incoming& request, const services& with, reply answer) {
    read_command(read, verb, request, with, std::move(answer));
  };
}

template <class Command>
domain::campaign_command nothing_said(object_reader&) {
  return Command{};
}

/// Calls that are up end by themselves, unless the body would have them hung up.
template <class Command>
domain::campaign_command how_to_stop(object_reader& body) {
  return Command{.hang_up = body.choice("calls", {"drain", "hang_up"}) == std::size_t{1}};
}

} // namespace

std::vector<route> campaign_routes() {
  const std::string one = "/v1/campaigns/{campaign_id}";
  return {
    {"POST", "/v1/campaigns", post_campaign},
    {"GET", "/v1/campaigns", at_once(get_campaigns)},
    {"GET", one, at_once(get_campaign)},
    {"PATCH", one, patch_campaign},
    {"DELETE", one, commanding("deleted", nothing_said<domain::delete_campaign>)},
    {"POST", one + "/start", commanding("started", nothing_said<domain::start_campaign>)},
    {"POST", one + "/pause", commanding("paused", how_to_stop<domain::pause_campaign>)},
    {"POST", one + "/resume", commanding("resumed", nothing_said<domain::resume_campaign>)},
    {"POST", one + "/cancel", commanding("cancelled", how_to_stop<domain::cancel_campaign>)},
    {"POST", one + "/clone", post_clone},
    {"POST", one + "/redial", post_redial},
    {"POST", one + "/archive", commanding("archived", nothing_said<domain::archive_campaign>)},
    {"POST",
     one + "/unarchive",
     commanding("unarchived", nothing_said<domain::unarchive_campaign>)},
    {"GET", "/v1/campaign-defaults", at_once(get_defaults)}};
}

} // namespace ringmaster::http
