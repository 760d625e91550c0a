#include "store/damaged_log.hpp"
#include "store/vault.hpp"
#include "tools/replay/export_command.hpp"
#include "tools/replay/given_data.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using nlohmann::json;
using replay::export_query;

namespace {

constexpr events::campaign_id campaign{7};
constexpr events::campaign_id other{8};
constexpr events::contact_list_id list{8}; // of `created`

/// Row 1 is busy and reached the second time, row 2 is up, row 3 of another campaign.
given_log three_contacts() {
  given_log log;
  log.add(
    events::stream_of(events::workflow_id{7}),
    events::workflow_created{{7}, "Reminder", "=agent()", "Remind.", {}});
  log.add(
    events::stream_of(events::trunk_id{9}),
    events::trunk_created{{9}, "line", "simulated", "{}", {"+14155550199"}, 10, 0});
  events::campaign_settings settings;
  settings.name = "Spring, \"first\"";
  log.add(campaign, created(campaign, 2, settings));
  log.add(other, created(other, 3));
  log.add({campaign, 1}, dialed(1, noon));
  log.add({campaign, 2}, dialed(1, noon + 1s));
  log.add({campaign, 1}, ended(1, events::outcome::busy, noon + 2s));
  log.add({campaign, 1}, events::contact_retry_scheduled{2, noon + 1min});
  log.add({other, 3}, dialed(1, noon + 3s));
  log.add({campaign, 1}, dialed(2, noon + 1min));
  log.add({campaign, 1}, events::contact_initiated{2, "CA\x1b[2J", noon + 1min});
  log.add({campaign, 1}, events::contact_ringing{2, noon + 61s});
  log.add({campaign, 1}, events::contact_answered{2, noon + 65s});
  auto end = ended(2, events::outcome::completed, noon + 75s);
  end.talk_time_ms = 10'000;
  end.answered_by = events::answerer::human;
  log.add({campaign, 1}, end);
  log.add({campaign, 1}, events::contact_finished{events::disposition::completed});
  log.add({other, 3}, ended(1, events::outcome::no_answer, noon + 80s));
  return log;
}

/// Row 2 was erased.
void write_vault(const given_data& data) {
  auto opened = store::vault::open(data.with.data / "vault");
  auto& vault = *std::get<std::unique_ptr<store::vault>>(opened);
  auto rows = vault.begin_list(list);
  rows.add({"+14155550101", {}});
  rows.commit();
}

std::string text_of(const given_data& data, const export_query& query) {
  std::ostringstream out, errors;
  CHECK(print_call_records(data.with, query, out, errors) == replay::all_well);
  CHECK(errors.str().empty());
  return out.str();
}

std::vector<json> records(given_data& data, const export_query& query = {}) {
  data.with.as_json = true;
  std::vector<json> found;
  std::istringstream lines{text_of(data, query)};
  for (std::string line; std::getline(lines, line);)
    found.push_back(json::parse(line));
  return found;
}

std::vector<std::string> names(given_data& data, const export_query& query) {
  std::vector<std::string> ids;
  for (const auto& it : records(data, query))
    ids.push_back(it["call_id"].get<std::string>().substr(17)); // row.attempt
  return ids;
}

} // namespace

