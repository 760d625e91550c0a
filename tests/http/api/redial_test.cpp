#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

/// Jane was reached, Bob was busy, Eve was never called; and the campaign is over.
std::string over(desk& on) {
  auto id = on.draft();
  on.post("/v1/campaigns/" + id + "/start");
  auto campaign = id_of<events::campaign_id>(id);
  for (std::uint32_t row : {1, 2}) {
    auto how = row == 1 ? events::outcome::completed : events::outcome::busy;
    auto as = row == 1 ? events::disposition::completed : events::disposition::failed;
    on.happen(
      {campaign, row},
      events::contact_dialed{.attempt = 1, .trunk = {}, .caller_id = "", .at = on.now});
    events::contact_attempt_ended end;
    end.attempt = 1;
    end.outcome = how;
    end.at = on.now;
    on.happen({campaign, row}, end);
    on.happen({campaign, row}, events::contact_finished{as});
  }
  on.post("/v1/campaigns/" + id + "/cancel");
  return id;
}

} // namespace

TEST_CASE("a redial is a draft of those who were not reached, with their columns") {
  desk on;
  auto at = "/v1/campaigns/" + over(on);
  auto made = on.post(at + "/redial", R"({"name":"again"})");
  REQUIRE_MESSAGE(made.status == 201, made.text);
  CHECK(made.body["status"] == "draft");
  CHECK(made.body["name"] == "again");
  CHECK(made.body["progress"]["total"] == 2);
  auto contacts =
    on.get("/v1/campaigns/" + made.body["id"].get<std::string>() + "/contacts").body["items"];
  CHECK(contacts[0]["phone_number"] == "+14155550101");
  CHECK(contacts[0]["initial_context"] == json{{"customer_name", "Bob"}, {"plan", ""}});
  CHECK(contacts[1]["initial_context"]["customer_name"] == "Eve");
  CHECK(on.get(at).body["redialed_as"] == made.body["id"]);
  auto again = on.post(at + "/redial");
  CHECK(again.status == 409);
  CHECK(again.body["redialed_as"] == made.body["id"]);
  auto forced = on.post(at + "/redial", R"({"outcomes":["busy"],"force":true})");
  CHECK(forced.body["progress"]["total"] == 1);
}

TEST_CASE("whom only the campaign's end kept from another call is called by its redial") {
  desk on;
  auto id = on.draft();
  on.post("/v1/campaigns/" + id + "/start");
  auto campaign = id_of<events::campaign_id>(id);
  auto end_call = [&](std::uint32_t row) {
    events::contact_attempt_ended end;
    end.attempt = 1;
    end.outcome = events::outcome::cancelled;
    end.at = on.now;
    on.happen({campaign, row}, end);
    on.happen({campaign, row}, events::contact_finished{events::disposition::cancelled});
  };
  for (std::uint32_t row : {1, 2, 3})
    on.happen(
      {campaign, row},
      events::contact_dialed{.attempt = 1, .trunk = {}, .caller_id = "", .at = on.now});
  end_call(2); // by name, while he waited for a retry
  on.now += std::chrono::seconds{1};
  on.happen({campaign, 3}, events::contact_withdrawn{}); // by name, during the call
  on.post("/v1/campaigns/" + id + "/cancel", R"({"calls":"hang_up"})");
  end_call(1);
  end_call(3);
  auto made = on.post("/v1/campaigns/" + id + "/redial", R"({"outcomes":["cancelled"]})");
  REQUIRE_MESSAGE(made.status == 201, made.text);
  CHECK(made.body["progress"]["total"] == 1);
}

TEST_CASE("of two redials at the same time one makes the draft") {
  desk on;
  auto at = "/v1/campaigns/" + over(on);
  std::vector<std::function<void()>> waiting;
  on.with.later = [&](const std::function<void()>& what) {
    waiting.push_back(what);
    return true;
  };
  std::vector<unsigned> statuses;
  for (int n = 0; n < 2; ++n)
    http::handle(desk::request("POST", at + "/redial"), on.with, [&](const http::outgoing& it) {
      statuses.push_back(it.status);
    });
  for (const auto& what : waiting)
    what();
  CHECK(statuses == std::vector<unsigned>{201, 409});
  CHECK(on.get("/v1/campaigns").body["items"].size() == 2);
}

TEST_CASE("a redial that calls nobody, or is of a campaign that goes on, is refused") {
  desk on;
  auto at = "/v1/campaigns/" + over(on);
  auto before = on.recorded();
  CHECK(
    on.post(at + "/redial", R"({"outcomes":["voicemail"]})").body["type"]
    == "/problems/no-contacts");
  CHECK(on.post(at + "/redial", R"({"outcomes":["completed"]})").body["field"] == "/outcomes/0");
  CHECK(on.post(at + "/redial", R"({"outcomes":"busy"})").status == 400);
  CHECK(on.post(at + "/redial", R"({"contact_list_id":"lst_000000000001"})").status == 422);
  on.with.later = [](const auto&) { return false; };
  CHECK(on.post(at + "/redial").status == 503);
  CHECK(on.recorded() == before);
  CHECK(on.post("/v1/campaigns/" + on.draft() + "/redial").body["type"] == "/problems/not-over");
}
