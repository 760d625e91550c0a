// The log: every event, in order, hash-chained, synced before anyone is told.
#pragma once

#include "events/envelope.hpp"
#include "measures/measures.hpp"
#include "store/chain.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::store {

struct journal_head {
  std::uint64_t position = 0; // 0: nothing was ever written
  chain_hash hash{};          // of that event; zeros before the first
  events::instant recorded_at{};

  friend bool operator==(const journal_head&, const journal_head&) = default;
};

/// Expected of a stream whose facts need not know what came before them.
inline constexpr std::uint64_t any_version = ~std::uint64_t{0};

/// Facts for one stream, written all or none.
struct append {
  events::stream_id stream;
  std::uint64_t expected_version = 0; // events already in the stream, or `any_version`
  std::vector<events::event> events;  // not empty
  std::string actor = "system";
  std::uint64_t correlation = 0;
  std::uint64_t causation = 0;
  std::optional<events::request_mark> request = {}; // goes on the first of them
  /// May be put off when room runs out. What has already happened outside is
  /// recorded as long as the disk takes it.
  bool new_work = true;
};

struct receipt {
  std::uint64_t first_position = 0;
  std::uint64_t last_position = 0;
  std::uint64_t version = 0; // of the stream, with these facts in
};

enum class append_refusal : std::uint8_t {
  conflict = 1, // the stream is not at the expected version; nothing of it was written
  busy,         // too little room left for new work; try later
};

[[nodiscard]] std::string_view to_string(append_refusal it);

using append_answer = std::variant<receipt, append_refusal>;

struct journal_options {
  /// Refuse with `busy` while the disk has less than this left.
  std::uint64_t reserve_bytes = 256ULL << 20;
  std::string software = "ringmaster";
};

class log_storage;

/// What was written since this process opened the log. Read from any thread.
struct journal_measures {
  measures::counter appends;
  measures::counter conflicts;
  measures::counter busy;
  measures::histogram commit_seconds = measures::seconds(); // mostly the sync
  measures::histogram batch_events{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024, 4'096};
  std::array<measures::counter, std::variant_size_v<events::event>> events; // by type
  std::array<measures::counter, 10> outcomes; // of attempts, by number
};

/// One writer, any number of readers: `write` from one thread, everything else
/// from any. An I/O error ends the process (`fatal`).
class journal {
public:
  /// The newest version of a stream as the views know it, for streams that
  /// were not written lately. Must have seen every event up to the position
  /// last given to `forget_versions_up_to`.
  using version_lookup = std::function<std::uint64_t(const events::stream_id&)>;

  struct batch {
    std::vector<append_answer> answers;      // one per append, in order
    std::vector<events::envelope> committed; // in order of position
    journal_head head;
  };

  /// Opens or creates; takes the next writer epoch. A text says why not
  /// (locked by another process, damaged, of a newer version).
  [[nodiscard]] static std::variant<std::unique_ptr<journal>, std::string>
  open(const std::filesystem::path& directory, const journal_options& options);

  /// Over bytes that are kept elsewhere.
  [[nodiscard]] static std::unique_ptr<journal> over(std::unique_ptr<log_storage> storage);

  ~journal();

  /// Writes every append whose expected version holds, in order, in one synced
  /// batch. On return the accepted ones are on disk. Versions are checked
  /// against this very batch too: the second of two appends to one stream must
  /// expect what the first one reached. `now` is pulled up to the head's time,
  /// so recorded_at never goes backwards.
  [[nodiscard]] batch write(std::span<const append> appends, events::instant now);

  void look_up_versions_with(version_lookup lookup);

  /// The views hold everything up to `position`: versions of streams written
  /// until then need not stay in memory.
  void forget_versions_up_to(std::uint64_t position);

  [[nodiscard]] journal_head head() const; // of what is on disk
  [[nodiscard]] std::uint64_t epoch() const;
  [[nodiscard]] const journal_measures& measures() const;

  /// Made with the log and never changed: positions of different logs do not
  /// compare.
  [[nodiscard]] const std::string& generation() const;

  /// Hash of the event at `position`; zeros for 0; nothing if there is none.
  [[nodiscard]] std::optional<chain_hash> hash_at(std::uint64_t position) const;

  /// Calls `visit` for each event from `first` on, until it says false or the
  /// log ends. Events that cannot be decoded end the process: the log is the
  /// truth, and a hole in it is not.
  void read(std::uint64_t first, const std::function<bool(events::envelope&&)>& visit) const;

  /// Position of the first event recorded at or after `at`; head + 1 if none.
  [[nodiscard]] std::uint64_t first_at_or_after(events::instant at) const;

private:
  struct state;
  explicit journal(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::store
