#include "events/codec.hpp"
#include "store/damaged_log.hpp"
#include "store/signing.hpp"
#include "store/verify.hpp"

#include <random>

using namespace ringmaster;
using namespace ringmaster::test;
using store::log_fault;

namespace {

using outcome = std::variant<store::verification, std::string>;

outcome verify(const std::filesystem::path& directory, const std::set<std::string>& trusted = {}) {
  auto opened = store::log_reader::open(directory);
  if (auto* why = std::get_if<std::string>(&opened))
    return std::move(*why);
  return store::verify(*std::get<0>(opened), trusted, [](std::uint64_t) {});
}

store::verification
must_verify(const std::filesystem::path& directory, const std::set<std::string>& trusted = {}) {
  auto answer = verify(directory, trusted);
  if (const auto* why = std::get_if<std::string>(&answer))
    FAIL(*why);
  return std::get<store::verification>(answer);
}

void check_first_damage(
  const std::filesystem::path& directory, std::uint64_t position, log_fault fault) {
  auto it = must_verify(directory);
  REQUIRE(it.damage);
  CHECK(it.damage->position == position);
  CHECK(to_string(it.damage->fault) == to_string(fault));
  CHECK(it.events == position - 1);
}

std::string get(rocksdb::DB& raw, int position) {
  std::string value;
  REQUIRE(raw.Get({}, key(position), &value).ok());
  return value;
}

/// Puts an event in a place and chains it there, as someone would who knows how.
void forge(rocksdb::DB& raw, int position, const std::function<void(events::envelope&)>& change) {
  auto before = get(raw, position - 1);
  auto event = events::decode(std::string_view{get(raw, position)}.substr(32));
  REQUIRE(event);
  change(*event);
  auto bytes = events::encode(*event);
  store::chain_hash hash{};
  std::copy_n(before.begin(), hash.size(), hash.begin());
  hash = store::chain_hasher{}.next(hash, bytes);
  std::string value{hash.begin(), hash.end()};
  CHECK(raw.Put({}, key(position), value + bytes).ok());
}

} // namespace

TEST_CASE("an intact log is found so, with the head that its writer knows") {
  temporary_directory home;
  auto log = open_log(home.path());
  write_batches(*log, 1, 25);
  auto it = must_verify(home.path());
  CHECK_FALSE(it.damage);
  CHECK(it.events == 25);
  CHECK(it.head == log->head().hash);
  CHECK(it.recorded_at == log->head().recorded_at);
}

TEST_CASE("an empty log is intact") {
  temporary_directory home;
  auto log = open_log(home.path());
  auto it = must_verify(home.path());
  CHECK_FALSE(it.damage);
  CHECK(it.events == 0);
}

TEST_CASE("verify names the first bad position and what is wrong with it") {
  crashed_log crash{30};
  const auto& log = crash.image.path();
  auto after = [&](const std::function<void(rocksdb::DB&)>& doing) {
    crash.restore();
    tamper(log, [&](rocksdb::DB& raw, auto*) { doing(raw); });
  };
  after([](rocksdb::DB& raw) {
    auto value = get(raw, 12);
    value.back() = static_cast<char>(value.back() ^ 1);
    CHECK(raw.Put({}, key(12), value).ok());
    CHECK(raw.Delete({}, key(20)).ok());
  });
  check_first_damage(log, 12, log_fault::altered);
  after([](rocksdb::DB& raw) { CHECK(raw.Delete({}, key(17)).ok()); });
  check_first_damage(log, 17, log_fault::missing);
  after([](rocksdb::DB& raw) { CHECK(raw.Delete({}, key(1)).ok()); });
  check_first_damage(log, 1, log_fault::missing);
  after([](rocksdb::DB& raw) { CHECK(raw.Delete({}, key(30)).ok()); });
  check_first_damage(log, 30, log_fault::missing);
  after([](rocksdb::DB& raw) {
    auto third = get(raw, 3);
    CHECK(raw.Put({}, key(3), get(raw, 4)).ok());
    CHECK(raw.Put({}, key(4), third).ok());
  });
  check_first_damage(log, 3, log_fault::out_of_order);
  after([](rocksdb::DB& raw) { CHECK(raw.Put({}, key(8), "short").ok()); });
  check_first_damage(log, 8, log_fault::altered);
}

TEST_CASE("an event is not believed for being well chained") {
  crashed_log crash{30};
  const auto& log = crash.image.path();
  auto after = [&](const std::function<void(events::envelope&)>& change) {
    crash.restore();
    tamper(log, [&](rocksdb::DB& raw, auto*) { forge(raw, 30, change); });
  };
  after([](events::envelope& it) { it.writer_epoch = 0; });
  check_first_damage(log, 30, log_fault::older_epoch);
  after([](events::envelope& it) { it.recorded_at -= std::chrono::seconds{1}; });
  check_first_damage(log, 30, log_fault::clock_back);
  after([](events::envelope& it) { it.position = 31; });
  check_first_damage(log, 30, log_fault::out_of_order);
  after([](events::envelope& it) { it.actor = "somebody else"; });
  CHECK_FALSE(must_verify(log).damage); // what only a signed head tells
}

