// What the three databases have in common. Seen by store/ alone.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::store::rocks {

/// Numbers in keys, so that bytes sort as they do.
template <class UInt>
void append_big_endian(std::string& to, UInt value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
    to.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
}

/// `bytes` must hold that many.
template <class UInt>
UInt read_big_endian(std::string_view bytes) {
  UInt value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<UInt>(value << 8 | static_cast<unsigned char>(bytes[i]));
  return value;
}

[[nodiscard]] rocksdb::Slice slice(std::string_view bytes);

/// The first key behind all that begin with `prefix`; empty if there is none.
[[nodiscard]] std::string end_of_prefix(std::string_view prefix);

/// What went wrong and what an operator can do about it.
[[nodiscard]] std::string sentence(const rocksdb::Status& status);

/// After a failed write nobody knows what the disk holds.
void must(const rocksdb::Status& status, std::string_view what);

struct tuning {
  std::size_t memtable_bytes = 64U << 20;
  std::size_t block_cache_bytes = 64U << 20;
  bool whole_key_bloom = true;
};

/// Durable writes in one thread, few background threads, bounded memory.
[[nodiscard]] rocksdb::Options options_for(const tuning& what);

/// A database with its column families, closed in the right order.
class database {
public:
  /// `families` are made where missing, the default one first.
  [[nodiscard]] static std::variant<std::unique_ptr<database>, rocksdb::Status> open(
    const std::filesystem::path& directory,
    const rocksdb::Options& options,
    const std::vector<std::string>& families = {rocksdb::kDefaultColumnFamilyName});

  /// For reading alone, writing nothing at all into the directory: of what is
  /// there now, even while another process writes to it. What is written later
  /// does not show. Retries while files move under its feet.
  [[nodiscard]] static std::variant<std::unique_ptr<database>, rocksdb::Status> open_read_only(
    const std::filesystem::path& directory,
    const rocksdb::Options& options,
    const std::vector<std::string>& families);

  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  [[nodiscard]] rocksdb::DB* operator->() const { return db_.get(); }
  [[nodiscard]] rocksdb::DB& operator*() const { return *db_; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(std::size_t index) const {
    return families_[index];
  }

  /// What was written is sorted into files, and the log of writes begins anew.
  void flush() const;

  [[nodiscard]] bool is_read_only() const { return read_only_; }

  /// The value, or nothing if there is none. Any other answer is fatal.
  [[nodiscard]] std::optional<std::string>
  get(rocksdb::ColumnFamilyHandle* family, std::string_view key) const;

private:
  database() = default;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  bool read_only_ = false;
};

/// On return what was deleted or replaced from `first` to `last` is in no file of
/// the database any more, neither a table nor the log of writes.
void scrub(
  const database& of,
  rocksdb::ColumnFamilyHandle* family,
  std::string_view first,
  std::string_view last);

/// Changes whenever the set of files of the database in `directory` does, and
/// stays while it stays.
[[nodiscard]] std::string set_of_files(const std::filesystem::path& directory);

/// A sentence for operators on why a database did not open.
[[nodiscard]] std::string
explain(const std::filesystem::path& directory, const rocksdb::Status& status);

} // namespace ringmaster::store::rocks
