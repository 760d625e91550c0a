#pragma once

#include "events/call.hpp"
#include "events/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace ringmaster::domain {

/// One call as it went, or might go.
struct call_course {
  events::outcome outcome = events::outcome::unknown;
  bool answered = false;
  events::duration lasts{}; // from the dial to the end: so long it keeps its line

  friend bool operator==(const call_course&, const call_course&) = default;
};

/// How often each outcome comes, in proportion to the others.
using outcome_mix = std::map<events::outcome, std::uint32_t>;

/// What becomes of calls: learnt from a record, told, or both (the frequencies
/// told, how long calls last learnt). Memory: at most 600 KB, however many calls
/// were learnt from.
class call_odds {
public:
  /// One call of a record, attempt number `attempt` (from 1) of its contact.
  void learn(std::uint32_t attempt, const call_course& call);

  /// From now on outcomes come as often as these weights say, whatever was learnt
  /// or told before, and whichever attempt it is.
  void tell(const outcome_mix& mix);

  /// Nothing was learnt and nothing told: there is nothing to draw.
  [[nodiscard]] bool empty() const { return all_.total == 0; }

  /// The course of attempt number `attempt`. Who was not reached before is less
  /// often reached, so each attempt has odds of its own where enough of that
  /// number were learnt. The same `chance` gives the same course.
  [[nodiscard]] call_course draw(std::uint32_t attempt, std::uint64_t chance) const;

  /// What to expect of one outcome, for people.
  struct expectation {
    double percent = 0;      // of all calls learnt, or as told
    double mean_seconds = 0; // that such a call lasts
    bool assumed = false;    // that long, because none was learnt
  };
  [[nodiscard]] expectation of(events::outcome how) const;

private:
  static constexpr std::size_t outcomes = std::size(events::all_outcomes) + 1; // by number, from 1

  struct tally {
    std::array<std::uint64_t, outcomes> counts{};
    std::uint64_t total = 0;

    void add(events::outcome how, std::uint64_t count);
    [[nodiscard]] events::outcome pick(std::uint64_t chance) const;
  };

  /// An even sample of the courses of one outcome, in the order of the record.
  struct sample {
    std::vector<call_course> kept;
    std::uint64_t seen = 0;
    std::uint64_t stride = 1; // every so manieth is kept

    void add(const call_course& call);
  };

  [[nodiscard]] const tally& odds_for(std::uint32_t attempt) const;

  tally all_;
  std::vector<tally> by_attempt_; // from attempt 1 on
  std::array<sample, outcomes> courses_;
  bool told_ = false;
};

/// Round figures for a campaign of which nothing is known: 60 of 100 calls are
/// completed, 15 not answered, 10 busy, 10 reach a mailbox, 5 fail.
[[nodiscard]] call_odds usual_odds();

} // namespace ringmaster::domain
