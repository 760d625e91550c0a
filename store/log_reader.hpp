// The log without the server: for reading alone, while another process writes
// it or after that process died. Damage is told, never fatal.
#pragma once

#include "events/envelope.hpp"
#include "store/chain.hpp"
#include "store/log_format.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ringmaster::store {

/// What can be wrong with one position of the log.
enum class log_fault : std::uint8_t {
  missing = 1,  // there are later ones, or the log had synced more than it holds
  unreadable,   // the disk, or RocksDB's own checksums, give nothing
  altered,      // does not follow from those before it
  out_of_order, // is chained there, and says that its place is another
  undecodable,  // no event, or of a newer version of this program
  older_epoch,  // written by a process that another had taken over from
  clock_back,   // recorded before the one in front of it
  false_signature,
};

[[nodiscard]] std::string_view to_string(log_fault it);

struct log_damage {
  std::uint64_t position = 0;
  log_fault fault = log_fault::missing;
  std::string detail; // a sentence's end: "does not follow from …"
};

/// The log as it was when it was opened; later events do not show. Writes
/// nothing, takes no lock. Memory does not grow with the log, but holds what
/// the writer has not yet sorted into files: some hundred megabytes at the most.
class log_reader {
public:
  /// A text says why there is nothing to read at all.
  [[nodiscard]] static std::variant<std::unique_ptr<log_reader>, std::string>
  open(const std::filesystem::path& journal_directory);

  [[nodiscard]] const std::string& generation() const { return about_.generation; }
  [[nodiscard]] std::uint64_t epoch() const { return about_.epoch; }
  [[nodiscard]] std::uint64_t last_position() const { return last_; }

  /// What opening found to be lost from the end; nothing if all is there.
  [[nodiscard]] const std::optional<log_damage>& lost_end() const { return lost_end_; }

  using record_visitor = std::function<bool(std::uint64_t position, const log_record&)>;
  /// From `first` to the last, until `visit` says false. Gives what ended it
  /// early, if damage did.
  [[nodiscard]] std::optional<log_damage>
  scan(std::uint64_t first, const record_visitor& visit) const;

  using event_visitor = std::function<bool(events::envelope&&)>;
  /// The same, decoded.
  [[nodiscard]] std::optional<log_damage>
  read(std::uint64_t first, const event_visitor& visit) const;

  /// The same, of the streams alone that `wanted` says yes to; others are not
  /// decoded.
  using stream_filter = std::function<bool(const events::stream_id&)>;
  [[nodiscard]] std::optional<log_damage>
  read(std::uint64_t first, const stream_filter& wanted, const event_visitor& visit) const;

  /// Zeros for 0; nothing if there is none, or none to be read.
  [[nodiscard]] std::optional<chain_hash> hash_at(std::uint64_t position) const;

  /// Position of the first event recorded at or after `at`; last + 1 if none.
  /// An event that can't be read counts as earlier.
  [[nodiscard]] std::uint64_t first_at_or_after(events::instant at) const;

  /// How far the log in this directory has come by now, without opening it.
  [[nodiscard]] static std::uint64_t reached(const std::filesystem::path& journal_directory);

private:
  log_reader(std::unique_ptr<rocks::database> db, log_format::about about)
    : db_{std::move(db)}, about_{std::move(about)} {}

  /// A text says why nothing is known of the end.
  [[nodiscard]] std::optional<std::string>
  find_end(std::uint64_t synced, const std::string& wal_damage);
  [[nodiscard]] std::optional<std::string> value_at(std::uint64_t position) const;

  std::unique_ptr<rocks::database> db_;
  log_format::about about_;
  std::uint64_t last_ = 0;
  std::optional<log_damage> lost_end_;
};

} // namespace ringmaster::store
