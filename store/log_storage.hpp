// Where the journal keeps its bytes: the seam below its rules.
#pragma once

#include "store/chain.hpp"
#include "store/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ringmaster::store {

/// One event as it is kept: its chain hash, and the bytes that the hash covers.
struct log_record {
  chain_hash hash{};
  std::string_view bytes;
};

/// What opening found, and the epoch it took.
struct about_log {
  std::uint64_t epoch = 0;
  std::string generation;
  journal_head head;
};

/// One writer, any number of readers. What goes wrong ends the process.
class log_storage {
public:
  virtual ~log_storage() = default;

  [[nodiscard]] virtual const about_log& about() const = 0;

  // For the one writer.
  /// Whether there is room for new work; looked at now and then.
  [[nodiscard]] virtual bool has_room() = 0;
  virtual void add(std::uint64_t position, const log_record& what) = 0;
  /// On return everything added is on disk. `head` is the last of it.
  virtual void commit(std::uint64_t head) = 0;

  // For anybody.
  using visitor = std::function<bool(std::uint64_t position, const log_record&)>;
  /// From `first` to `last`, both included, until `visit` says false. A position
  /// that is missing is fatal.
  virtual void scan(std::uint64_t first, std::uint64_t last, const visitor& visit) const = 0;
};

} // namespace ringmaster::store
