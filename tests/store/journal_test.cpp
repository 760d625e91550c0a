#include "events/codec.hpp"
#include "store/given_log.hpp"
#include "store/journal.hpp"

#include <openssl/sha.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using store::append_refusal;
using store::receipt;

namespace {

bool is(const store::append_answer& answer, append_refusal why) {
  const auto* refused = std::get_if<append_refusal>(&answer);
  return refused && *refused == why;
}

std::vector<std::uint64_t> positions(const std::vector<events::envelope>& events) {
  std::vector<std::uint64_t> found;
  for (const auto& it : events)
    found.push_back(it.position);
  return found;
}

} // namespace

TEST_CASE("a new log is empty") {
  temporary_directory home;
  auto log = open_log(home.path() / "deep" / "journal");
  CHECK(log->head() == store::journal_head{});
  CHECK(log->epoch() == 1);
  CHECK(log->generation().size() == 32);
  CHECK(log->hash_at(0) == store::chain_hash{});
  CHECK_FALSE(log->hash_at(1));
  CHECK(read_all(*log).empty());
  CHECK(log->first_at_or_after(nine) == 1);
}

TEST_CASE("events get the next positions of the log and the next versions of their stream") {
  temporary_directory home;
  auto log = open_log(home.path());
  auto first = write(*log, {ringing(1, 0, 2), ringing(2, 0)});
  auto second = write(*log, {ringing(1, 2, 3)});
  auto two = std::get<receipt>(first.answers.at(0));
  CHECK(two.first_position == 1);
  CHECK(two.last_position == 2);
  CHECK(two.version == 2);
  CHECK(std::get<receipt>(first.answers.at(1)).first_position == 3);
  auto three = std::get<receipt>(second.answers.at(0));
  CHECK(three.first_position == 4);
  CHECK(three.last_position == 6);
  CHECK(three.version == 5);
  CHECK(second.head.position == 6);
  CHECK(log->head() == second.head);
}

TEST_CASE("what is committed is what is read, with its envelope") {
  temporary_directory home;
  auto log = open_log(home.path());
  auto append = ringing(3, 0, 2);
  append.actor = "ada";
  append.correlation = 11;
  append.causation = 12;
  auto batch = write(*log, {append});
  REQUIRE(batch.committed.size() == 2);
  const auto& last = batch.committed.back();
  CHECK(last.position == 2);
  CHECK(last.stream == contact(3));
  CHECK(last.version == 2);
  CHECK(last.recorded_at == nine);
  CHECK(last.actor == "ada");
  CHECK(last.correlation == 11);
  CHECK(last.causation == 12);
  CHECK(last.writer_epoch == log->epoch());
  CHECK(last.event == append.events.back());
  CHECK(read_all(*log) == batch.committed);
}

TEST_CASE("an append that expects another version is a conflict and leaves no trace") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 1);
  auto before = log->head();
  for (std::uint64_t wrong : {0, 2}) {
    auto batch = write(*log, {ringing(1, wrong)}, nine + 1h);
    CHECK(is(batch.answers.at(0), append_refusal::conflict));
    CHECK(batch.committed.empty());
    CHECK(batch.head == before);
  }
  CHECK(log->head() == before);
  CHECK(read_all(*log).size() == 1);
}

