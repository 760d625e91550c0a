// Trunks: the ways to place calls.
#include "http/catalogue.hpp"
#include "http/trunk_body.hpp"
#include "http/trunk_secrets.hpp"

namespace ringmaster::http {

namespace {

void post_trunk(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  trunk_secrets secrets;
  auto it = read_trunk(std::get<json>(body), with, secrets, wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  it.trunk = {with.new_id()};
  with.keep_secrets(it.trunk, secrets); // before the event that says there is a trunk
  auto shown = shown_trunk({.trunk = it, .created_at = with.now()}, with);
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
    request,
    [&](auto cursor, auto limit) { return look.trunks(cursor, limit); },
    [&](const projections::trunk_view& it) { return shown_trunk(it, with); });
}

std::optional<projections::trunk_view>
find_trunk(const incoming& request, const projections::library_view& look) {
  auto id = id_in<events::trunk_id>(request.params.at(0));
  return id ? look.trunk(*id) : std::nullopt;
}

void get_trunk(const incoming& request, const services& with, reply answer) {
  if (auto trouble = unwanted_query(request))
    return answer(*trouble);
  auto found = find_trunk(request, with.views->look());
  if (!found)
    return answer(render(not_found("trunk_id", "trunk")));
  with.trunk_lines(
    found->trunk.trunk,
    [&with, name = request.correlation, of = *found, answer = std::move(answer)](
      const domain::line_report& lines) {
      answer(safely(with, name, [&] {
        auto body = shown_trunk(of, with);
        body["lines"] = lines_json(lines);
        auto shown = as_json(200, body);
        shown.headers.push_back(etag(of.version));
        return shown;
      }));
    });
}

void patch_trunk(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto found = find_trunk(request, with.views->look());
  if (!found || found->removed)
    return answer(render(not_found("trunk_id", "trunk")));
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  trunk_secrets secrets;
  auto it = read_trunk_changes(std::get<json>(body), found->trunk, with, secrets, wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  with.edit_trunk(
    it,
    std::move(secrets),
    origin_of(request),
    then_answer(
      request, with, std::move(answer), "trunk", [&with, id = it.trunk](std::uint64_t position) {
        auto now = with.views->look().trunk(id).value();
        auto shown = shown_trunk(now, with);
        shown["position"] = position;
        auto done = as_json(200, shown);
        done.headers.push_back(etag(now.version));
        return done;
      }));
}

void delete_trunk(const incoming& request, const services& with, reply answer) {
  if (auto trouble = unwanted_query(request))
    return answer(*trouble);
  auto found = find_trunk(request, with.views->look());
  if (!found || found->removed)
    return answer(render(not_found("trunk_id", "trunk")));
  auto shown = shown_trunk(*found, with);
  shown["removed"] = true;
  with.remove_trunk(
    found->trunk.trunk,
    origin_of(request),
    then_answer(request, with, std::move(answer), "trunk", [shown](std::uint64_t position) {
      auto body = shown;
      body["position"] = position;
      return as_json(200, body);
    }));
}

} // namespace

std::vector<route> trunk_routes() {
  const std::string one = "/v1/trunks/{trunk_id}";
  return {
    {"POST", "/v1/trunks", post_trunk, events::key_role::admin},
    {"GET", "/v1/trunks", at_once(get_trunks)},
    {"GET", one, get_trunk},
    {"PATCH", one, patch_trunk, events::key_role::admin},
    {"DELETE", one, delete_trunk, events::key_role::admin}};
}

} // namespace ringmaster::http
