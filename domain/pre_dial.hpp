// Somebody else's leave to call, asked before every dial. No clock, no I/O.
#pragma once

#include "events/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::domain {

struct hook_question {
  events::pre_dial_hook hook;
  events::attempt_key call;
  std::string phone_number; // E.164
  std::map<std::string, std::string> initial_context;
};

struct hook_leave {};
struct hook_denial {
  std::string reason; // as `is_hook_reason` has it
  std::optional<events::duration> retry_after;
};
/// No answer, or none that can be understood: nobody is called.
struct hook_silence {
  std::string why; // likewise
};
using hook_answer = std::variant<hook_leave, hook_denial, hook_silence>;

/// A reason goes into the log, which names nobody: 1 to 64 lower-case letters and
/// `_`, nothing that a number or a name would fit into.
[[nodiscard]] bool is_hook_reason(std::string_view text);

/// For a denial that gives no other reason.
inline constexpr std::string_view denied_by_hook = "denied";

/// When a hook that failed is asked again for the same contact.
inline constexpr std::chrono::seconds hook_rest{60};

/// So many failures in a row, and the campaign pauses.
inline constexpr std::uint32_t most_hook_failures = 5;

/// The hook's own breaker: failures in a row.
class hook_failures {
public:
  /// What was wrong with an answer; nothing: it was one.
  void add(const std::optional<std::string>& failure);
  /// After a resume everything counts anew.
  void clear() { all_ = {}; }
  /// Why to pause, if so.
  [[nodiscard]] std::optional<events::hook_failed> judge() const;

private:
  events::hook_failed all_;
};

/// For how long the contact is put off at least and at most, whatever the hook says.
inline constexpr std::chrono::seconds shortest_put_off{1};
inline constexpr std::chrono::hours longest_put_off{30 * 24};

} // namespace ringmaster::domain
