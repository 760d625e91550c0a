#include "domain/api_key.hpp"
#include "events/codec.hpp"
#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::answered;
using ringmaster::test::desk;

namespace {

const std::string first = R"({"name":"jane@example.org","role":"admin"})";

answered ask_as(
  desk& on,
  std::optional<events::key_role> role,
  const std::string& method,
  const std::string& target,
  const std::string& body = "") {
  auto it = desk::request(method, target, body);
  it.role = role;
  return on.ask(std::move(it));
}

} // namespace

TEST_CASE("a key's secret is shown once, and only its hash is kept") {
  desk on;
  auto made = on.post("/v1/keys", first);
  REQUIRE(made.status == 201);
  CHECK(made.headers["Cache-Control"] == "no-store");
  auto id = made.body["id"].get<std::string>();
  CHECK(made.headers["Location"] == "/v1/keys/" + id);
  auto secret = made.body["secret"].get<std::string>();
  CHECK(domain::key_named_by(secret) == test::id_of<events::api_key_id>(id));
  CHECK(events::to_json(on.log().back()).find(secret) == std::string::npos);
  auto shown = on.get("/v1/keys/" + id);
  CHECK(shown.text.find(secret) == std::string::npos);
  CHECK(shown.body["name"] == "jane@example.org");
  CHECK(shown.body["role"] == "admin");
  CHECK(shown.body["revoked_at"] == nullptr);
  CHECK(on.get("/v1/keys").body["items"][0] == shown.body);
}

TEST_CASE(
  "a request for a key that is sent again shows the same secret, made again from what is kept") {
  desk on;
  auto request = desk::request("POST", "/v1/keys", first);
  request.headers["idempotency-key"] = "chosen by the client";
  request.mark = events::request_mark{.key = "known by", .digest = "digest"};
  auto made = on.ask(request);
  REQUIRE(made.status == 201);
  auto id = test::id_of<events::api_key_id>(made.body["id"].get<std::string>());
  auto again = [&](http::incoming asked) {
    std::optional<http::outgoing> got;
    projections::carried_out what{
      .position = 1,
      .at = {},
      .digest = "digest",
      .stream = events::stream_of(id),
      .created = true};
    http::recall(what, std::move(asked), on.with, [&](http::outgoing it) { got = std::move(it); });
    return *got;
  };
  auto got = again(request);
  CHECK(got.status == 201);
  CHECK(json::parse(got.body) == made.body);
  CHECK(got.once);
  auto other = request;
  other.headers["idempotency-key"] = "guessed";
  CHECK(again(other).status == 409);
  on.seeds.clear();
  got = again(request);
  CHECK(got.status == 409);
  CHECK(json::parse(got.body)["api_key_id"] == made.body["id"]);
}

TEST_CASE("a secret that may be asked for again takes both the seed and the request's key") {
  domain::secret_bytes one{1};
  auto chance = domain::repeatable_chance(one, "a", 7);
  CHECK(domain::repeatable_chance(one, "a", 7) == chance);
  CHECK(domain::repeatable_chance(one, "b", 7) != chance);
  CHECK(domain::repeatable_chance(one, "a", 8) != chance);
  CHECK(domain::repeatable_chance({2}, "a", 7) != chance);
}

TEST_CASE("a key is revoked once, and revoking it again changes nothing") {
  desk on;
  auto at = "/v1/keys/" + on.post("/v1/keys", first).body["id"].get<std::string>();
  auto gone = on.remove(at);
  CHECK(gone.status == 200);
  CHECK_FALSE(gone.body["revoked_at"].is_null());
  auto before = on.recorded();
  CHECK(on.remove(at).status == 200);
  CHECK(on.recorded() == before);
  CHECK(on.remove("/v1/keys/key_000000000001").status == 404);
}

TEST_CASE("the first key is an admin's") {
  desk on;
  auto viewer = R"({"name":"v","role":"viewer"})";
  auto no = on.post("/v1/keys", viewer);
  CHECK(no.status == 422);
  CHECK(no.body["field"] == "/role");
  on.post("/v1/keys", first);
  CHECK(on.post("/v1/keys", viewer).status == 201);
}

TEST_CASE("a key without a fit name or role is not made") {
  desk on;
  for (auto [body, field] :
       {std::pair{R"({"role":"admin"})", "/name"},
        std::pair{R"({"name":"a b","role":"admin"})", "/name"},
        std::pair{R"({"name":"system","role":"admin"})", "/name"},
        std::pair{R"({"name":"a"})", "/role"},
        std::pair{R"({"name":"a","role":"god"})", "/role"}}) {
    auto no = on.post("/v1/keys", body);
    CHECK((no.status == 400 || no.status == 422));
    CHECK(no.body["field"] == field);
  }
  CHECK(on.recorded() == 0);
}

TEST_CASE("a name that is taken is refused") {
  desk on;
  on.instead = http::command_refused{domain::refusal::name_taken};
  auto no = on.post("/v1/keys", first);
  CHECK(no.status == 409);
  CHECK(no.body["type"] == "/problems/name-taken");
}

TEST_CASE("what a role may do, the ones above it may, and the ones below may not") {
  struct line {
    std::string method, target;
    std::optional<events::key_role> least;
  };
  constexpr auto viewer = events::key_role::viewer;
  constexpr auto operates = events::key_role::operates;
  constexpr auto admin = events::key_role::admin;
  const std::vector<line> lines{
    {"GET", "/healthz", {}},
    {"GET", "/v1", {}},
    {"GET", "/v1/campaigns", viewer},
    {"GET", "/v1/runs/cmp_000000000001.1.1", viewer},
    {"POST", "/v1/campaigns", operates},
    {"POST", "/v1/campaigns/cmp_000000000001/start", operates},
    {"DELETE", "/v1/campaigns/cmp_000000000001", operates},
    {"POST", "/v1/workflows", operates},
    {"POST", "/v1/contact-lists", operates},
    {"POST", "/v1/trunks", admin},
    {"DELETE", "/v1/trunks/trk_000000000001", admin},
    {"GET", "/v1/keys", admin},
    {"POST", "/v1/keys", admin},
    {"DELETE", "/v1/keys/key_000000000001", admin}};
  desk on;
  for (const auto& it : lines) {
    CAPTURE(it.method + " " + it.target);
    auto nobody = ask_as(on, std::nullopt, it.method, it.target);
    CHECK((nobody.status == 401) == it.least.has_value());
    if (it.least)
      CHECK(nobody.headers["WWW-Authenticate"] == "Bearer realm=\"ringmaster\"");
    for (auto role : {viewer, operates, admin}) {
      auto status = ask_as(on, role, it.method, it.target).status;
      CHECK((status == 403) == (it.least && role < *it.least));
      CHECK(status != 401);
    }
  }
  CHECK(on.recorded() == 0);
}

TEST_CASE("who may not says which role may") {
  desk on;
  auto no = ask_as(on, events::key_role::viewer, "POST", "/v1/trunks", "{}");
  CHECK(no.body["type"] == "/problems/role-too-low");
  CHECK(no.body["needed_role"] == "admin");
}

TEST_CASE("the live feed is for those who may see") {
  desk on;
  auto at = desk::request("GET", "/v1/campaigns/" + on.draft() + "/live");
  CHECK(std::holds_alternative<http::live_request>(http::accept_live(at, on.with)));
  at.role = events::key_role::viewer;
  CHECK(std::holds_alternative<http::live_request>(http::accept_live(at, on.with)));
  at.role.reset();
  auto no = http::accept_live(at, on.with);
  CHECK(std::get<http::problem>(no).status == 401);
}
