// Contact lists and workflows: what campaigns are made from, with trunks.
#include "domain/prompt.hpp"
#include "http/catalogue.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

constexpr text_limits prompt_limits{.least = 1, .most = 100'000, .lines = true};
constexpr std::size_t most_variables = 200; // as many as a list may have columns

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

} // namespace

std::vector<route> catalogue_routes() {
  return {
    {"POST", "/v1/contact-lists", post_list},
    {"GET", "/v1/contact-lists", at_once(get_lists)},
    {"GET", "/v1/contact-lists/{contact_list_id}", at_once(get_list)},
    {"GET", "/v1/contact-lists/{contact_list_id}/rejects.csv", at_once(get_rejects)},
    {"POST", "/v1/workflows", post_workflow},
    {"GET", "/v1/workflows", at_once(get_workflows)},
    {"GET", "/v1/workflows/{workflow_id}", at_once(get_workflow)}};
}

} // namespace ringmaster::http
