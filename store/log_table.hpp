// The log as it lies on disk. Seen by the journal alone.
#pragma once

#include "store/files.hpp"
#include "store/log_storage.hpp"
#include "store/rocks.hpp"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ringmaster::store {

/// Key: position, big-endian. Value: the event's chain hash, then the bytes that
/// it covers. What is known about the log as a whole is a column family of its
/// own, so that positions stay one run of ascending keys.
///
/// The file `reached` beside it says how far the synced log had come, so that
/// events which vanish from its end are missed: RocksDB takes some kinds of
/// damage there for a write that the power cut short. After a power cut the file
/// may be some seconds old, and damage to what was written since looks like that
/// indeed; nothing within the log can tell it then.
class log_table : public log_storage {
public:
  /// Takes the lock and the next writer epoch, and checks the end of the log. A
  /// text says why not.
  [[nodiscard]] static std::variant<std::unique_ptr<log_table>, std::string>
  open(const std::filesystem::path& directory, std::uint64_t reserve_bytes);

  /// Names the log in `directory` anew, for it will go its own way from here on.
  /// A text says why not.
  [[nodiscard]] static std::optional<std::string>
  renew_generation(const std::filesystem::path& directory);

  [[nodiscard]] const about_log& about() const override { return about_; }
  [[nodiscard]] bool has_room() override;
  void add(std::uint64_t position, const log_record& what) override;
  void commit(std::uint64_t head) override;
  void scan(std::uint64_t first, std::uint64_t last, const visitor& visit) const override;

private:
  log_table(
    std::unique_ptr<rocks::database> db,
    number_file reached,
    about_log found,
    std::filesystem::path directory,
    std::uint64_t reserve_bytes);

  void write_about();

  std::unique_ptr<rocks::database> db_;
  number_file reached_;
  about_log about_;
  std::filesystem::path directory_;
  std::uint64_t reserve_bytes_;
  rocksdb::WriteBatch added_;
};

} // namespace ringmaster::store