TEST_CASE("every attempt has one record, as it ended, and calls that are up come last") {
  given_data data;
  data.write(three_contacts());
  write_vault(data);
  auto all = records(data);
  REQUIRE(all.size() == 4);
  CHECK(all[0]["outcome"] == "busy");
  CHECK(all[0]["attempt"] == 1);
  CHECK(all[0]["answered_at"] == nullptr);
  const auto& reached = all[1];
  CHECK(reached["call_id"] == to_string(events::attempt_key{campaign, 1, 2}));
  CHECK(reached["calling_number"] == "+14155550199");
  CHECK(reached["called_number"] == "+14155550101");
  CHECK(reached["called_number_is"] == "known");
  CHECK(reached["caller_id"] == "+14155550199");
  CHECK(reached["dialed_at"] == "2026-11-23T12:01:00Z");
  CHECK(reached["ringing_at"] == "2026-11-23T12:01:01Z");
  CHECK(reached["answered_at"] == "2026-11-23T12:01:05Z");
  CHECK(reached["ended_at"] == "2026-11-23T12:01:15Z");
  CHECK(reached["duration_ms"] == 10'000);
  CHECK(reached["outcome"] == "completed");
  CHECK(reached["answered_by"] == "human");
  CHECK(reached["campaign"] == "Spring, \"first\"");
  CHECK(reached["workflow"] == "Reminder");
  CHECK(reached["agent"] == "=agent()");
  CHECK(reached["provider"] == "simulated");
  CHECK(all[2]["campaign_id"] == to_string(other));
  CHECK(all[2]["called_number"] == nullptr);
  CHECK(all[3]["row"] == 2);
  CHECK(all[3]["outcome"] == nullptr);
  CHECK(all[3]["ended_at"] == nullptr);
}

TEST_CASE("who was erased is called, and has no number") {
  given_data data;
  data.write(three_contacts());
  write_vault(data);
  for (const auto& it : records(data, {.campaign = campaign}))
    CHECK(it["called_number_is"] == (it["row"] == 2 ? "erased" : "known"));
}

TEST_CASE("who was added later has the list and the number that came with them") {
  constexpr events::contact_list_id added{81};
  given_data data;
  auto log = three_contacts();
  log.add(campaign, events::campaign_contacts_added{added, 1, {}, false});
  log.add({campaign, 3}, dialed(1, noon + 2min));
  data.write(log);
  write_vault(data);
  {
    auto opened = store::vault::open(data.with.data / "vault");
    auto rows = std::get<std::unique_ptr<store::vault>>(opened)->begin_list(added);
    rows.add({"+14155550103", {}});
    rows.commit();
  }
  auto last = records(data, {.campaign = campaign}).back();
  CHECK(last["row"] == 3);
  CHECK(last["contact_list_id"] == to_string(added));
  CHECK(last["called_number"] == "+14155550103");
}

TEST_CASE("calls are chosen by campaign and by when they were dialled, and told to their end") {
  given_data data;
  data.write(three_contacts());
  write_vault(data);
  using ids = std::vector<std::string>;
  CHECK(names(data, {.campaign = other}) == ids{"3.1"});
  CHECK(names(data, {.from = 6ULL, .until = 10ULL}) == ids{"3.1", "2.1"});
  CHECK(names(data, {.until = 6ULL}) == ids{"1.1"});
  CHECK(names(data, {.from = noon + 10s, .campaign = campaign}) == ids{"1.2"});
  CHECK(names(data, {.from = 10ULL}) == ids{"1.2"});
  CHECK(records(data, {.from = 10ULL})[0]["campaign"] == "Spring, \"first\"");
}

TEST_CASE("the table is a CSV that spreadsheets and terminals can be shown") {
  given_data data;
  data.write(three_contacts());
  write_vault(data);
  auto text = text_of(data, {.campaign = campaign});
  CHECK(text.starts_with("call_id,direction,calling_number,called_number,"));
  CHECK(std::ranges::count(text, '\n') == 4);
  CHECK(says(text, ",\"Spring, \"\"first\"\"\","));
  CHECK(says(text, ",'=agent(),"));
  CHECK(says(text, ",+14155550101,known,"));
  CHECK(says(text, ",,erased,"));
  CHECK(text.find('\x1b') == std::string::npos);
  auto header = text_of(data, {.from = 1'000ULL});
  CHECK(std::ranges::count(header, '\n') == 1);
}

TEST_CASE("without the vault the calls are told and the numbers are said to be missing") {
  given_data data;
  data.write(three_contacts());
  data.with.as_json = true;
  std::ostringstream out, errors;
  CHECK(print_call_records(data.with, {}, out, errors) == replay::all_well);
  CHECK(says(out.str(), "\"called_number_is\":\"not_here\""));
  CHECK(says(errors.str(), "without the vault"));
}

TEST_CASE("no records of a campaign that never was are no answer") {
  given_data data;
  data.write(three_contacts());
  write_vault(data);
  std::ostringstream out, errors;
  auto result = print_call_records(data.with, {.campaign = events::campaign_id{99}}, out, errors);
  CHECK(result == replay::found_wrong);
  CHECK(says(errors.str(), "there is no campaign cmp_"));
}

TEST_CASE("damage ends the records, after all that stands before it") {
  given_data data;
  data.write(three_contacts());
  write_vault(data);
  tamper(data.with.journal(), [](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(10)).ok()); });
  data.with.as_json = true;
  std::ostringstream out, errors;
  CHECK(print_call_records(data.with, {}, out, errors) == replay::found_wrong);
  CHECK(std::ranges::count(out.str(), '\n') == 3);
  CHECK(says(errors.str(), "position 10 is missing"));
}