TEST_CASE("of two appends that expect the same version, one batch takes the first alone") {
  temporary_directory home;
  auto log = open_log(home.path());
  auto batch = write(*log, {ringing(1, 0, 2), ringing(1, 0), ringing(1, 2), ringing(2, 0)});
  CHECK(std::get<receipt>(batch.answers.at(0)).version == 2);
  CHECK(is(batch.answers.at(1), append_refusal::conflict));
  CHECK(std::get<receipt>(batch.answers.at(2)).version == 3);
  CHECK(std::get<receipt>(batch.answers.at(3)).first_position == 4);
  CHECK(positions(read_all(*log)) == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("a reopened log has everything and a new epoch") {
  temporary_directory home;
  auto log = open_log(home.path());
  auto generation = log->generation();
  write_batches(*log, 1, 20);
  auto head = log->head();
  auto events = read_all(*log);
  log.reset();
  log = open_log(home.path());
  CHECK(log->head() == head);
  CHECK(read_all(*log) == events);
  CHECK(log->generation() == generation);
  CHECK(log->epoch() == 2);
  log->look_up_versions_with([](const auto&) { return 0; });
  CHECK(write(*log, {ringing(99, 0)}).committed.at(0).writer_epoch == 2);
}

TEST_CASE("two logs do not share a generation") {
  temporary_directory one;
  temporary_directory other;
  CHECK(open_log(one.path())->generation() != open_log(other.path())->generation());
}

TEST_CASE("a log that was never closed has everything that was answered") {
  temporary_directory home;
  temporary_directory image;
  auto log = open_log(home.path());
  write_batches(*log, 1, 50);
  crash_image(home.path(), image.path());
  auto survivor = open_log(image.path());
  CHECK(survivor->head() == log->head());
  CHECK(read_all(*survivor) == read_all(*log));
}

TEST_CASE("the views are asked for versions only of streams that were forgotten") {
  temporary_directory home;
  auto log = open_log(home.path());
  std::vector<events::stream_id> asked;
  log->look_up_versions_with([&](const events::stream_id& it) -> std::uint64_t {
    asked.push_back(it);
    return it == contact(1) ? 1 : 0;
  });
  REQUIRE(write(*log, {ringing(1, 0), ringing(2, 0)}).committed.size() == 2);
  CHECK(asked.empty());
  log->forget_versions_up_to(1);
  CHECK(is(write(*log, {ringing(1, 0)}).answers.at(0), append_refusal::conflict));
  CHECK(asked == std::vector{contact(1)});
  REQUIRE(write(*log, {ringing(1, 1), ringing(1, 2), ringing(2, 1)}).committed.size() == 3);
  CHECK(asked.size() == 2);
  REQUIRE(write(*log, {ringing(1, 3), ringing(3, 0)}).committed.size() == 2);
  CHECK(asked.size() == 3);
  CHECK(asked.back() == contact(3));
}

TEST_CASE("a stream that was written again since is not forgotten") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 2);
  REQUIRE(write(*log, {ringing(1, 1)}).committed.size() == 1);
  log->look_up_versions_with([](const events::stream_id& it) -> std::uint64_t {
    CHECK(it == contact(2));
    return 1;
  });
  log->forget_versions_up_to(2);
  CHECK(write(*log, {ringing(1, 2), ringing(2, 1)}).committed.size() == 2);
}

TEST_CASE("what the open batch adds is not forgotten, however far the views claim to be") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 1);
  log->forget_versions_up_to(1);
  log->look_up_versions_with([&](const events::stream_id& it) -> std::uint64_t {
    CHECK(it != contact(1));
    log->forget_versions_up_to(1'000);
    return 0;
  });
  CHECK(write(*log, {ringing(2, 0), ringing(3, 0), ringing(2, 1)}).committed.size() == 3);
}

TEST_CASE("a reopened log asks the views for the versions of its past") {
  temporary_directory home;
  write_batches(*open_log(home.path()), 1, 1);
  auto log = open_log(home.path());
  log->look_up_versions_with(
    [](const events::stream_id& it) -> std::uint64_t { return it == contact(1) ? 1 : 0; });
  auto batch = write(*log, {ringing(1, 0), ringing(1, 1), ringing(2, 0)});
  CHECK(is(batch.answers.at(0), append_refusal::conflict));
  CHECK(std::get<receipt>(batch.answers.at(1)).version == 2);
  CHECK(std::get<receipt>(batch.answers.at(2)).version == 1);
}

TEST_CASE("each hash covers the one before it and the stored bytes") {
  temporary_directory home;
  store::journal_head head;
  {
    auto log = open_log(home.path());
    write_batches(*log, 1, 10);
    REQUIRE(write(*log, {ringing(1, 1, 30)}).committed.size() == 30);
    head = log->head();
    CHECK(log->hash_at(head.position) == head.hash);
  }
  rocksdb::DB* opened = nullptr;
  REQUIRE(rocksdb::DB::OpenForReadOnly({}, home.path().string(), &opened).ok());
  std::unique_ptr<rocksdb::DB> raw{opened};
  std::string expected(SHA256_DIGEST_LENGTH, '\0');
  for (std::uint64_t position = 1; position <= head.position; ++position) {
    std::string key{0, 0, 0, 0, 0, 0, 0, static_cast<char>(position)};
    std::string value;
    REQUIRE(raw->Get({}, key, &value).ok());
    auto bytes = value.substr(SHA256_DIGEST_LENGTH);
    auto event = events::decode(bytes);
    REQUIRE(event);
    CHECK(event->position == position);
    auto covered = expected + bytes;
    SHA256(
      reinterpret_cast<const unsigned char*>(covered.data()),
      covered.size(),
      reinterpret_cast<unsigned char*>(expected.data()));
    CHECK(value.substr(0, SHA256_DIGEST_LENGTH) == expected);
  }
  CHECK(std::equal(
    head.hash.begin(), head.hash.end(), reinterpret_cast<unsigned char*>(expected.data())));
}

