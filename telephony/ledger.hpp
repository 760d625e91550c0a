// The simulated carrier's own record of the calls it placed.
#pragma once

#include "events/ids.hpp"
#include "events/time.hpp"
#include "telephony/line_file.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::telephony {

/// A line per call: what `record_placed` returned true for outlives the process.
/// Any thread may record at any time.
class ledger {
public:
  /// An empty path keeps nothing, and is fine with everything.
  explicit ledger(const std::filesystem::path& path);

  /// False: it is not on record and must not be placed.
  [[nodiscard]] bool
  record_placed(const events::attempt_key& call, events::instant at, std::string_view script);
  void record_hung_up(const events::attempt_key& call, events::instant at);

  struct record {
    events::instant placed_at;
    std::string script;
    std::optional<events::instant> hung_up_at;
  };
  /// Reads what was written since the last question; so it takes a moment, and
  /// costs memory only where a carrier is asked about calls. Knows the last
  /// `reach` bytes of the file, about a million calls. One thread at a time.
  [[nodiscard]] std::optional<record> find(const events::attempt_key& call);

  static constexpr std::uint64_t reach = 64 << 20;

private:
  struct indexed {
    events::attempt_key call;
    std::uint64_t offset; // of a line about it
  };

  static bool by_call(const indexed& a, const indexed& b);

  void catch_up();

  std::optional<line_file> file_; // none: it keeps nothing

  std::vector<indexed> index_;  // sorted by call, then offset
  std::uint64_t read_upto_ = 0; // of the file, into the index
};

} // namespace ringmaster::telephony
