#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace std::chrono_literals;
using nlohmann::json;
using ringmaster::test::desk;
using ringmaster::test::id_of;

namespace {

/// A running campaign of three contacts.
struct running : desk {
  running() : text{draft()}, id{id_of<events::campaign_id>(text)}, at{"/v1/campaigns/" + text} {
    post(at + "/start");
  }

  void dial(std::uint32_t row, std::uint32_t attempt = 1) {
    happen(
      {id, row},
      events::contact_dialed{
        .attempt = attempt, .trunk = {9}, .caller_id = "+14155550199", .at = now});
  }

  void end(std::uint32_t row, events::outcome how, std::uint32_t attempt = 1) {
    happen(
      {id, row},
      events::contact_attempt_ended{
        .attempt = attempt,
        .outcome = how,
        .cause = "a cause",
        .provider_code = "SIP 486",
        .talk_time_ms = how == events::outcome::completed ? 4'000u : 0u,
        .at = now,
        .has_result = how == events::outcome::completed});
  }

  void retry(std::uint32_t row, events::instant due_at) {
    happen({id, row}, events::contact_retry_scheduled{.next_attempt = 2, .due_at = due_at});
  }

  void finish(std::uint32_t row, events::disposition how) {
    happen({id, row}, events::contact_finished{how});
  }

  /// One completed, one waiting for a retry in an hour, one never called.
  void make_history() {
    dial(1);
    happen({id, 1}, events::contact_answered{.attempt = 1, .at = now});
    end(1, events::outcome::completed);
    finish(1, events::disposition::completed);
    now += 1min;
    dial(2);
    end(2, events::outcome::busy);
    retry(2, now + 1h);
  }

  std::string text;
  events::campaign_id id;
  std::string at;
};

bool closes(const json& it) {
  std::uint64_t sum = 0;
  for (const auto* name : {"pending", "waiting", "in_flight", "completed", "failed", "cancelled"})
    sum += it[name].get<std::uint64_t>();
  return sum == it["total"].get<std::uint64_t>();
}

} // namespace

TEST_CASE("progress counts everybody, and says when the next call is made") {
  running on;
  on.make_history();
  auto it = on.get(on.at + "/progress").body;
  CHECK(closes(it));
  CHECK(it["total"] == 3);
  CHECK(it["processed"] == 2);
  CHECK(it["pending"] == 1);
  CHECK(it["waiting"] == 1);
  CHECK(it["completed"] == 1);
  CHECK(it["completion_percentage"] == 33.33);
  CHECK(it["attempts"] == 2);
  CHECK(it["connect_rate"] == 0.5);
  CHECK(it["outcomes"]["busy"] == 1);
  CHECK(it["outcomes"]["failed"] == 0);
  CHECK(it["status"] == "running");
  CHECK(it["position"] == on.recorded());
  CHECK(it["generation"] == "first");
  CHECK(it["next_dial_at"] == "2026-11-23T12:01:00Z");
  CHECK(it["next_dial_reason"] == "in_line");
}

TEST_CASE("progress and contacts name what the trunk is short of, and until when") {
  running on;
  on.make_history();
  auto reason = [&] { return on.get(on.at + "/progress").body["next_dial_reason"]; };
  on.lines.why = domain::shortage::caller_ids_exhausted;
  on.lines.until = on.now + 12h;
  CHECK(reason() == "in_line"); // others wait
  on.lines.users = {{on.id, 1, 2, 1}};
  CHECK(reason() == "caller_ids_exhausted");
  CHECK(on.get(on.at + "/progress").body["next_dial_at"] == "2026-11-24T00:01:00Z");
  auto why = on.get(on.at + "/contacts/3").body["why"];
  CHECK(why["reason"] == "caller_ids_exhausted");
  CHECK(why["until"] == "2026-11-24T00:01:00Z");
  CHECK(why["text"] == "It is in line, and every caller id of its trunk is at its limit.");
  CHECK(on.get(on.at + "/contacts/2").body["why"]["reason"] == "waiting_for_retry");
  on.lines.users.front().wanted = 0; // it calls as many as it may
  CHECK(reason() == "in_line");
}

