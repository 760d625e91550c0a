#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace std::chrono_literals;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

/// A call that took `talk` from its answer on.
void call(
  desk& on,
  events::campaign_id campaign,
  std::uint32_t row,
  events::outcome how,
  std::chrono::seconds talk,
  events::disposition as = events::disposition::failed) {
  events::contact_key who{campaign, row};
  on.happen(
    who,
    events::contact_dialed{.attempt = 1, .trunk = {9}, .caller_id = "+14155550199", .at = on.now});
  if (talk > 0s)
    on.happen(who, events::contact_answered{1, on.now + 5s});
  events::contact_attempt_ended end;
  end.attempt = 1;
  end.outcome = how;
  end.talk_time_ms = static_cast<std::uint64_t>(talk / 1ms);
  end.at = on.now + 5s + talk;
  end.has_result = talk > 0s;
  on.happen(who, end);
  on.happen(who, events::contact_finished{.disposition = as});
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

} // namespace

TEST_CASE("a report has a line for each run, with the list's columns and what was gathered") {
  desk on;
  auto id = on.draft();
  auto campaign = id_of<events::campaign_id>(id);
  on.post("/v1/campaigns/" + id + "/start");
  on.results[{campaign, 1, 1}] = {
    "[]", R"({"confirmed":true,"note":"a,b"})", "https://host/1.wav", true};
  call(on, campaign, 1, events::outcome::completed, 60s);
  on.happen(
    {campaign, 1}, events::contact_initiated{.attempt = 1, .provider_ref = "", .at = on.now + 1s});
  events::contact_call_judged said;
  said.attempt = 1;
  said.call_disposition = "interested";
  said.opted_out = true;
  on.happen({campaign, 1}, said);
  auto report = on.get("/v1/campaigns/" + id + "/report.csv");
  CHECK(report.status == 200);
  CHECK(report.headers["Content-Type"] == "text/csv; charset=utf-8");
  CHECK(
    report.text
    == "run_id,row,attempt,phone_number,outcome,cause,provider_code,provider_ref,trunk_id,caller_"
       "id,dialed_at,initiated_at,"
       "ringing_at,answered_at,ended_at,duration_ms,answered_by,call_disposition,opted_out,retry_"
       "at,recording_url,gathered_"
       "context,"
       "customer_name,plan,gathered.confirmed,gathered.note\r\n"
         + id
         + ".1.1,1,1,+14155550100,completed,,,,trk_000000000009,+14155550199,2026-11-23T12:00:00Z,"
           "2026-11-23T12:00:01Z,,"
           "2026-11-23T12:00:05Z,2026-11-23T12:01:05Z,60000,unknown,interested,true,,https://host/"
           "1.wav,"
           "\"{\"\"confirmed\"\":true,\"\"note\"\":\"\"a,b\"\"}\",Jane,premium,true,\"a,b\"\r\n");
}

TEST_CASE("what any call of the report gathered has a column, and who has it a value") {
  desk on;
  auto id = on.draft();
  auto campaign = id_of<events::campaign_id>(id);
  on.post("/v1/campaigns/" + id + "/start");
  on.results[{campaign, 1, 1}] = {"[]", R"({"age":41,"=evil":"=1+1"})", "", true};
  on.results[{campaign, 2, 1}] = {"[]", R"({"slots":["mon","tue"],"age":null})", "", true};
  on.results[{campaign, 3, 1}] = {"[]", "[1,2]", "", true};
  for (std::uint32_t row : {1U, 2U, 3U})
    call(
      on, campaign, row, row == 2 ? events::outcome::voicemail : events::outcome::completed, 60s);
  auto at = "/v1/campaigns/" + id + "/report.csv";
  auto all = on.get(at).text;
  CHECK(all.find(",plan,gathered.=evil,gathered.age,gathered.slots\r\n") != std::string::npos);
  CHECK(all.find(",Jane,premium,'=1+1,41,\r\n") != std::string::npos);
  CHECK(all.find(",Bob,,,,\"[\"\"mon\"\",\"\"tue\"\"]\"\r\n") != std::string::npos);
  CHECK(all.find(",Eve,basic,,,\r\n") != std::string::npos);
  auto few = on.get(at + "?outcome=voicemail").text;
  CHECK(few.find(",plan,gathered.age,gathered.slots\r\n") != std::string::npos);
  auto many = nlohmann::json::object();
  for (int n = 100; n < 220; ++n)
    many[std::to_string(n)] = n;
  on.results[{campaign, 2, 1}] = {"[]", many.dump(), "", true};
  few = on.get(at + "?outcome=voicemail").text;
  CHECK(few.find(",gathered.199\r\n") != std::string::npos);
  CHECK(few.find(",199\r\n") != std::string::npos);
}

