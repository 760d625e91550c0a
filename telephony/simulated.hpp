// A carrier that behaves like telephony: it rings, waits, repeats itself,
// comes late and out of order. Seeded: the same call has the same fate.
#pragma once

#include "telephony/provider.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::telephony {

struct span_ms {
  std::uint32_t least = 0;
  std::uint32_t most = 0;
};

struct simulated_settings {
  std::uint64_t seed = 1;
  /// Weights of the outcomes; they need not add up to anything.
  std::map<events::outcome, double> mix = {
    {events::outcome::completed, 60},
    {events::outcome::voicemail, 10},
    {events::outcome::busy, 10},
    {events::outcome::no_answer, 15},
    {events::outcome::rejected, 2},
    {events::outcome::failed, 3},
  };
  /// Causes of `failed`, with weights: these and `blocked`.
  std::map<std::string, double> failure_causes = {
    {"invalid_number", 3}, {"carrier", 2}, {"trunk", 1}, {"media", 1}};
  span_ms setup_ms{100, 900};           // place to ringing
  span_ms ring_ms{2'000, 12'000};       // ringing to answered or declined; busy lines do not ring
  span_ms no_answer_ms{25'000, 30'000}; // ringing until it is given up
  span_ms talk_ms{5'000, 90'000};
  double duplicate_rate = 0.02; // a report comes twice
  double reorder_rate = 0.02;   // two neighbours change places
  double late_rate = 0.01;      // a report comes up to `late_ms` late
  span_ms late_ms{500, 5'000};
  double lost_answer_rate = 0; // placed, and the answer to `place` is `unclear`
  double not_now_rate = 0;     // `place` answers not_now
  double lost_end_rate = 0;    // the end is never reported (look_up knows it)
  bool results = true;         // transcripts and gathered context
};

/// From a trunk's `settings` (JSON); a text names the field at fault.
[[nodiscard]] std::variant<simulated_settings, std::string>
parse_simulated_settings(std::string_view json);

/// `simulate` column of a contact: outcomes for its first, second … attempt,
/// the last one for all that follow. `busy, no_answer, completed`;
/// `failed:invalid_number` names the cause. A text says what is wrong.
struct scripted_outcome {
  events::outcome outcome;
  std::string cause;
};
inline constexpr std::size_t longest_script = 2'000; // characters
[[nodiscard]] std::variant<std::vector<scripted_outcome>, std::string>
parse_script(std::string_view text);

/// `ledger` is the carrier's own record: one line per call it really placed,
/// written before `place` answers, and read again at start, so that `look_up`
/// knows calls from before a crash. Empty path: no record, nothing survives,
/// and a call that is over is forgotten. What falls due at once is reported
/// from inside `place`, in one piece of news behind the answer. `news` is not
/// called any more once the carrier is gone; so it must not destroy it.
[[nodiscard]] std::unique_ptr<provider> make_simulated_carrier(
  simulated_settings settings,
  std::filesystem::path ledger,
  clock now,
  timer after,
  news_sink news);

/// One line of the ledger.
struct ledger_entry {
  events::attempt_key call;
  events::instant placed_at;
  std::string script; // as in the contact's `simulate` column, may be empty
};
[[nodiscard]] std::vector<ledger_entry> read_ledger(const std::filesystem::path& ledger);

} // namespace ringmaster::telephony