TEST_CASE("when only retries are left the first of them is the next call") {
  running on;
  on.make_history();
  on.dial(3);
  CHECK(on.get(on.at + "/progress").body["next_dial_at"] == "2026-11-23T13:01:00Z");
  CHECK(on.get(on.at + "/progress").body["next_dial_reason"] == "waiting_for_retry");
  on.now += 1h;
  CHECK(on.get(on.at + "/progress").body["next_dial_reason"] == "in_line");
  on.dial(2, 2);
  auto none = on.get(on.at + "/progress").body;
  CHECK(none["next_dial_at"] == nullptr);
  CHECK(none["next_dial_reason"] == "all_dialed");
}

TEST_CASE("out of hours progress names the next opening") {
  running on;
  on.post(on.at + "/pause");
  CHECK(on.get(on.at + "/progress").body["next_dial_reason"] == "campaign_paused");
  on.patch(on.at, R"({"schedule":{"timezone":"UTC","time_slots":[
    {"day":"tuesday","start":"09:30","end":"17:00"}]}})");
  on.post(on.at + "/resume");
  auto it = on.get(on.at + "/progress").body;
  CHECK(it["next_dial_at"] == "2026-11-24T09:30:00Z");
  CHECK(it["next_dial_reason"] == "waiting_for_window");
  auto why = on.get(on.at + "/contacts/1").body["why"];
  CHECK(why["reason"] == "waiting_for_window");
  CHECK(why["until"] == "2026-11-24T09:30:00Z");
  CHECK(why["text"] == "The next time slot opens Tue 2026-11-24 09:30 UTC.");
}

TEST_CASE("progress shows the breaker's window while the campaign runs") {
  running on;
  on.window = {.calls = 8, .failures = 2};
  auto running_now = on.get(on.at + "/progress").body["circuit_breaker"];
  CHECK(
    running_now["window"] == json{{"calls", 8}, {"failures", 2}, {"failure_rate_percent", 25.0}});
  CHECK(running_now["tripped"] == false);
  on.record(
    events::stream_of(on.id),
    events::campaign_paused{events::breaker_trip{
      .calls = 10,
      .failures = 6,
      .threshold_percent = 50,
      .window_seconds = 120,
      .failed_calls = {{on.id, 3, 1}}}});
  auto it = on.get(on.at + "/progress").body;
  CHECK(it["circuit_breaker"]["tripped"] == true);
  CHECK(it["circuit_breaker"]["trip"]["failed_calls"] == json{on.text + ".3.1"});
  CHECK(it["circuit_breaker"]["window"]["calls"] == 0);
  CHECK(
    it["status_reason"]
    == "The circuit breaker tripped: 6 of 10 calls failed within 120 s, more than 50 %.");
}

TEST_CASE("a campaign that failed says why") {
  running on;
  on.record(events::stream_of(on.id), events::campaign_failed{"The trunk is gone."});
  CHECK(on.get(on.at).body["status_reason"] == "The trunk is gone.");
  CHECK(on.get(on.at).body["status"] == "failed");
}

