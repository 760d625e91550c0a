#include "store/backup.hpp"
#include "store/damaged_log.hpp"
#include "store/log_reader.hpp"
#include "store/vault.hpp"

#include <atomic>
#include <span>
#include <thread>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

constexpr auto quietly = [](std::uint64_t, std::uint64_t) {};
constexpr events::contact_list_id list{7};

std::unique_ptr<store::vault> open_vault(const std::filesystem::path& data) {
  return std::get<std::unique_ptr<store::vault>>(store::vault::open(data / "vault"));
}

template <class Report>
Report must(std::variant<Report, std::string> answer) {
  if (const auto* why = std::get_if<std::string>(&answer))
    FAIL(*why);
  return std::get<Report>(std::move(answer));
}

std::string refusal(const std::variant<store::backup_report, std::string>& answer) {
  const auto* why = std::get_if<std::string>(&answer);
  return why ? *why : "";
}

/// A data directory that is being served.
struct served {
  explicit served(std::uint32_t events) {
    log = open_log(home.path() / "journal");
    vault = open_vault(home.path());
    auto rows = vault->begin_list(list);
    rows.add({"+14155550101", {"Ann"}});
    rows.add_reject("2,too short\n");
    rows.commit();
    write_batches(*log, 1, events);
  }

  temporary_directory home;
  temporary_directory shelf;
  std::filesystem::path backup = shelf.path() / "backup";
  std::filesystem::path restored = shelf.path() / "restored";
  std::unique_ptr<store::journal> log;
  std::unique_ptr<store::vault> vault;
};

} // namespace

TEST_CASE("what is backed up under a server comes back as another log with the same past") {
  served data{40};
  auto report = must(store::back_up(data.home.path(), data.backup, quietly));
  CHECK(report.position == 40);
  CHECK(report.generation == data.log->generation());
  write_batches(*data.log, 41, 5);
  auto back = must(store::restore(data.backup, data.restored, nine, quietly));
  CHECK(back.position == 41);
  CHECK(back.generation != data.log->generation());
  auto again = open_log(data.restored / "journal");
  CHECK(again->generation() == back.generation);
  auto past = read_all(*data.log);
  auto found = read_all(*again);
  REQUIRE(found.size() == 41);
  CHECK(std::equal(found.begin(), found.begin() + 40, past.begin()));
  const auto& told = std::get<events::log_restored>(found.back().event);
  CHECK(told.position == 40);
  CHECK(told.from_generation == data.log->generation());
  CHECK(told.generation == back.generation);
  CHECK(again->epoch() > data.log->epoch());
  auto vault = open_vault(data.restored);
  CHECK(vault->row(list, 1) == data.vault->row(list, 1));
  CHECK(vault->open_rejects(list));
}

TEST_CASE("nobody is dialled from a restored directory until an operator resumes") {
  served data{1};
  auto happened = [&](std::uint64_t campaign, std::vector<events::event> what) {
    store::append it;
    it.stream = stream_of(events::campaign_id{campaign});
    it.expected_version = store::any_version;
    it.events = std::move(what);
    (void)write(*data.log, {std::move(it)});
  };
  happened(8, {events::campaign_started{}, events::campaign_paused{}, events::campaign_resumed{}});
  happened(9, {events::campaign_started{}, events::campaign_paused{}});
  happened(10, {events::campaign_started{}, events::campaign_completed{}});
  happened(11, {events::campaign_started{}, events::campaign_edited{}});
  (void)must(store::back_up(data.home.path(), data.backup, quietly));
  auto back = must(store::restore(data.backup, data.restored, nine, quietly));
  CHECK(back.paused_campaigns == 2);
  auto log = read_all(*open_log(data.restored / "journal"));
  std::vector<std::uint64_t> paused;
  for (const auto& it : std::span{log}.subspan(log.size() - 2)) {
    CHECK(it.event == events::event{events::campaign_paused{events::log_was_restored{}}});
    CHECK(it.actor == "restore");
    paused.push_back(it.stream.id);
  }
  CHECK(paused == std::vector<std::uint64_t>{8, 11});
}

TEST_CASE("a backup is one position of the log, whatever is written meanwhile") {
  served data{1};
  std::atomic<std::uint64_t> written = 0;
  constexpr std::uint32_t last = 1'000;
  std::thread writer{[&] {
    for (std::uint32_t row = 2; row <= last; ++row) {
      // As the engine does it: what an event names is in the vault before it.
      events::attempt_key attempt{{7}, row, 1};
      data.vault->put_results(std::vector{store::vault::result{
        attempt,
        {.transcript = std::string(2'000, 'x'), .gathered_context = {}, .recording_url = {}}}});
      written = data.log->write(std::vector{ringing(row, 0, 20)}, nine).head.position;
    }
  }};
  for (int i = 0; written < last; ++i) {
    auto at_least = written.load();
    auto to = data.shelf.path() / std::to_string(i);
    auto report = must(store::back_up(data.home.path(), to, quietly));
    CHECK(report.position >= at_least);
    auto log = open_log(to / "journal");
    auto vault = open_vault(to);
    for (const auto& it : read_all(*log))
      if (it.stream.row > 1)
        REQUIRE(vault->result_of({{7}, it.stream.row, 1}));
  }
  writer.join();
}

TEST_CASE("a backup leaves what is there already alone") {
  served data{3};
  std::filesystem::create_directories(data.backup);
  CHECK(says(refusal(store::back_up(data.home.path(), data.backup, quietly)), "exists already"));
  CHECK(std::filesystem::is_empty(data.backup));
}

TEST_CASE("of a damaged log there is no backup") {
  served data{30};
  data.log.reset();
  tamper(data.home.path() / "journal", [](rocksdb::DB& raw, auto*) {
    CHECK(raw.Delete({}, key(12)).ok());
  });
  CHECK(says(
    refusal(store::back_up(data.home.path(), data.backup, quietly)), "position 12 is missing"));
  CHECK_FALSE(std::filesystem::exists(data.backup));
}

TEST_CASE("a damaged backup restores nothing") {
  served data{30};
  (void)must(store::back_up(data.home.path(), data.backup, quietly));
  tamper(
    data.backup / "journal", [](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(12)).ok()); });
  auto answer = store::restore(data.backup, data.restored, nine, quietly);
  CHECK(std::holds_alternative<std::string>(answer));
  CHECK_FALSE(std::filesystem::exists(data.restored));
}

TEST_CASE("where nothing is, nothing is backed up or restored") {
  temporary_directory home;
  CHECK_FALSE(refusal(store::back_up(home.path() / "none", home.path() / "to", quietly)).empty());
  CHECK_FALSE(std::filesystem::exists(home.path() / "to"));
  auto answer = store::restore(home.path() / "none", home.path() / "to", nine, quietly);
  CHECK(std::holds_alternative<std::string>(answer));
  CHECK_FALSE(std::filesystem::exists(home.path() / "to"));
}