TEST_CASE("a report's values are never taken for formulas, and its columns are told apart") {
  desk on;
  auto body = on.campaign_body();
  body["contact_list_id"] =
    on.upload("/v1/contact-lists", "phone_number,customer_name,outcome\n+14155550100,=1+1,@cmd\n")
      .body["id"];
  auto id = on.post("/v1/campaigns", body.dump()).body["id"].get<std::string>();
  call(on, id_of<events::campaign_id>(id), 1, events::outcome::busy, 0s);
  auto text = on.get("/v1/campaigns/" + id + "/report.csv").text;
  CHECK(text.find(",customer_name,contact.outcome\r\n") != std::string::npos);
  CHECK(text.ends_with(",'=1+1,'@cmd\r\n"));
}

TEST_CASE("a report is of a time and an outcome, and goes on past its first piece") {
  desk on;
  std::string csv = "phone_number,customer_name\n";
  for (int n = 0; n < 1'200; ++n)
    csv += "+1415555" + std::to_string(1000 + n) + ",Someone\n";
  auto body = on.campaign_body();
  body["contact_list_id"] = on.upload("/v1/contact-lists", csv).body["id"];
  auto id = on.post("/v1/campaigns", body.dump()).body["id"].get<std::string>();
  auto began = on.now;
  for (std::uint32_t row = 1; row <= 1'200; ++row) {
    on.now = began + std::chrono::seconds{row};
    call(
      on,
      id_of<events::campaign_id>(id),
      row,
      row % 2 == 0 ? events::outcome::busy : events::outcome::no_answer,
      0s);
  }
  auto at = "/v1/campaigns/" + id + "/report.csv";
  CHECK(lines_in(on.get(at).text) == 1'201);
  CHECK(lines_in(on.get(at + "?outcome=busy").text) == 601);
  CHECK(lines_in(on.get(at + "?from=2026-11-23T12:00:11Z&until=2026-11-23T12:00:21Z").text) == 11);
  CHECK(on.get(at + "?from=soon").body["field"] == "from");
  CHECK(on.get(at + "?limit=5").status == 400);
  CHECK(on.get("/v1/campaigns/cmp_000000000zzz/report.csv").status == 404);
}

TEST_CASE("a timeline counts what happened in each minute, hour or day, gaps included") {
  desk on; // Monday 12:00:00
  auto id = on.draft();
  auto campaign = id_of<events::campaign_id>(id);
  auto at = "/v1/campaigns/" + id + "/timeline";
  on.now += 30s;
  call(on, campaign, 1, events::outcome::completed, 20s);
  on.happen(
    {campaign, 2},
    events::contact_dialed{.attempt = 1, .trunk = {9}, .caller_id = "", .at = on.now});
  on.now += 3min;
  call(on, campaign, 3, events::outcome::busy, 0s);
  auto minutes = on.get(at).body;
  REQUIRE(minutes["items"].size() == 4);
  auto first = minutes["items"][0];
  CHECK(first["at"] == "2026-11-23T12:00:00Z");
  CHECK(first["attempts"] == 2);
  CHECK(first["answered"] == 1);
  CHECK(first["outcomes"]["completed"] == 1);
  CHECK(first["most_in_flight"] == 1);
  CHECK(minutes["items"][1]["attempts"] == 0);
  CHECK(minutes["items"][1]["most_in_flight"] == 1); // the second is still up
  CHECK(minutes["items"][3]["outcomes"]["busy"] == 1);
  CHECK(minutes["items"][3]["most_in_flight"] == 2);
  auto hours = on.get(at + "?bucket=hour").body;
  REQUIRE(hours["items"].size() == 1);
  CHECK(hours["items"][0]["attempts"] == 3);
  CHECK(hours["bucket_minutes"] == 60);
  auto days = on.get(at + "?bucket=day&from=2026-11-22T05:00:00Z&until=2026-11-24T00:00:00Z").body;
  REQUIRE(days["items"].size() == 2);
  CHECK(days["items"][0]["attempts"] == 0);
  CHECK(days["items"][1]["attempts"] == 3);
  CHECK(on.get(at + "?from=2026-11-23T12:03:00Z&until=2026-11-23T12:03:00Z").body["items"].empty());
}

TEST_CASE("a timeline of too many buckets is refused") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft() + "/timeline";
  CHECK(on.get(at).body["items"].size() == 1);
  CHECK(on.get(at + "?from=2026-11-01T00:00:00Z").body["field"] == "bucket");
  CHECK(on.get(at + "?from=2026-11-01T00:00:00Z&bucket=hour").status == 200);
  CHECK(on.get(at + "?from=1000-11-01T00:00:00Z&bucket=day").status == 400);
  CHECK(on.get(at + "?bucket=week").status == 400);
}

TEST_CASE("runs are found by duration, disposition and number, and ordered as wished") {
  desk on;
  auto id = on.draft();
  auto campaign = id_of<events::campaign_id>(id);
  call(on, campaign, 1, events::outcome::completed, 60s);
  on.now += 1s;
  call(on, campaign, 2, events::outcome::completed, 10s);
  on.now += 1s;
  call(on, campaign, 3, events::outcome::busy, 0s);
  auto rows = [&](const std::string& query) {
    std::vector<int> found;
    auto got = on.get("/v1/campaigns/" + id + "/runs" + query);
    CHECK_MESSAGE(got.status == 200, got.text);
    for (const auto& it : got.body["items"])
      found.push_back(it["row"]);
    return found;
  };
  using list = std::vector<int>;
  CHECK(rows("?duration_ms_from=10000") == list{2, 1});
  CHECK(rows("?duration_ms_from=1&duration_ms_until=60000") == list{2});
  CHECK(rows("?disposition=failed") == list{3, 2, 1});
  CHECK(rows("?disposition=completed").empty());
  CHECK(rows("?phone_number=+14155550101") == list{2});
  CHECK(rows("?phone_number=+14155550101&outcome=busy").empty());
  CHECK(rows("?phone_number=+14155550199").empty());
  for (const auto* no_number : {"abc", "14155550101", "+1", "+19995550101"})
    CHECK(
      on.get("/v1/campaigns/" + id + "/runs?phone_number=" + no_number).body["field"]
      == "phone_number");
  CHECK(rows("?sort=duration") == list{1, 2, 3});
  CHECK(rows("?sort=duration&order=ascending") == list{3, 2, 1});
  CHECK(rows("?sort=outcome&order=ascending") == list{1, 2, 3});
  auto first = on.get("/v1/campaigns/" + id + "/runs?sort=duration&limit=2").body;
  CHECK(
    rows("?sort=duration&limit=2&cursor=" + first["next_cursor"].get<std::string>()) == list{3});
  CHECK(on.get("/v1/campaigns/" + id + "/runs?sort=name").status == 400);
}

TEST_CASE("runs are ordered by number and by what became of the contact") {
  desk on;
  auto id = on.draft();
  auto campaign = id_of<events::campaign_id>(id);
  call(on, campaign, 3, events::outcome::busy, 0s);
  call(on, campaign, 1, events::outcome::busy, 0s);
  call(on, campaign, 2, events::outcome::completed, 10s, events::disposition::completed);
  auto rows = [&](const std::string& query) {
    std::vector<int> found;
    auto got = on.get("/v1/campaigns/" + id + "/runs" + query);
    for (const auto& it : got.body["items"])
      found.push_back(it["row"]);
    return found;
  };
  using list = std::vector<int>;
  CHECK(rows("?sort=number") == list{3, 2, 1});
  CHECK(rows("?sort=number&order=ascending") == list{1, 2, 3});
  CHECK(rows("?sort=disposition&order=ascending") == list{2, 3, 1});
  CHECK(rows("?sort=disposition") == list{1, 3, 2});
}

TEST_CASE("a cursor holds in its own order alone, and other orders know no age") {
  desk on;
  auto id = on.draft();
  auto campaign = id_of<events::campaign_id>(id);
  for (std::uint32_t row = 1; row <= 3; ++row)
    call(on, campaign, row, events::outcome::busy, 0s);
  auto runs = "/v1/campaigns/" + id + "/runs?limit=1";
  auto by_age = on.get(runs).body["next_cursor"].get<std::string>();
  auto by_length = on.get(runs + "&sort=duration").body["next_cursor"].get<std::string>();
  CHECK(on.get(runs + "&cursor=" + by_age).status == 200);
  CHECK(on.get(runs + "&sort=duration&cursor=" + by_length).status == 200);
  for (const auto& odd :
       {"&cursor=" + by_length,
        "&sort=duration&cursor=" + by_age,
        "&sort=outcome&cursor=" + by_length,
        std::string{"&sort=duration&cursor=duration:"},
        std::string{"&cursor=0"}})
    CHECK(on.get(runs + odd).body["field"] == "cursor");
  CHECK(on.get(runs + "&sort=duration&order=newest").body["field"] == "order");
  CHECK(on.get(runs + "&sort=duration&order=oldest").status == 400);
  CHECK(on.get(runs + "&order=ascending").status == 200);
}
