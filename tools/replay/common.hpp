// What every command of ringmaster-replay takes, gives and says.
#pragma once

#include "events/envelope.hpp"
#include "store/log_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace CLI {
class App;
}

namespace ringmaster::replay {

/// What the process returns, for scripts.
enum status : int {
  all_well = 0,
  found_wrong = 1, // looked, and the answer is no: damage, a difference, nobody of that name
  cannot_look = 2, // no log there, a wrong flag
};

/// Ends a command with `cannot_look` and this text on stderr.
struct trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct common {
  std::filesystem::path data = "var";
  bool as_json = false;

  [[nodiscard]] std::filesystem::path journal() const { return data / "journal"; }
};

/// `--data` and `--json`, the same everywhere.
void add_common(CLI::App& to, common& with);

[[nodiscard]] std::unique_ptr<store::log_reader> open_log(const common& with);

/// A position of the log, or a time.
using place = std::variant<std::uint64_t, events::instant>;

/// `1042`, or RFC 3339. Throws `trouble`.
[[nodiscard]] place parse_place(const std::string& text);

/// The first position at or after `at`; behind the last if there is none.
[[nodiscard]] std::uint64_t position_of(const place& at, const store::log_reader& log);

[[nodiscard]] events::campaign_id parse_campaign(const std::string& text);

/// `position 12 was altered: …`, as a sentence for people.
[[nodiscard]] std::string sentence(const store::log_damage& it);

/// What a terminal would take for an order: the C0 and C1 control characters.
[[nodiscard]] bool has_control_character(std::string_view text);

/// The text without them.
[[nodiscard]] std::string plain(std::string_view text);

} // namespace ringmaster::replay