TEST_CASE("runs come newest first, with who was called and what came of it") {
  running on;
  on.make_history();
  auto page = on.get(on.at + "/runs").body;
  REQUIRE(page["items"].size() == 2);
  const auto& busy = page["items"][0];
  CHECK(busy["run_id"] == on.text + ".2.1");
  CHECK(busy["phone_number"] == "+14155550101");
  CHECK(busy["initial_context"] == json{{"customer_name", "Bob"}, {"plan", ""}});
  CHECK(busy["outcome"] == "busy");
  CHECK(busy["cause"] == "a cause");
  CHECK(busy["provider_code"] == "SIP 486");
  CHECK(busy["caller_id"] == "+14155550199");
  CHECK(busy["dialed_at"] == "2026-11-23T12:01:00Z");
  CHECK(busy["answered_at"] == nullptr);
  CHECK(busy["retry_at"] == "2026-11-23T13:01:00Z");
  CHECK_FALSE(busy.contains("transcript"));
  CHECK(page["items"][1]["duration_ms"] == 4'000);
  CHECK(page["next_cursor"] == nullptr);
}

TEST_CASE("runs are paged, ordered and filtered") {
  running on;
  on.make_history();
  auto runs = [&](const std::string& query) {
    auto rows = json::array();
    auto page = on.get(on.at + "/runs?" + query).body;
    for (const auto& it : page["items"])
      rows.push_back(it["row"]);
    return rows;
  };
  CHECK(runs("order=oldest") == json{1, 2});
  CHECK(runs("outcome=completed") == json{1});
  CHECK(runs("from=2026-11-23T12:01:00Z") == json{2});
  CHECK(runs("until=2026-11-23T12:01:00Z") == json{1});
  auto first = on.get(on.at + "/runs?limit=1").body;
  CHECK(runs("limit=1&cursor=" + first["next_cursor"].get<std::string>()) == json{1});
}

TEST_CASE("a run brings what the voice agent brought back") {
  running on;
  on.make_history();
  on.results[{on.id, 1, 1}] = {
    .transcript = R"([{"role":"agent","text":"Hi","at_ms":0}])",
    .gathered_context = R"({"confirmed":true})",
    .recording_url = "https://example.org/r.wav",
    .simulated = true};
  auto run = on.get("/v1/runs/" + on.text + ".1.1").body;
  CHECK(run["transcript"][0]["text"] == "Hi");
  CHECK(run["gathered_context"]["confirmed"] == true);
  CHECK(run["recording_url"] == "https://example.org/r.wav");
  CHECK(run["simulated"] == true);
  CHECK(run["initial_context"]["customer_name"] == "Jane");
  auto listed = on.get(on.at + "/runs?include=result&order=oldest").body["items"];
  CHECK(listed[0]["gathered_context"]["confirmed"] == true);
  CHECK(listed[1]["transcript"] == nullptr);
  CHECK(on.get("/v1/runs/" + on.text + ".3.1").status == 404);
  CHECK(on.get("/v1/runs/nonsense").status == 404);
}

TEST_CASE("what an agent brought back that is no JSON is left out") {
  running on;
  on.make_history();
  on.results[{on.id, 1, 1}] = {
    .transcript = std::string(100'000, '['),
    .gathered_context = "{\"a\":\xff}",
    .recording_url = "",
    .simulated = false};
  auto run = on.get("/v1/runs/" + on.text + ".1.1");
  CHECK(run.status == 200);
  CHECK(run.body["transcript"] == nullptr);
  CHECK(run.body["gathered_context"] == nullptr);
}

TEST_CASE("every contact is listed with where it stands and why") {
  running on;
  on.make_history();
  auto all = on.get(on.at + "/contacts").body["items"];
  REQUIRE(all.size() == 3);
  CHECK(all[0]["status"] == "completed");
  CHECK(all[0]["why"]["reason"] == "contact_finished");
  CHECK(all[1]["status"] == "waiting");
  CHECK(all[1]["last_outcome"] == "busy");
  CHECK(all[1]["attempts"] == 1);
  CHECK(all[1]["why"]["reason"] == "waiting_for_retry");
  CHECK(all[1]["why"]["until"] == "2026-11-23T13:01:00Z");
  CHECK(all[1]["why"]["text"] == "After busy it is tried again Mon 2026-11-23 13:01 UTC.");
  CHECK(all[2]["status"] == "pending");
  CHECK(all[2]["last_outcome"] == nullptr);
  CHECK(all[2]["why"]["reason"] == "in_line");
  CHECK(all[2]["phone_number"] == "+14155550102");
}

TEST_CASE("contacts come in pages, and a page beyond the last is empty") {
  running on;
  auto page = on.get(on.at + "/contacts?limit=2").body;
  CHECK(page["items"].size() == 2);
  CHECK(page["next_cursor"] == "2");
  auto rest = on.get(on.at + "/contacts?limit=2&cursor=2").body;
  CHECK(rest["items"][0]["row"] == 3);
  CHECK(rest["next_cursor"] == nullptr);
  CHECK(on.get(on.at + "/contacts?cursor=4294967294").body["items"].empty());
}

TEST_CASE("contacts of one status are found, page by page") {
  running on;
  on.make_history();
  for (auto [status, row] : {std::pair{"completed", 1}, {"waiting", 2}, {"pending", 3}}) {
    auto page = on.get(on.at + "/contacts?status=" + status).body;
    REQUIRE(page["items"].size() == 1);
    CHECK(page["items"][0]["row"] == row);
    CHECK(page["items"][0]["status"] == status);
    CHECK(page["next_cursor"] == nullptr);
  }
  CHECK(on.get(on.at + "/contacts?status=failed").body["items"].empty());
  CHECK(on.get(on.at + "/contacts?status=waiting&cursor=2").body["items"].empty());
  CHECK(on.get(on.at + "/contacts?status=waiting&limit=1").body["next_cursor"] == "2");
  auto wrong = on.get(on.at + "/contacts?status=asleep");
  CHECK(wrong.status == 400);
  CHECK(wrong.body["field"] == "status");
}

TEST_CASE("a search for a status looks at a bounded number of contacts, and says where to go on") {
  running on;
  on.record(
    events::stream_of(on.id),
    events::campaign_contacts_added{
      .list = {77}, .contacts = 20'000, .list_sha256 = {}, .next = false});
  auto page = on.get(on.at + "/contacts?status=completed").body;
  CHECK(page["items"].empty());
  CHECK(page["next_cursor"] == "20000");
  auto rest = on.get(on.at + "/contacts?status=completed&cursor=20000").body;
  CHECK(rest["items"].empty());
  CHECK(rest["next_cursor"] == nullptr);
  CHECK(on.get(on.at + "/contacts?status=pending&cursor=19999").body["items"].size() == 4);
}

TEST_CASE("one contact is shown with its history") {
  running on;
  on.make_history();
  on.dial(2, 2);
  auto it = on.get(on.at + "/contacts/2").body;
  CHECK(it["status"] == "in_flight");
  CHECK(it["last_outcome"] == "busy");
  REQUIRE(it["history"].size() == 2);
  CHECK(it["history"][0]["attempt"] == 1);
  CHECK(it["history"][1]["outcome"] == nullptr);
  CHECK(on.get(on.at + "/contacts/3").body["history"].empty());
  for (const auto* row : {"0", "4", "01", "x", "-1", "99999999999"})
    CHECK(on.get(on.at + "/contacts/" + row).status == 404);
}

TEST_CASE("a person who was erased leaves the run and no data") {
  running on;
  on.make_history();
  on.vault.clear();
  auto it = on.get("/v1/runs/" + on.text + ".2.1").body;
  CHECK(it["outcome"] == "busy");
  CHECK(it["phone_number"] == nullptr);
  CHECK(it["initial_context"] == nullptr);
  CHECK(on.get(on.at + "/contacts").body["items"][1]["phone_number"] == nullptr);
}

TEST_CASE("a contact is ordered to the front, to an hour, or out of the line") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto first = on.post(at + "/contacts/3/first");
  CHECK(first.status == 200);
  CHECK(first.body["status"] == "waiting");
  CHECK(first.body["position"] == on.recorded());
  auto called = on.post(at + "/contacts/2/call-at", R"({"at":"2026-11-23T15:00:00Z"})");
  CHECK(called.body["status"] == "waiting");
  on.post(at + "/start");
  CHECK(on.get(at + "/contacts/3").body["why"]["text"] == "It is first in line for a free line.");
  CHECK(
    on.get(at + "/contacts/2").body["why"]
    == nlohmann::json{
      {"reason", "waiting_for_call_at"},
      {"until", "2026-11-23T15:00:00Z"},
      {"text", "It is called Mon 2026-11-23 15:00 UTC."}});
  CHECK(on.post(at + "/contacts/1/cancel", R"({"call":"hang_up"})").body["status"] == "cancelled");
  auto before = on.recorded();
  CHECK(on.post(at + "/contacts/1/first").body["type"] == "/problems/contact-finished");
  CHECK(on.post(at + "/contacts/1/call-at").body["field"] == "/at");
  CHECK(on.post(at + "/contacts/1/call-at", R"({"at":"soon"})").status == 422);
  CHECK(on.post(at + "/contacts/4/cancel").body["field"] == "row");
  CHECK(on.post(at + "/contacts/x/cancel").status == 404);
  CHECK(on.post("/v1/campaigns/cmp_000000000zzz/contacts/1/cancel").status == 404);
  CHECK(on.recorded() == before);
}

TEST_CASE("all who are in line are cancelled with one request, or those who wait") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto done = on.post(at + "/cancel-waiting");
  CHECK(done.status == 200);
  CHECK(done.body["contacts_cancelled"] == 2);
  CHECK(on.swept == domain::line_part::everybody);
  on.post(at + "/cancel-waiting", R"({"contacts":"waiting"})");
  CHECK(on.swept == domain::line_part::waiting);
  CHECK(on.post(at + "/cancel-waiting", R"({"contacts":"some"})").status == 422);
}

TEST_CASE("contacts are added as a list, as CSV and as JSON, and are contacts like the others") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  on.post(at + "/start");
  auto json_added = on.post(
    at + "/contacts",
    R"({"place":"next","default_country":"US","contacts":[
      {"phone_number":"(415) 555-0110","customer_name":"Ann \"A\" Lee, jr"},
      {"phone_number":"+14155550111","customer_name":"=Max","city":"Bern"}]})");
  REQUIRE_MESSAGE(json_added.status == 200, json_added.text);
  CHECK(json_added.body["contacts_added"] == 2);
  CHECK(json_added.body["progress"]["total"] == 5);
  CHECK(json_added.body["added_contact_list_ids"].size() == 1);
  auto contact = on.get(at + "/contacts/4").body;
  CHECK(contact["phone_number"] == "+14155550110");
  CHECK(contact["initial_context"]["customer_name"] == "Ann \"A\" Lee, jr");
  CHECK(
    on.get(at + "/contacts/5").body["initial_context"]
    == nlohmann::json{{"customer_name", "=Max"}, {"city", "Bern"}});
  auto csv =
    on.upload(at + "/contacts?place=last", "phone_number,customer_name\n+14155550120,Tom\n");
  CHECK(csv.body["progress"]["total"] == 6);
  auto list =
    on.upload("/v1/contact-lists", "phone_number,customer_name\n+14155550130,Kim\n").body["id"];
  auto by_id = on.post(at + "/contacts", nlohmann::json{{"contact_list_id", list}}.dump());
  CHECK(by_id.body["progress"]["pending"] == 7);
  auto page = on.get(at + "/contacts?limit=1000").body["items"];
  REQUIRE(page.size() == 7);
  CHECK(page[6]["phone_number"] == "+14155550130");
  CHECK(
    on.post(at + "/contacts", nlohmann::json{{"contact_list_id", list}}.dump()).body["type"]
    == "/problems/list-already-in");
  auto clone = on.post(at + "/clone").body;
  CHECK(clone["progress"]["total"] == 7);
}