TEST_CASE("time never goes backwards, not even across a restart") {
  temporary_directory home;
  auto log = open_log(home.path());
  REQUIRE(write(*log, {ringing(1, 0)}, nine).head.recorded_at == nine);
  CHECK(write(*log, {ringing(2, 0)}, nine - 1h).committed.at(0).recorded_at == nine);
  CHECK(write(*log, {ringing(3, 0)}, nine + 1us).committed.at(0).recorded_at == nine + 1us);
  log.reset();
  log = open_log(home.path());
  log->look_up_versions_with([](const auto&) { return 0; });
  auto late = write(*log, {ringing(4, 0)}, nine);
  CHECK(late.committed.at(0).recorded_at == nine + 1us);
  CHECK(late.head.recorded_at == nine + 1us);
}

TEST_CASE("a log that is open is not opened a second time") {
  temporary_directory home;
  auto log = open_log(home.path());
  CHECK(refusal_to_open(home.path()).find("is in use by another process") != std::string::npos);
  write_batches(*log, 1, 1);
  CHECK(log->epoch() == 1);
}

TEST_CASE("a log is read from a position on, until the reader has enough") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 9);
  CHECK(positions(read_all(*log, 8)) == std::vector<std::uint64_t>{8, 9});
  CHECK(read_all(*log, 0).size() == 9);
  CHECK(read_all(*log, 10).empty());
  std::size_t seen = 0;
  log->read(2, [&](events::envelope&& it) {
    ++seen;
    return it.position < 4;
  });
  CHECK(seen == 3);
}

TEST_CASE("the first event at or after a time is found") {
  temporary_directory home;
  auto log = open_log(home.path());
  for (std::uint32_t hour = 0; hour < 5; ++hour)
    REQUIRE(
      write(*log, {ringing(hour, 0), ringing(hour, 1)}, nine + hour * 1h).committed.size() == 2);
  CHECK(log->first_at_or_after(nine - 1h) == 1);
  CHECK(log->first_at_or_after(nine) == 1);
  CHECK(log->first_at_or_after(nine + 1us) == 3);
  CHECK(log->first_at_or_after(nine + 4h) == 9);
  CHECK(log->first_at_or_after(nine + 4h + 1us) == 11);
}

TEST_CASE("readers see a gapless beginning of the log while it is written") {
  temporary_directory home;
  auto log = open_log(home.path());
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> gaps{0};
  std::thread reader{[&] {
    while (!done) {
      auto head = log->head();
      std::uint64_t expected = 1;
      log->read(1, [&](events::envelope&& it) {
        gaps += it.position != expected++;
        return true;
      });
      gaps += expected <= head.position;
      gaps += log->hash_at(head.position) != head.hash;
      (void)log->first_at_or_after(nine);
    }
  }};
  log->look_up_versions_with([](const events::stream_id&) -> std::uint64_t { return 0; });
  for (std::uint32_t row = 1; row <= 100; ++row) {
    (void)write(*log, {ringing(row, 0, 7)});
    log->forget_versions_up_to(log->head().position);
  }
  done = true;
  reader.join();
  CHECK(gaps == 0);
  CHECK(log->head().position == 700);
}

TEST_CASE("while the disk has less left than the reserve, only what has happened is recorded") {
  temporary_directory home;
  auto log = open_log(home.path(), {.reserve_bytes = ~std::uint64_t{0}});
  auto happened = ringing(2, 0);
  happened.new_work = false;
  auto batch = write(*log, {ringing(1, 0), happened, ringing(3, 0)});
  REQUIRE(batch.answers.size() == 3);
  CHECK(is(batch.answers.at(0), append_refusal::busy));
  CHECK(std::get<receipt>(batch.answers.at(1)).first_position == 1);
  CHECK(is(batch.answers.at(2), append_refusal::busy));
  CHECK(log->head().position == 1);
}

TEST_CASE("the schema of the log lies beside it") {
  temporary_directory home;
  auto log = open_log(home.path());
  std::ifstream file{home.path() / "log.desc", std::ios::binary};
  std::string schema{std::istreambuf_iterator<char>{file}, {}};
  CHECK_FALSE(schema.empty());
  CHECK(schema == events::descriptor_set());
}

TEST_CASE("a log counts what was written and what was refused") {
  temporary_directory home;
  auto log = open_log(home.path());
  write(*log, {ringing(1, 0, 2), ringing(2, 0)});
  write(*log, {ringing(1, 7)});
  const auto& seen = log->measures();
  CHECK(seen.appends.value() == 2);
  CHECK(seen.conflicts.value() == 1);
  CHECK(seen.busy.value() == 0);
  CHECK(seen.batch_events.sum() == 3);
  CHECK(to_string(append_refusal::conflict) == "conflict");
  CHECK(to_string(append_refusal::busy) == "busy");
}
