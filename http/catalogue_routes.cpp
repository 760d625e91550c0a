// Contact lists, workflows and trunks: what campaigns are made from.
#include "domain/match.hpp"
#include "domain/phone_number.hpp"
#include "domain/prompt.hpp"
#include "http/render.hpp"
#include "http/router.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

constexpr text_limits prompt_limits{.least = 1, .most = 100'000, .lines = true};
constexpr std::size_t most_variables = 200; // as many as a list may have columns
constexpr std::size_t most_caller_ids = 1'000;

/// A page of `kind`, by the query's cursor and limit.
template <class Fetch, class Render>
outgoing list_page(const incoming& request, Fetch fetch, Render item) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.cursor();
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(200, page_json(fetch(cursor, limit), item));
}

/// Queries that take no parameters.
std::optional<outgoing> unwanted_query(const incoming& request) {
  faults wrong;
  query_reader{request, wrong}.finish();
  return wrong.any() ? std::optional{render(wrong.as_problem())} : std::nullopt;
}

/// Answers a command on the catalogue once it is on disk.
on_answer then_answer(
  const incoming& request,
  const services& with,
  reply answer,
  std::string what,
  std::function<outgoing(std::uint64_t)> done) {
  return [&with,
          name = request.correlation,
          answer = std::move(answer),
          what = std::move(what),
          done = std::move(done)](const command_answer& it) {
    answer(safely(with, name, [&] {
      return match(
        it,
        [&](const command_done& so) { return done(so.position); },
        [&](const command_refused& no) {
          auto detail = no.why == domain::refusal::trunk_in_use
                          ? "A campaign that is not over uses this " + what + "."
                          : "The " + what + " cannot have this: "
                              + std::string{domain::to_string(no.why)} + ".";
          return render(refused(no.why, std::move(detail), ordered::object()));
        },
        [](const command_unavailable& no) { return render(unavailable(no)); });
    }));
  };
}

outgoing created(ordered body, const std::string& collection, std::uint64_t position) {
  body["position"] = position;
  auto answer = as_json(201, body);
  answer.headers.emplace_back(
    "Location", "/v1/" + collection + "/" + body["id"].get<std::string>());
  return answer;
}

// -- contact lists -------------------------------------------------------------

outgoing get_lists(const incoming& request, const services& with) {
  auto look = with.views->look();
  return list_page(
    request, [&](auto cursor, auto limit) { return look.lists(cursor, limit); }, list_json);
}

std::optional<projections::list_view> find_list(const incoming& request, const services& with) {
  auto id = id_in<events::contact_list_id>(request.params.at(0));
  return id ? with.views->look().list(*id) : std::nullopt;
}

outgoing get_list(const incoming& request, const services& with) {
  if (auto trouble = unwanted_query(request))
    return *trouble;
  auto list = find_list(request, with);
  return list ? as_json(200, list_json(*list))
              : render(not_found("contact_list_id", "contact list"));
}

outgoing get_rejects(const incoming& request, const services& with) {
  if (auto trouble = unwanted_query(request))
    return *trouble;
  auto list = find_list(request, with);
  if (!list)
    return render(not_found("contact_list_id", "contact list"));
  auto pieces = with.rejects(list->list.list);
  if (!pieces)
    return render(not_found("contact_list_id", "rejects file: every row of the list was accepted"));
  return {
    .status = 200,
    .headers =
      {{"Content-Type", "text/csv; charset=utf-8"},
       {"Content-Disposition",
        "attachment; filename=\"" + to_string(list->list.list) + "-rejects.csv\""}},
    .body = "",
    .stream = *std::move(pieces)};
}

/// The same as the streamed way, for a body that is already there.
void post_list(const incoming& request, const services& with, reply answer) {
  auto head = accept_upload(request);
  if (const auto* trouble = std::get_if<problem>(&head))
    return answer(render(*trouble));
  auto upload = with.begin_upload(std::get<upload::options>(head), origin_of(request));
  auto* one = upload.get();
  one->write(request.body);
  auto name = request.correlation;
  one->finish(
    request.mark, [&with, name, answer, kept = std::shared_ptr{std::move(upload)}](auto what) {
      answer(safely(with, name, [&] { return render_upload(what); }));
    });
}

// -- workflows -----------------------------------------------------------------

bool is_variable(std::string_view name) {
  return std::ranges::all_of(name, [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '_';
  });
}

std::vector<std::string> read_variables(object_reader& body, faults& wrong) {
  std::vector<std::string> names;
  body.each("required_variables", most_variables, [&](const json& it, const std::string& at) {
    auto name = read_text(it, at, {}, wrong);
    if (!name)
      return;
    if (!is_variable(*name))
      wrong.meaning(at, "A variable's name has a to z, 0 to 9 and _ alone.");
    else if (std::ranges::find(names, *name) != names.end())
      wrong.meaning(at, "The variable " + *name + " comes twice.");
    else
      names.push_back(*std::move(name));
  });
  return names;
}

events::workflow_created read_workflow(const json& from, faults& wrong) {
  object_reader body{from, "", wrong};
  body.require("name").require("agent").require("prompt");
  events::workflow_created it;
  it.name = body.text("name").value_or("");
  it.agent = body.text("agent").value_or("");
  it.prompt = body.text("prompt", prompt_limits).value_or("");
  it.required_variables = read_variables(body, wrong);
  if (!domain::variables_of(it.prompt))
    wrong.meaning(
      body.at("prompt"),
      "The prompt has braces that are left open, or a variable that is not named by a to z, 0 to 9 "
      "and _.");
  body.finish();
  return it;
}

