// The disk under the log, and what can go wrong with it.
#pragma once

#include "events/envelope.hpp"
#include "store/log_storage.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ringmaster::simulation {

/// What a run does to the disk. Outlives the processes that write to it.
struct disk_faults {
  bool full = false;
  /// Called before each write; false: the power goes before it.
  std::function<bool()> before_write = [] { return true; };
  /// Called behind each write with what it made durable.
  std::function<void(std::vector<events::envelope>&&)> written = [](auto&&) {};
};

/// What a memory_log has on its disk.
struct kept_log {
  struct record {
    store::chain_hash hash{};
    std::string bytes;
  };
  std::vector<record> records;
  std::uint64_t epoch = 0;
};

/// The log without RocksDB, for runs with more crashes than a database can be
/// opened. The bytes, their chain and all rules above them are the real ones.
[[nodiscard]] std::unique_ptr<store::log_storage> open_memory_log(kept_log& on_disk);

/// `real`, with the faults in front of it.
[[nodiscard]] std::unique_ptr<store::log_storage>
with_faults(std::unique_ptr<store::log_storage> real, disk_faults& faults);

} // namespace ringmaster::simulation