TEST_CASE("an order for contacts is heeded if the campaign is as its client saw it") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto tag = on.get(at).headers["ETag"];
  auto status_of = [&](const std::string& verb, const std::string& seen) {
    auto order = desk::request("POST", at + verb);
    order.headers["if-match"] = seen;
    return on.ask(order).status;
  };
  for (const auto* verb : {"/contacts/1/first", "/contacts/1/cancel", "/cancel-waiting"}) {
    CHECK(status_of(verb, "\"999\"") == 412);
    CHECK(status_of(verb, tag) == 200);
  }
}

TEST_CASE("contacts that cannot be added are refused, and say why") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto before = on.recorded();
  auto known =
    on.post(at + "/contacts", R"({"contacts":[{"phone_number":"+14155550190","customer_name":"x"},
                                      {"phone_number":"+14155550101","customer_name":"Bob"}]})");
  CHECK(known.status == 409);
  CHECK(known.body["type"] == "/problems/contact-already-in");
  CHECK(known.body["rows"] == nlohmann::json{2});
  auto narrow = on.post(at + "/contacts", R"({"contacts":[{"phone_number":"+14155550191"}]})");
  CHECK(narrow.body["missing_columns"] == nlohmann::json{"customer_name"});
  auto late = desk::request(
    "POST",
    at + "/contacts",
    R"({"contacts":[{"phone_number":"+14155550190","customer_name":"x"}]})");
  late.headers["if-match"] = "\"7\"";
  CHECK(on.ask(late).status == 412);
  CHECK(
    on.post(at + "/contacts", R"({"contacts":[{"phone_number":"12","customer_name":"x"}]})")
      .body["type"]
    == "/problems/rows-rejected");
  CHECK(
    on.post(at + "/contacts", R"({"contacts":[{"customer_name":"x"}]})").body["field"]
    == "/contacts/0/phone_number");
  CHECK(on.post(at + "/contacts", R"({"contacts":[{"phone_number":1}]})").status == 400);
  CHECK(on.post(at + "/contacts", R"({"contacts":[]})").status == 422);
  CHECK(on.post(at + "/contacts", R"({"contact_list_id":"lst_000000000001"})").status == 422);
  CHECK(on.post(at + "/contacts", R"({"place":"first"})").status >= 400);
  CHECK(on.post(at + "/contacts", "{}").body["field"] == "/contact_list_id");
  CHECK(on.upload(at + "/contacts?place=first", "phone_number\n").status == 400);
  CHECK(on.recorded() == before);
  CHECK(on.get("/v1/contact-lists").body["items"].size() == 1);
  on.post(at + "/cancel");
  CHECK(
    on.post(at + "/contacts", R"({"contacts":[{"phone_number":"+14155550190"}]})").body["type"]
    == "/problems/already-over");
}
