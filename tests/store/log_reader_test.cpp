#include "store/damaged_log.hpp"
#include "store/log_reader.hpp"

#include <atomic>
#include <set>
#include <thread>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

std::unique_ptr<store::log_reader> open_reader(const std::filesystem::path& directory) {
  auto opened = store::log_reader::open(directory);
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<store::log_reader>>(std::move(opened));
}

std::string refusal_to_read(const std::filesystem::path& directory) {
  auto opened = store::log_reader::open(directory);
  const auto* why = std::get_if<std::string>(&opened);
  return why ? *why : "";
}

std::vector<events::envelope> read_all(const store::log_reader& log, std::uint64_t first = 1) {
  std::vector<events::envelope> found;
  auto damage = log.read(first, [&](events::envelope&& it) {
    found.push_back(std::move(it));
    return true;
  });
  CHECK_FALSE(damage);
  return found;
}

std::set<std::string> names_in(const std::filesystem::path& directory) {
  std::set<std::string> names;
  for (const auto& it : std::filesystem::directory_iterator{directory})
    names.insert(it.path().filename());
  return names;
}

} // namespace

TEST_CASE("a log is read while its writer has it open, and nothing is written there") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 40);
  auto before = names_in(home.path());
  auto reader = open_reader(home.path());
  CHECK(read_all(*reader) == test::read_all(*log));
  CHECK(reader->generation() == log->generation());
  CHECK(reader->epoch() == log->epoch());
  CHECK(names_in(home.path()) == before);
  CHECK_FALSE(reader->lost_end());
}

TEST_CASE("a reader shows what was there when it was opened") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 3);
  auto reader = open_reader(home.path());
  write_batches(*log, 4, 2);
  CHECK(read_all(*reader).size() == 3);
  CHECK(open_reader(home.path())->last_position() == 5);
  CHECK(store::log_reader::reached(home.path()) == 5);
}

TEST_CASE("a log whose writer died is read as the writer will find it") {
  crashed_log crash{30};
  CHECK(read_all(*open_reader(crash.image.path())) == test::read_all(*crash.log));
}

TEST_CASE("a log is read from a position on, and until the reader has enough") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 9);
  auto reader = open_reader(home.path());
  CHECK(read_all(*reader, 7).size() == 3);
  CHECK(read_all(*reader, 10).empty());
  int seen = 0;
  CHECK_FALSE(reader->read(1, [&](events::envelope&&) { return ++seen < 4; }));
  CHECK(seen == 4);
}

TEST_CASE("a reader finds the first event of a time") {
  temporary_directory home;
  auto log = open_log(home.path());
  for (std::uint32_t row = 1; row <= 5; ++row)
    (void)write(*log, {ringing(row, 0)}, nine + std::chrono::seconds{10 * row});
  auto reader = open_reader(home.path());
  CHECK(reader->first_at_or_after(nine) == 1);
  CHECK(reader->first_at_or_after(nine + std::chrono::seconds{30}) == 3);
  CHECK(reader->first_at_or_after(nine + std::chrono::seconds{31}) == 4);
  CHECK(reader->first_at_or_after(nine + std::chrono::seconds{51}) == 6);
}

TEST_CASE("where there is no log, a reader says so and makes none") {
  temporary_directory home;
  CHECK(says(refusal_to_read(home.path() / "journal"), "there is no log here"));
  CHECK(names_in(home.path()).empty());
}

TEST_CASE("a busy log is read whole at every moment") {
  temporary_directory home;
  auto log = open_log(home.path());
  std::atomic<std::uint64_t> written = 0;
  constexpr std::uint32_t last = 2'000;
  std::thread writer{[&] {
    for (std::uint32_t row = 1; row <= last; ++row)
      written = log->write(std::vector{ringing(row, 0, 50)}, nine).head.position;
  }};
  while (written < last) {
    auto at_least = written.load();
    auto reader = open_reader(home.path());
    CHECK(reader->last_position() >= at_least);
    CHECK(read_all(*reader).size() == reader->last_position());
  }
  writer.join();
}
