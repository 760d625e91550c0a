#include "store/rocks.hpp"

#include "store/fatal.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <fstream>
#include <system_error>

namespace ringmaster::store::rocks {

namespace {

/// LZ4 if this RocksDB was built with it.
rocksdb::CompressionType compression() {
  auto can = rocksdb::GetSupportedCompressions();
  auto lz4 = std::find(can.begin(), can.end(), rocksdb::kLZ4Compression);
  return lz4 == can.end() ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
}

/// RocksDB's own log is a file beside the data. A disk that fails makes it fail in the
/// middle of telling so, and RocksDB then aborts on an assertion: no word to the
/// operator, and a core dump. What matters of it comes back to us as a status.
class no_logger : public rocksdb::Logger {
public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// Ends the process as soon as a write fails: one in the background would be noticed
/// by the next in the foreground alone.
class end_at_failed_write : public rocksdb::EventListener {
public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* why) override {
    // Damage that a compaction met is for whoever writes next: the views have a remedy.
    if (why->IsIOError() && !throws_when_fatal())
      fatal("writing to the disk", sentence(*why));
  }
};

rocksdb::BlockBasedTableOptions table_for(const tuning& what) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(what.block_cache_bytes);
  table.block_size = 16U << 10;
  // Scans read ahead more the longer they go on; a short one pays nothing.
  table.max_auto_readahead_size = 2U << 20;
  if (what.whole_key_bloom)
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

/// RocksDB would make a new database, and remove the files of the old one, if
/// just this one file were lost.
bool lost_its_beginning(const std::filesystem::path& directory) {
  std::error_code ignored;
  return std::filesystem::exists(directory / "IDENTITY", ignored)
         && !std::filesystem::exists(directory / "CURRENT", ignored);
}

} // namespace

std::string end_of_prefix(std::string_view prefix) {
  std::string end{prefix};
  while (!end.empty() && end.back() == '\xff')
    end.pop_back();
  if (!end.empty())
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

namespace {

/// RocksDB gives an error of the system as its text alone.
bool names(const std::string& text, int system_error) {
  return text.find(std::generic_category().message(system_error)) != std::string::npos;
}

} // namespace

std::string sentence(const rocksdb::Status& status) {
  auto text = status.ToString();
  if (status.IsNoSpace())
    return text + ". " + std::string{when_disk_is_full};
  if (names(text, EIO) || names(text, EROFS)) // a kernel that met errors goes on reading alone
    return text + ". " + std::string{when_disk_failed};
  if (status.IsCorruption())
    return text + ". " + std::string{when_damaged};
  return text;
}

void must(const rocksdb::Status& status, std::string_view what) {
  if (!status.ok())
    fatal(what, sentence(status));
}

rocksdb::Options options_for(const tuning& what) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;
  options.wal_compression = rocksdb::kNoCompression;
  options.manual_wal_flush = false;
  options.max_bgerror_resume_count = 0; // an error ends the process; nothing is tried again
  options.max_background_jobs = 2;
  options.allow_concurrent_memtable_write = false; // one writer: cheaper without
  options.enable_write_thread_adaptive_yield = false;
  options.write_buffer_size = what.memtable_bytes;
  options.max_write_buffer_number = 3;
  options.compression = compression();
  options.bytes_per_sync = 1U << 20; // background writes must not pile up before a commit's sync
  options.info_log = std::make_shared<no_logger>();
  options.listeners = {std::make_shared<end_at_failed_write>()};
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_for(what)));
  return options;
}

std::variant<std::unique_ptr<database>, rocksdb::Status> database::open(
  const std::filesystem::path& directory,
  const rocksdb::Options& options,
  const std::vector<std::string>& families) {
  std::error_code why;
  std::filesystem::create_directories(directory, why);
  if (why)
    return rocksdb::Status::IOError(why.message());
  if (lost_its_beginning(directory))
    return rocksdb::Status::Corruption("CURRENT is missing");
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
  for (const auto& name : families)
    wanted.emplace_back(name, options);
  std::unique_ptr<database> made{new database};
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open(options, directory.string(), wanted, &made->families_, &db);
  if (!status.ok())
    return status;
  made->db_.reset(db);
  return made;
}

namespace {

/// For a reader in another process than the writer's, in bounded memory.
rocksdb::Options for_reading(rocksdb::Options options) {
  options.create_if_missing = false;
  options.create_missing_column_families = false;
  options.max_open_files = -1; // hold every file, for the writer may remove it
  auto table = *options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table.cache_index_and_filter_blocks = true; // within the block cache's bound
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

} // namespace

std::string set_of_files(const std::filesystem::path& directory) {
  std::string name;
  std::ifstream{directory / "CURRENT"} >> name;
  // A WAL goes only after this has said in which sorted file its content is now.
  std::error_code gone;
  auto size = std::filesystem::file_size(directory / name, gone);
  return name + ' ' + std::to_string(gone ? 0 : size);
}

std::variant<std::unique_ptr<database>, rocksdb::Status> database::open_read_only(
  const std::filesystem::path& directory,
  const rocksdb::Options& options,
  const std::vector<std::string>& families) {
  // Opening takes milliseconds, and the set of files changes every few seconds
  // at the most.
  constexpr int tries = 20;
  auto reading = for_reading(options);
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
  for (const auto& name : families)
    wanted.emplace_back(name, reading);
  rocksdb::Status status;
  for (int turn = 0; turn < tries; ++turn) {
    auto before = set_of_files(directory);
    std::unique_ptr<database> made{new database};
    made->read_only_ = true;
    rocksdb::DB* db = nullptr;
    status =
      rocksdb::DB::OpenForReadOnly(reading, directory.string(), wanted, &made->families_, &db);
    made->db_.reset(db);
    bool same = set_of_files(directory) == before;
    if (status.ok() && same)
      return made;
    // A file that nobody needs any more may go while it is looked at.
    bool file_went = status.IsPathNotFound() || status.IsNotFound();
    if (!status.ok() && same && !file_went)
      return status;
  }
  return status.ok() ? rocksdb::Status::Busy("its files change too fast") : status;
}

database::~database() {
  // Else whoever opens it next reads all of the WAL first. What is not sorted into
  // files by now is on disk all the same.
  if (db_ && !read_only_)
    (void)db_->Flush({}, families_);
  for (auto* it : families_)
    must(db_->DestroyColumnFamilyHandle(it), "closing a database");
}

std::optional<std::string>
database::get(rocksdb::ColumnFamilyHandle* family, std::string_view key) const {
  std::string value;
  auto status = db_->Get({}, family, slice(key), &value);
  if (status.IsNotFound())
    return std::nullopt;
  if (!status.ok())
    fatal("reading " + db_->GetName(), sentence(status));
  return value;
}

void database::flush() const {
  must(db_->Flush({}, families_), "writing to files");
}

void scrub(
  const database& of,
  rocksdb::ColumnFamilyHandle* family,
  std::string_view first,
  std::string_view last) {
  of.flush();
  rocksdb::CompactRangeOptions how;
  how.exclusive_manual_compaction = false;
  how.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  auto begin = slice(first);
  auto end = slice(last);
  must(of->CompactRange(how, family, &begin, &end), "rewriting files");
}

std::string explain(const std::filesystem::path& directory, const rocksdb::Status& status) {
  if (status.ToString().find("/LOCK") != std::string::npos)
    return directory.string() + " is in use by another process";
  return directory.string() + " cannot be opened: " + sentence(status);
}

} // namespace ringmaster::store::rocks
