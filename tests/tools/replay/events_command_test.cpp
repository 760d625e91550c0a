#include "store/damaged_log.hpp"
#include "support/sample_events.hpp"
#include "tools/replay/events_command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <thread>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using nlohmann::json;
using replay::events_query;

namespace {

/// A data directory with one of each event, a second apart, by two actors.
struct sample_data {
  sample_data() {
    with.data = home.path();
    log = open_log(with.journal());
    log->look_up_versions_with([](const auto&) { return 0; });
    std::uint32_t number = 0;
    for (const auto& it : one_of_each()) {
      store::append one{.stream = sample_stream(it), .events = {it}};
      one.expected_version = versions[one.stream]++;
      one.actor = ++number % 2 == 0 ? "alice" : "system";
      REQUIRE(
        test::write(*log, {one}, sample_time(static_cast<int>(number))).committed.size() == 1);
    }
  }

  [[nodiscard]] std::vector<std::uint64_t> positions(const events_query& query) {
    with.as_json = true;
    std::ostringstream out, errors;
    CHECK(print_events(with, query, out, errors) == replay::all_well);
    CHECK(errors.str().empty());
    std::vector<std::uint64_t> found;
    std::istringstream lines{out.str()};
    for (std::string line; std::getline(lines, line);)
      found.push_back(json::parse(line)["position"]);
    return found;
  }

  temporary_directory home;
  replay::common with;
  std::unique_ptr<store::journal> log;
  std::map<events::stream_id, std::uint64_t> versions;
};

} // namespace

TEST_CASE("every event is printed once, in order, as JSON or as a line") {
  sample_data data;
  auto head = data.log->head().position;
  auto all = data.positions({});
  REQUIRE(all.size() == head);
  CHECK(std::ranges::is_sorted(all));
  data.with.as_json = false;
  std::ostringstream out, errors;
  CHECK(print_events(data.with, {}, out, errors) == replay::all_well);
  CHECK(std::ranges::count(out.str(), '\n') == static_cast<std::ptrdiff_t>(head) + 1);
  for (const auto& it : one_of_each())
    CHECK(says(out.str(), type_of(it)));
}

TEST_CASE("a line says what happened without empty members") {
  events::envelope it{
    .position = 1042,
    .stream = stream_of(sample_contact),
    .recorded_at = sample_time(),
    .actor = "alice",
    .correlation = 0x1'0a2b,
    .event = events::contact_retry_scheduled{.next_attempt = 2, .due_at = sample_time(60)}};
  auto line = replay::event_line(it);
  CHECK(says(line, "      1042  2026-11-23T09:00:00.123000Z  contact/"));
  CHECK(says(
    line,
    "contact.retry_scheduled.v1  by=alice request=0000000000010a2b next_attempt=2 "
    "due_at=2026-11-23T09:01:00.123456Z"));
}

TEST_CASE("nothing that was once said to us gives orders to the terminal") {
  events::envelope it{
    .position = 1,
    .stream = stream_of(sample_campaign),
    .actor = "eve\x1b[2J",
    .event = events::campaign_failed{
      .reason = "no\nline \xc2\x9b"
                "1m"}};
  auto line = replay::event_line(it);
  CHECK(says(line, R"(by="eve\u001b[2J" reason="no\nline \u009b1m")"));
}

TEST_CASE("events are chosen by position and by time, the end left out") {
  sample_data data;
  CHECK(data.positions({.from = 3ULL, .until = 6ULL}) == std::vector<std::uint64_t>{3, 4, 5});
  CHECK(
    data.positions({.from = sample_time(3), .until = sample_time(5)})
    == std::vector<std::uint64_t>{3, 4});
  CHECK(data.positions({.limit = 2}) == std::vector<std::uint64_t>{1, 2});
  CHECK(data.positions({.from = data.log->head().position + 1}).empty());
}

TEST_CASE("events are chosen by campaign, contact, type and actor") {
  sample_data data;
  auto count = [&](const events_query& query) { return data.positions(query).size(); };
  auto of = [](std::string_view words) {
    return static_cast<std::size_t>(std::ranges::count_if(
      one_of_each(), [&](const auto& it) { return type_of(it).starts_with(words); }));
  };
  CHECK(count({.campaign = sample_campaign}) == of("campaign.") + of("contact."));
  CHECK(count({.campaign = sample_campaign, .row = 17}) == of("contact."));
  CHECK(count({.campaign = sample_campaign, .row = 18}) == 0);
  CHECK(count({.campaign = events::campaign_id{1}}) == 0);
  CHECK(count({.type = "contact"}) == of("contact."));
  CHECK(count({.type = "contact.dialed"}) == 1);
  CHECK(count({.type = "contact.dialed.v1"}) == 1);
  CHECK(count({.type = "contact.dial"}) == 0);
  CHECK(count({.actor = "alice"}) == one_of_each().size() / 2);
}

TEST_CASE("whoever follows sees what is written later") {
  sample_data data;
  auto head = data.log->head().position;
  std::thread writer{[&] {
    for (int i = 0; i < 3; ++i) {
      auto before = data.log->head().position - head;
      REQUIRE(test::write(*data.log, {ringing(400, before)}).committed.size() == 1);
    }
  }};
  auto seen = data.positions({.limit = head + 3, .follow = true});
  writer.join();
  CHECK(seen.size() == head + 3);
  CHECK(seen.back() == head + 3);
}

TEST_CASE("damage ends the printing, after all that stands before it") {
  sample_data data;
  data.log.reset();
  tamper(data.with.journal(), [](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(5)).ok()); });
  std::ostringstream out, errors;
  data.with.as_json = true;
  CHECK(print_events(data.with, {}, out, errors) == replay::found_wrong);
  CHECK(std::ranges::count(out.str(), '\n') == 4);
  CHECK(says(errors.str(), "position 5 is missing"));
}

TEST_CASE("a place in the log is a position or a time, and nothing else") {
  CHECK(replay::parse_place("1042") == replay::place{std::uint64_t{1042}});
  CHECK(replay::parse_place("2026-11-23T09:00:00.123456Z") == replay::place{sample_time()});
  CHECK_THROWS_AS((void)replay::parse_place("yesterday"), replay::trouble);
  CHECK_THROWS_AS((void)replay::parse_place("12x"), replay::trouble);
  CHECK_THROWS_AS((void)replay::parse_place(""), replay::trouble);
}
