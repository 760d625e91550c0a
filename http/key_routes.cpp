// API keys: who may ask, and for what.
#include "domain/api_key.hpp"
#include "domain/match.hpp"
#include "events/codec.hpp"
#include "http/gatekeeper.hpp"
#include "http/lasting_chance.hpp"
#include "http/render.hpp"
#include "http/router.hpp"

namespace ringmaster::http {

namespace {

ordered key_json(const projections::api_key_view& it) {
  ordered body{
    {"id", to_string(it.key.key)},
    {"name", it.key.name},
    {"role", events::to_string(it.key.role)},
    {"created_at", events::to_rfc3339(it.created_at)},
    {"created_by", it.created_by},
    {"revoked_at", nullptr}};
  if (it.revoked_at)
    body["revoked_at"] = events::to_rfc3339(*it.revoked_at);
  return body;
}

events::key_role read_role(object_reader& body, faults& wrong) {
  auto text = body.text("role");
  auto role = text ? events::parse_key_role(*text) : std::nullopt;
  if (text && !role)
    wrong.meaning(body.at("role"), "A role is one of viewer, operator and admin.");
  return role.value_or(events::key_role::viewer);
}

events::api_key_created read_key(const json& from, const services& with, faults& wrong) {
  object_reader body{from, "", wrong};
  body.require("name").require("role");
  events::api_key_created it;
  auto name = body.text("name");
  it.name = name.value_or("");
  it.role = read_role(body, wrong);
  body.finish();
  if (name && !domain::is_key_name(it.name))
    wrong.meaning(
      body.at("name"),
      "A key's name has 1 to 64 letters, digits and .-_@ and is not anonymous, local or system.");
  if (!wrong.any() && it.role != events::key_role::admin && !has_keys(with))
    wrong.meaning(
      body.at("role"), "From the first key on, keys are needed: it must be an admin's.");
  return it;
}

std::string refusal_text(domain::refusal why) {
  using domain::refusal;
  return why == refusal::name_taken
           ? "A key of that name was made before, and the log tells them apart by name."
         : why == refusal::not_found ? "There is no such key any more."
                                     : rule_of(why);
}

/// The key as the views have it once the command is done, and more in `with_it`.
void answer_with_key(
  const command_answer& what,
  events::api_key_id id,
  const services& with,
  unsigned status,
  ordered more,
  const reply& answer,
  std::uint64_t name) {
  answer(safely(with, name, [&] {
    return match(
      what,
      [&](const command_done& so) {
        auto body = key_json(with.views->look().api_key(id).value());
        body.update(more);
        body["position"] = so.position;
        auto result = as_json(status, body);
        result.headers.emplace_back("Cache-Control", "no-store");
        result.once = more.contains("secret");
        if (status == 201)
          result.headers.emplace_back("Location", "/v1/keys/" + to_string(id));
        return result;
      },
      [&](const command_refused& no) {
        return render(refused(no.why, refusal_text(no.why), ordered::object()));
      },
      [](const command_unavailable& no) { return render(unavailable(no)); });
  }));
}

void make_key(
  events::api_key_created it,
  const domain::secret_bytes& chance,
  const incoming& request,
  const services& with,
  const reply& answer) {
  auto secret = domain::make_secret(it.key, chance);
  it.secret_sha256 = domain::sha256_of(secret);
  auto id = it.key;
  with.create_key(
    std::move(it),
    origin_of(request),
    [&with, id, name = request.correlation, secret, answer](const command_answer& what) {
      answer_with_key(what, id, with, 201, {{"secret", secret}}, answer, name);
    });
}

void post_key(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  auto it = read_key(std::get<json>(body), with, wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  it.key = {with.new_id()};
  draw_chance(
    it.key.value, request, with, answer, [&with, it, request, answer](const auto& chance) {
      make_key(it, chance, request, with, answer);
    });
}

outgoing get_keys(const incoming& request, const services& with) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.cursor();
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(200, page_json(with.views->look().api_keys(cursor, limit), key_json));
}

std::optional<projections::api_key_view>
find_key(const incoming& request, const projections::library_view& look) {
  auto id = id_in<events::api_key_id>(request.params.at(0));
  return id ? look.api_key(*id) : std::nullopt;
}

outgoing get_key(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto found = find_key(request, with.views->look());
  return found ? as_json(200, key_json(*found)) : render(not_found("api_key_id", "key"));
}

void delete_key(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto look = with.views->look();
  auto found = find_key(request, look);
  if (!found)
    return answer(render(not_found("api_key_id", "key")));
  auto id = found->key.key;
  auto name = request.correlation;
  if (found->revoked_at)
    return answer_with_key(
      command_done{look.position()}, id, with, 200, ordered::object(), answer, name);
  with.revoke_key(
    id,
    origin_of(request),
    [&with, id, name, answer = std::move(answer)](const command_answer& what) {
      answer_with_key(what, id, with, 200, ordered::object(), answer, name);
    });
}

} // namespace

std::vector<route> key_routes() {
  constexpr auto admin = events::key_role::admin;
  const std::string one = "/v1/keys/{api_key_id}";
  return {
    {"POST", "/v1/keys", post_key, admin},
    {"GET", "/v1/keys", at_once(get_keys), admin},
    {"GET", one, at_once(get_key), admin},
    {"DELETE", one, delete_key, admin}};
}

} // namespace ringmaster::http
