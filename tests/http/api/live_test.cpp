#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

std::variant<http::live_request, http::problem> accepted(desk& on, const std::string& target) {
  return http::accept_live(desk::request("GET", target), on.with);
}

} // namespace

TEST_CASE("the live feed resumes from a position of the same log alone") {
  desk on;
  auto id = on.draft();
  auto at = "/v1/campaigns/" + id + "/live";
  auto wish = [&](const std::string& query) {
    return std::get<http::live_request>(accepted(on, at + query));
  };
  CHECK(wish("").campaign == id_of<events::campaign_id>(id));
  CHECK_FALSE(wish("").events);
  CHECK(wish("?events=true").events);
  CHECK(wish("?after=7&generation=first").resume_after == 7u);
  CHECK_FALSE(wish("?after=7&generation=other").resume_after);
  CHECK_FALSE(wish("?after=7").resume_after);
}

TEST_CASE("a feed that comes back goes on after the last event that it heard") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft() + "/live?events=true&after=7&generation=first";
  auto back_with = [&](const std::string& last_event) {
    auto head = desk::request("GET", at);
    head.headers["last-event-id"] = last_event;
    return http::accept_live(head, on.with);
  };
  CHECK(std::get<http::live_request>(back_with("first:31")).resume_after == 31u);
  CHECK(std::get<http::live_request>(back_with("")).resume_after == 7u);
  CHECK_FALSE(std::get<http::live_request>(back_with("other:31")).resume_after);
  for (const auto* nonsense : {"31", "first", "first:", ":", "first:3x", "first:-1", "first:1:2"}) {
    CAPTURE(nonsense);
    CHECK(std::get<http::problem>(back_with(nonsense)).field == "Last-Event-ID");
  }
}

TEST_CASE("the live feed refuses what it cannot read") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft() + "/live";
  auto trouble = [&](const std::string& target) {
    auto it = std::get<http::problem>(accepted(on, target));
    return std::pair{it.status, it.field};
  };
  CHECK(trouble(at + "?events=yes") == std::pair{400u, std::string{"events"}});
  CHECK(trouble(at + "?after=-1&generation=first") == std::pair{400u, std::string{"after"}});
  CHECK(trouble(at + "?nonsense=1") == std::pair{400u, std::string{"nonsense"}});
  CHECK(
    trouble("/v1/campaigns/cmp_000000000zzz/live") == std::pair{404u, std::string{"campaign_id"}});
  CHECK(trouble("/v1/campaigns/x/live").first == 404);
}

TEST_CASE("live messages carry the position and what changed") {
  desk on;
  auto id = id_of<events::campaign_id>(on.draft());
  auto view = on.with.views->look().campaign(id).value();
  auto snapshot = json::parse(http::live_snapshot(view, 42, on.with));
  CHECK(snapshot["type"] == "snapshot");
  CHECK(snapshot["generation"] == "first");
  CHECK(snapshot["position"] == 42);
  CHECK(snapshot["progress"]["total"] == 3);
  auto progress = json::parse(http::live_progress(view, 43, on.with));
  CHECK(progress["type"] == "progress");
  CHECK(progress["progress"]["status"] == "draft");
  auto event = json::parse(http::live_event(on.log().back()));
  CHECK(event["type"] == "event");
  CHECK(event["position"] == on.recorded());
  CHECK(event["event"]["type"] == "campaign.created.v1");
}
