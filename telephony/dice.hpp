// Chance that is the same on every machine: std:: distributions are not.
#pragma once

#include "events/ids.hpp"
#include "telephony/simulated.hpp"

#include <cstdint>
#include <map>

namespace ringmaster::telephony {

/// SplitMix64 (Steele, Lea, Flood 2014): every 64-bit seed is a good one.
class dice {
public:
  /// The dice of one call, the same whenever they are asked for.
  dice(std::uint64_t seed, const events::attempt_key& call)
    : state_{mixed(
      mixed(mixed(seed) ^ call.campaign.value) ^ (std::uint64_t{call.row} << 32 | call.attempt))} {}

  std::uint64_t roll() { return mixed(state_ += golden_); }

  bool hits(double rate) { return fraction() < rate; }

  events::duration within(span_ms span) {
    auto least = std::uint64_t{span.least} * 1'000;
    auto width = (std::uint64_t{span.most} - span.least) * 1'000 + 1;
    return events::duration{least + (roll() >> 20) % width};
  }

  /// `choices` hold weights, at least one of them above zero.
  template <class Choice>
  const Choice& pick(const std::map<Choice, double>& choices) {
    double total = 0;
    for (const auto& [choice, weight] : choices)
      total += weight;
    auto target = fraction() * total;
    double reached = 0;
    for (const auto& [choice, weight] : choices)
      if (target < (reached += weight))
        return choice;
    return choices.begin()->first; // the same sum twice: never comes to this
  }

private:
  static constexpr std::uint64_t golden_ = 0x9e3779b97f4a7c15ULL;

  static std::uint64_t mixed(std::uint64_t it) {
    it = (it ^ it >> 30) * 0xbf58476d1ce4e5b9ULL;
    it = (it ^ it >> 27) * 0x94d049bb133111ebULL;
    return it ^ it >> 31;
  }

  /// From 0 to below 1, in steps of 2^-53.
  double fraction() { return static_cast<double>(roll() >> 11) * 0x1p-53; }

  std::uint64_t state_;
};

} // namespace ringmaster::telephony