void post_workflow(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  auto it = read_workflow(std::get<json>(body), wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  it.workflow = {with.new_id()};
  auto shown = workflow_json({.workflow = it, .created_at = with.now()});
  with.create_workflow(
    it,
    origin_of(request),
    then_answer(request, with, std::move(answer), "workflow", [shown](std::uint64_t position) {
      return created(shown, "workflows", position);
    }));
}

outgoing get_workflows(const incoming& request, const services& with) {
  auto look = with.views->look();
  return list_page(
    request, [&](auto cursor, auto limit) { return look.workflows(cursor, limit); }, workflow_json);
}

outgoing get_workflow(const incoming& request, const services& with) {
  if (auto trouble = unwanted_query(request))
    return *trouble;
  auto id = id_in<events::workflow_id>(request.params.at(0));
  auto found = id ? with.views->look().workflow(*id) : std::nullopt;
  if (!found)
    return render(not_found("workflow_id", "workflow"));
  auto answer = as_json(200, workflow_json(*found));
  answer.headers.push_back(etag(found->version));
  return answer;
}

// -- trunks --------------------------------------------------------------------

std::vector<std::string> read_caller_ids(object_reader& body, faults& wrong) {
  std::vector<std::string> numbers;
  body.each("caller_ids", most_caller_ids, [&](const json& it, const std::string& at) {
    auto text = read_text(it, at, {}, wrong);
    if (!text)
      return;
    auto number = domain::to_e164(*text, "");
    if (const auto* why = std::get_if<domain::phone_trouble>(&number))
      wrong.meaning(
        at,
        "A caller id is a number as in +14155550100; this is not: "
          + std::string{domain::to_string(*why)} + ".");
    else if (std::ranges::find(numbers, std::get<std::string>(number)) != numbers.end())
      wrong.meaning(at, "The caller id comes twice.");
    else
      numbers.push_back(std::get<std::string>(std::move(number)));
  });
  return numbers;
}

events::trunk_created read_trunk(const json& from, const services& with, faults& wrong) {
  object_reader body{from, "", wrong};
  body.require("name").require("provider").require("channels");
  events::trunk_created it;
  it.name = body.text("name").value_or("");
  auto provider = body.text("provider");
  const auto* settings = body.object("settings");
  it.settings = settings ? settings->dump() : "{}";
  it.caller_ids = read_caller_ids(body, wrong);
  it.channels = body.whole("channels", 1, 100'000).value_or(0);
  it.rate = {body.whole("calls_per_second", 0, 100'000).value_or(0), 1};
  body.finish();
  it.provider = provider.value_or("");
  if (auto trouble = provider ? with.check_trunk(it.provider, it.settings) : std::nullopt)
    wrong.meaning(body.at("settings"), "The provider does not take this: " + *trouble + ".");
  return it;
}

void post_trunk(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  auto it = read_trunk(std::get<json>(body), with, wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  it.trunk = {with.new_id()};
  auto shown = trunk_json({.trunk = it, .created_at = with.now()});
  with.create_trunk(
    it,
    origin_of(request),
    then_answer(request, with, std::move(answer), "trunk", [shown](std::uint64_t position) {
      return created(shown, "trunks", position);
    }));
}

outgoing get_trunks(const incoming& request, const services& with) {
  auto look = with.views->look();
  return list_page(
    request, [&](auto cursor, auto limit) { return look.trunks(cursor, limit); }, trunk_json);
}

outgoing get_trunk(const incoming& request, const services& with) {
  if (auto trouble = unwanted_query(request))
    return *trouble;
  auto id = id_in<events::trunk_id>(request.params.at(0));
  auto found = id ? with.views->look().trunk(*id) : std::nullopt;
  if (!found)
    return render(not_found("trunk_id", "trunk"));
  auto answer = as_json(200, trunk_json(*found));
  answer.headers.push_back(etag(found->version));
  return answer;
}

void delete_trunk(const incoming& request, const services& with, reply answer) {
  if (auto trouble = unwanted_query(request))
    return answer(*trouble);
  auto id = id_in<events::trunk_id>(request.params.at(0));
  auto found = id ? with.views->look().trunk(*id) : std::nullopt;
  if (!found || found->removed)
    return answer(render(not_found("trunk_id", "trunk")));
  auto shown = trunk_json(*found);
  shown["removed"] = true;
  with.remove_trunk(
    *id,
    origin_of(request),
    then_answer(request, with, std::move(answer), "trunk", [shown](std::uint64_t position) {
      auto body = shown;
      body["position"] = position;
      return as_json(200, body);
    }));
}

} // namespace

std::vector<route> catalogue_routes() {
  return {
    {"POST", "/v1/contact-lists", post_list},
    {"GET", "/v1/contact-lists", at_once(get_lists)},
    {"GET", "/v1/contact-lists/{contact_list_id}", at_once(get_list)},
    {"GET", "/v1/contact-lists/{contact_list_id}/rejects.csv", at_once(get_rejects)},
    {"POST", "/v1/workflows", post_workflow},
    {"GET", "/v1/workflows", at_once(get_workflows)},
    {"GET", "/v1/workflows/{workflow_id}", at_once(get_workflow)},
    {"POST", "/v1/trunks", post_trunk, events::key_role::admin},
    {"GET", "/v1/trunks", at_once(get_trunks)},
    {"GET", "/v1/trunks/{trunk_id}", at_once(get_trunk)},
    {"DELETE", "/v1/trunks/{trunk_id}", delete_trunk, events::key_role::admin}};
}

} // namespace ringmaster::http