namespace {

/// A log whose events are signed by `key` after each batch.
void write_signed(
  const std::filesystem::path& directory, const store::signing_key& key, int batches) {
  auto log = open_log(directory);
  log->look_up_versions_with([](const auto&) { return 0; });
  for (int i = 0; i < batches; ++i) {
    store::append head{
      .stream = events::engine_stream,
      .expected_version = store::any_version,
      .events = {key.sign(log->head(), log->generation())}};
    auto row = static_cast<std::uint32_t>(log->head().position + 1);
    REQUIRE(write(*log, {ringing(row, 0), head}).committed.size() == 2);
  }
}

store::signing_key key_in(const std::filesystem::path& file) {
  auto made = store::signing_key::load_or_create(file);
  REQUIRE(std::holds_alternative<store::signing_key>(made));
  return std::get<store::signing_key>(std::move(made));
}

} // namespace

TEST_CASE("signed heads vouch for the log, by a key that is trusted") {
  temporary_directory home;
  auto log = home.path() / "journal";
  auto key = key_in(home.path() / "key.pem");
  auto stranger = key_in(home.path() / "stranger.pem");
  write_signed(log, key, 3);
  auto it = must_verify(log, {key.public_key()});
  CHECK_FALSE(it.damage);
  CHECK(it.heads.count == 3);
  CHECK(it.heads.last_position == 4);
  CHECK(it.heads.keys == std::set{key.public_key()});
  CHECK_FALSE(must_verify(log).damage);
  it = must_verify(log, {stranger.public_key()});
  REQUIRE(it.damage);
  CHECK(to_string(it.damage->fault) == "false_signature");
  CHECK(says(it.damage->detail, "a key that is not trusted"));
  CHECK(it.damage->position == 2);
}

TEST_CASE("a log that was written anew has no signature for its new heads") {
  temporary_directory home;
  auto log = home.path() / "journal";
  write_signed(log, key_in(home.path() / "key.pem"), 4);
  auto damage_after = [&](int position, const std::function<void(events::head_signed&)>& change) {
    tamper(log, [&](rocksdb::DB& raw, auto*) {
      forge(raw, position, [&](events::envelope& it) {
        change(std::get<events::head_signed>(it.event));
      });
    });
    auto found = must_verify(log).damage;
    REQUIRE(found);
    CHECK(found->position == static_cast<std::uint64_t>(position));
    return found->detail;
  };
  CHECK(says(damage_after(8, [](auto& it) { it.hash[0] ^= 1; }), "signature is false"));
  auto other = key_in(home.path() / "other.pem");
  auto elsewhere = [&](auto& it) {
    it = other.sign({.position = 2, .hash = {1}, .recorded_at = {}}, it.generation);
  };
  CHECK(says(damage_after(6, elsewhere), "has another hash in this log"));
  auto ahead = [&](auto& it) {
    it = other.sign({.position = 4, .hash = {1}, .recorded_at = {}}, it.generation);
  };
  CHECK(says(damage_after(4, ahead), "signed head of position 4"));
}

TEST_CASE("what stands before damage in the middle of the WAL is still verified") {
  crashed_log crash{400};
  auto wal = wal_of(crash.image.path());
  flip_byte(wal, std::filesystem::file_size(wal) / 2);
  auto it = must_verify(crash.image.path());
  REQUIRE(it.damage);
  CHECK(it.events > 100);
  CHECK(it.events < 300);
  CHECK(it.damage->position == it.events + 1);
  CHECK(to_string(it.damage->fault) == "unreadable");
}

TEST_CASE("whatever the damage, verify ends with an answer") {
  auto seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937 random{seed};
  crashed_log crash{300};
  crash.log.reset();
  crash.log = open_log(crash.home.path()); // some events in sorted files, some in the WAL
  crash.log->look_up_versions_with([](const auto&) { return 0; });
  write_batches(*crash.log, 301, 100);
  crash.restore();
  auto intact = must_verify(crash.image.path());
  CHECK(intact.events == 400);
  std::vector<std::filesystem::path> files;
  for (const auto& it : std::filesystem::directory_iterator{crash.image.path()})
    if (it.file_size() > 0)
      files.push_back(it.path());
  auto pick = [&](std::uintmax_t below) {
    return std::uniform_int_distribution<std::uintmax_t>{0, below - 1}(random);
  };
  for (int i = 0; i < 300; ++i) {
    crash.restore();
    const auto& file = files[pick(files.size())];
    auto size = std::filesystem::file_size(file);
    CAPTURE(file);
    bool cut = pick(4) == 0;
    auto where = pick(size);
    CAPTURE(where);
    CAPTURE(cut);
    if (cut)
      std::filesystem::resize_file(file, where);
    else
      flip_byte(file, where);
    auto answer = verify(crash.image.path());
    // Some bytes mean nothing to the log: padding, statistics, the schema beside it.
    if (const auto* it = std::get_if<store::verification>(&answer); it && !it->damage)
      CHECK(it->head == intact.head);
  }
}
