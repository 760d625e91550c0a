#include "store/damaged_log.hpp"

#include <functional>
#include <random>

using namespace ringmaster;
using namespace ringmaster::test;

TEST_CASE("a write that the power cut short is as if it had never begun") {
  crashed_log crash{29};
  temporary_directory before_last;
  crash_image(crash.home.path(), before_last.path());
  write_batches(*crash.log, 30, 1);
  auto whole = std::filesystem::file_size(wal_of(crash.home.path()));
  for (std::uintmax_t cut : {1, 5, 60}) {
    auto torn = crash.image.path();
    crash_image(before_last.path(), torn);
    std::filesystem::copy_file(
      wal_of(crash.home.path()), wal_of(torn), std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(wal_of(torn), whole - cut);
    auto log = open_log(torn);
    CHECK(log->head().position == 29);
    CHECK(read_all(*log).size() == 29);
    log->look_up_versions_with([](const auto&) { return 0; });
    CHECK(write(*log, {ringing(30, 0)}).head.position == 30);
    log.reset();
    CHECK(open_log(torn)->head().position == 30);
  }
}

TEST_CASE("a log that lost synced events from its end does not open") {
  crashed_log crash{30};
  auto wal = wal_of(crash.image.path());
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) - 5);
  CHECK(says(refusal_to_open(crash.image.path()), "ends at position 29 and had synced 30"));
  crash.restore();
  std::filesystem::remove(wal);
  CHECK(says(refusal_to_open(crash.image.path()), "ends at position 0 and had synced 30"));
}

TEST_CASE("an operator may go on without the events that were lost") {
  crashed_log crash{30};
  auto wal = wal_of(crash.image.path());
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) - 5);
  std::filesystem::remove(crash.image.path() / "reached");
  CHECK(open_log(crash.image.path())->head().position == 29);
}

TEST_CASE("no flipped byte in the WAL makes a log open with fewer events") {
  auto seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937 random{seed};
  for (std::uint32_t batches : {40U, 400U}) { // within one block of the WAL, and over several
    crashed_log crash{batches};
    auto size = std::filesystem::file_size(wal_of(crash.image.path()));
    std::uniform_int_distribution<std::size_t> offsets{0, size - 1};
    for (int i = 0; i < 60; ++i) {
      crash.restore();
      auto offset = offsets(random);
      CAPTURE(offset);
      flip_byte(wal_of(crash.image.path()), offset);
      auto opened = store::journal::open(crash.image.path(), {});
      // Some bytes of the WAL mean nothing: its padding.
      if (const auto* log = std::get_if<std::unique_ptr<store::journal>>(&opened))
        CHECK((*log)->head().position == batches);
    }
  }
}

TEST_CASE("damage in the middle of the WAL is found whoever remembers how far the log had come") {
  crashed_log crash{400};
  auto wal = wal_of(crash.image.path());
  flip_byte(wal, std::filesystem::file_size(wal) / 2);
  std::filesystem::remove(crash.image.path() / "reached");
  CHECK(says(refusal_to_open(crash.image.path()), "checksum mismatch"));
}

TEST_CASE("a long log is missed its first event and those that end it") {
  crashed_log crash{1};
  REQUIRE(write(*crash.log, {ringing(2, 0, 1'200)}).head.position == 1'201);
  for (int gone : {1, 201, 202, 1'200}) {
    crash.restore();
    tamper(
      crash.image.path(), [&](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(gone)).ok()); });
    CHECK(says(
      refusal_to_open(crash.image.path()), "position " + std::to_string(gone) + " is missing"));
  }
}

TEST_CASE("an event that was removed is missed") {
  crashed_log crash{30};
  for (int gone : {1, 17, 29}) {
    crash.restore();
    tamper(
      crash.image.path(), [&](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(gone)).ok()); });
    CHECK(says(
      refusal_to_open(crash.image.path()), "position " + std::to_string(gone) + " is missing"));
  }
}

TEST_CASE("an event that was altered is found") {
  crashed_log crash{30};
  tamper(crash.image.path(), [&](rocksdb::DB& raw, auto*) {
    std::string value;
    REQUIRE(raw.Get({}, key(12), &value).ok());
    value.back() = static_cast<char>(value.back() ^ 1);
    CHECK(raw.Put({}, key(12), value).ok());
  });
  CHECK(says(refusal_to_open(crash.image.path()), "position 12 does not follow"));
}

TEST_CASE("a log without its beginning is damaged, and not a new log") {
  crashed_log crash{3};
  std::filesystem::remove(crash.image.path() / "CURRENT");
  CHECK(says(refusal_to_open(crash.image.path()), "CURRENT is missing"));
}

TEST_CASE("a log in a format of the future is left alone") {
  crashed_log crash{3};
  tamper(crash.image.path(), [](rocksdb::DB& raw, auto* about) {
    CHECK(raw.Put({}, about, "format", "2").ok());
  });
  CHECK(says(refusal_to_open(crash.image.path()), "format 2"));
}
