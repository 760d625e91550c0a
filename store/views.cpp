#include "store/views.hpp"

#include "store/fatal.hpp"
#include "store/files.hpp"
#include "store/rocks.hpp"

#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace ringmaster::store {

namespace {

/// Beside the database once a read has met damage in it.
constexpr const char* damage_marker = "DAMAGED";

rocksdb::Options options_for_views() {
  auto options = rocks::options_for({});
  // What the power took with it is folded again: any state the views were once
  // in will do, and RocksDB finds the last that it can.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // A file on the upper levels is soon rewritten; compressing it is not worth it.
  options.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression};
  options.compression_per_level.resize(
    static_cast<std::size_t>(options.num_levels), options.compression);
  // A scan from the front of a queue (the due index) passes what was taken from it.
  options.table_properties_collector_factories = {
    rocksdb::NewCompactOnDeletionCollectorFactory(4'096, 2'048)};
  return options;
}

/// Reads go on after damage in no sensible way, and neither would a restart: so
/// it is remembered that the views are to be folded anew.
void check(const rocks::database& db, const rocksdb::Status& status) {
  if (status.ok())
    return;
  if (status.IsCorruption() && !db.is_read_only())
    file_writer{std::filesystem::path{db->GetName()} / damage_marker};
  fatal("the views", rocks::sentence(status));
}

class rocks_snapshot : public key_value::snapshot {
public:
  explicit rocks_snapshot(std::shared_ptr<rocks::database> db)
    : db_{std::move(db)}, at_{(*db_)->GetSnapshot()} {}
  ~rocks_snapshot() override { (*db_)->ReleaseSnapshot(at_); }
  rocks_snapshot(const rocks_snapshot&) = delete;
  rocks_snapshot& operator=(const rocks_snapshot&) = delete;

  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override {
    std::string value;
    auto status = (*db_)->Get(reading(), rocks::slice(key), &value);
    if (status.IsNotFound())
      return std::nullopt;
    check(*db_, status);
    return value;
  }

  void scan(std::string_view prefix, std::string_view from, const visitor& visit) const override {
    auto end = rocks::end_of_prefix(prefix);
    between(prefix, end, [&](rocksdb::Iterator& it) {
      for (it.Seek(rocks::slice(from.empty() ? prefix : from)); it.Valid(); it.Next()) {
        if (!visit(it.key().ToStringView(), it.value().ToStringView()))
          return;
      }
    });
  }

  void
  scan_back(std::string_view prefix, std::string_view before, const visitor& visit) const override {
    auto end = before.empty() ? rocks::end_of_prefix(prefix) : std::string{before};
    between(prefix, end, [&](rocksdb::Iterator& it) {
      for (it.SeekToLast(); it.Valid(); it.Prev()) {
        if (!visit(it.key().ToStringView(), it.value().ToStringView()))
          return;
      }
    });
  }

private:
  [[nodiscard]] rocksdb::ReadOptions reading() const {
    rocksdb::ReadOptions options;
    options.snapshot = at_;
    return options;
  }

  /// An empty `end` is the end of all keys.
  template <class F>
  void between(std::string_view begin, std::string_view end, const F& walk) const {
    auto lower = rocks::slice(begin);
    auto upper = rocks::slice(end);
    auto options = reading();
    options.iterate_lower_bound = &lower;
    options.iterate_upper_bound = end.empty() ? nullptr : &upper;
    std::unique_ptr<rocksdb::Iterator> it{(*db_)->NewIterator(options)};
    walk(*it);
    check(*db_, it->status());
  }

  std::shared_ptr<rocks::database> db_;
  const rocksdb::Snapshot* at_;
};

class rocks_views : public key_value {
public:
  explicit rocks_views(std::shared_ptr<rocks::database> db) : db_{std::move(db)} {}

  [[nodiscard]] std::unique_ptr<snapshot> look() const override {
    return std::make_unique<rocks_snapshot>(db_);
  }

  void write(const key_value_batch& batch) override {
    rocksdb::WriteBatch changes;
    for (const auto& it : batch.changes)
      check(*db_, it.value ? changes.Put(it.key, *it.value) : changes.Delete(it.key));
    check(*db_, (*db_)->Write({}, &changes));
  }

  void clear() override {
    std::unique_ptr<rocksdb::Iterator> it{(*db_)->NewIterator({})};
    it->SeekToLast();
    check(*db_, it->status());
    if (!it->Valid())
      return;
    auto behind_last = it->key().ToString() + '\0';
    auto* family = (*db_)->DefaultColumnFamily();
    it.reset();
    check(*db_, (*db_)->DeleteRange({}, family, "", behind_last));
    // What is folded next must not be searched for among what was removed.
    check(*db_, (*db_)->CompactRange({}, nullptr, nullptr));
  }

private:
  std::shared_ptr<rocks::database> db_; // shared with the snapshots
};

bool is_damaged(const std::filesystem::path& directory) {
  std::error_code ignored;
  return std::filesystem::exists(directory / damage_marker, ignored);
}

/// Not the directory itself: it may be a mount point, or a link.
void empty(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& it : std::filesystem::directory_iterator{directory, ignored})
    remove_tree(it.path());
}

} // namespace

std::variant<std::unique_ptr<key_value>, std::string>
open_views(const std::filesystem::path& directory) {
  using opened = std::unique_ptr<rocks::database>;
  if (is_damaged(directory))
    empty(directory);
  auto result = rocks::database::open(directory, options_for_views());
  const auto* why = std::get_if<rocksdb::Status>(&result);
  if (why && (why->IsCorruption() || why->IsPathNotFound())) {
    empty(directory);
    result = rocks::database::open(directory, options_for_views());
    why = std::get_if<rocksdb::Status>(&result);
  }
  if (why)
    return rocks::explain(directory, *why);
  return std::make_unique<rocks_views>(std::get<opened>(std::move(result)));
}

std::variant<std::unique_ptr<const key_value>, std::string>
open_views_read_only(const std::filesystem::path& directory) {
  using opened = std::unique_ptr<rocks::database>;
  auto result = rocks::database::open_read_only(
    directory, options_for_views(), {rocksdb::kDefaultColumnFamilyName});
  if (const auto* why = std::get_if<rocksdb::Status>(&result))
    return rocks::explain(directory, *why);
  return std::make_unique<const rocks_views>(std::get<opened>(std::move(result)));
}

} // namespace ringmaster::store
