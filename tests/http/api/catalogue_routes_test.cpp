#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;

TEST_CASE("the index and the health check say where the views stand") {
  desk on;
  on.draft();
  CHECK(on.get("/v1").body["generation"] == "first");
  CHECK(on.get("/v1").body["links"]["campaigns"] == "/v1/campaigns");
  CHECK(on.get("/healthz").body["position"] == on.recorded());
}

TEST_CASE("a path nobody serves is not found, and a method it does not know names those it does") {
  desk on;
  CHECK(on.get("/v1/nothing").status == 404);
  CHECK(on.get("/v1/campaigns/").status == 404);
  auto wrong = on.remove("/v1/campaigns");
  CHECK(wrong.status == 405);
  CHECK(wrong.headers["Allow"] == "POST, GET");
  CHECK(wrong.body["type"] == "/problems/method-not-allowed");
}

TEST_CASE("a workflow is created, shown and listed, newest first") {
  desk on;
  auto made = on.post(
    "/v1/workflows",
    R"({"name":"Reminder","agent":"agent-7","prompt":"Line one\nHi {{ name }}",
        "required_variables":["name"]})");
  REQUIRE(made.status == 201);
  CHECK(made.body["position"] == on.recorded());
  auto id = made.body["id"].get<std::string>();
  CHECK(made.headers["Location"] == "/v1/workflows/" + id);
  auto shown = on.get("/v1/workflows/" + id);
  CHECK(shown.body["prompt"] == "Line one\nHi {{ name }}");
  CHECK(shown.body["required_variables"] == json{"name"});
  CHECK(shown.body["created_at"] == "2026-11-23T12:00:00Z");
  auto second = on.post("/v1/workflows", R"({"name":"b","agent":"a","prompt":"p"})");
  CHECK(second.body["required_variables"] == json::array());
  auto page = on.get("/v1/workflows?limit=1");
  REQUIRE(page.body["items"].size() == 1);
  CHECK(page.body["items"][0]["name"] == "b");
  auto rest = on.get("/v1/workflows?cursor=" + page.body["next_cursor"].get<std::string>());
  CHECK(rest.body["items"][0]["id"] == id);
  CHECK(rest.body["next_cursor"] == nullptr);
}

TEST_CASE("an engine with too much to do asks to come back") {
  desk on;
  on.instead = http::command_unavailable{"too many commands"};
  auto busy = on.post("/v1/workflows", R"({"name":"b","agent":"a","prompt":"p"})");
  CHECK(busy.status == 503);
  CHECK(busy.headers.contains("Retry-After"));
  CHECK(on.recorded() == 0);
}

TEST_CASE("a query that waits for a position is answered after it") {
  desk on;
  CHECK(on.get("/v1/workflows?wait_for=17").status == 200);
  CHECK(on.waited_for == std::vector<std::uint64_t>{17});
  CHECK(on.get("/v1/workflows?wait_for=soon").status == 400);
}

TEST_CASE("a query that waits for what the log does not have is told so") {
  desk on;
  on.sees = http::sight::beyond_the_log;
  auto told = on.get("/v1/workflows?wait_for=17");
  CHECK(told.status == 422);
  CHECK(told.body["field"] == "wait_for");
}

TEST_CASE("a query that waited in vain is asked to come again") {
  desk on;
  on.sees = http::sight::not_in_time;
  auto told = on.get("/v1/workflows?wait_for=17");
  CHECK(told.status == 503);
  CHECK(told.headers.contains("Retry-After"));
}

TEST_CASE("what is open to all waits for nobody") {
  desk on;
  on.with.check_health = [] { return std::vector<http::health_check>{}; };
  for (const auto* path : {"/v1", "/healthz", "/v1/healthz", "/readyz", "/docs", "/openapi.json"})
    CHECK(on.get(std::string{path} + "?wait_for=17").status == 200);
  CHECK(on.waited_for.empty());
}

TEST_CASE("what is refused is told in words") {
  desk on;
  on.instead = http::command_refused{domain::refusal::version_changed};
  auto told = on.post("/v1/workflows", R"({"name":"b","agent":"a","prompt":"p"})");
  CHECK(told.status == 412);
  CHECK(told.body["title"] == "It is not as you saw it any more.");
  CHECK(told.body["type"] == "/problems/version-changed");
  CHECK(
    told.body["detail"]
    == "The workflow cannot have this. It was changed since it had the version of If-Match.");
}

TEST_CASE("trouble in a handler is a 500 that says nothing") {
  desk on;
  on.with.create_workflow = [](auto, auto, auto) { throw std::runtime_error{"secret"}; };
  auto broken = on.post("/v1/workflows", R"({"name":"b","agent":"a","prompt":"p"})");
  CHECK(broken.status == 500);
  CHECK(broken.text.find("secret") == std::string::npos);
}
