// given(facts).when(command).then(facts or refusal): one rule per test.
#pragma once

#include "domain/match.hpp"
#include "domain/refusal.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

namespace ringmaster::test {

/// For whatever has a `decide` and an `evolve`: a campaign, a contact.
template <class State, class Command, class Fact>
class decider_spec {
public:
  using facts = std::vector<Fact>;

  explicit decider_spec(const facts& history) { fold(history); }

  /// What `command` brings about is believed, so that `when` can follow `when`.
  decider_spec when(const Command& command) && {
    decision_ = decide(state_, command);
    if (const auto* happened = std::get_if<facts>(&decision_))
      fold(*happened);
    return std::move(*this);
  }

  decider_spec then(const facts& expected) && {
    const auto* found = std::get_if<facts>(&decision_);
    auto said = describe(decision_);
    CAPTURE(said);
    REQUIRE(found != nullptr);
    CHECK(*found == expected);
    return std::move(*this);
  }

  decider_spec then(domain::refusal expected) && {
    auto said = describe(decision_);
    CHECK(said == domain::to_string(expected));
    return std::move(*this);
  }

  [[nodiscard]] const State& state() const { return state_; }

private:
  using decision = std::variant<facts, domain::refusal>;

  void fold(const facts& happened) {
    for (const auto& fact : happened)
      state_ = evolve(std::move(state_), fact);
  }

  static std::string describe(const decision& it) {
    return match(
      it,
      [](const facts& happened) {
        std::string types = happened.empty() ? "no facts" : "";
        for (const auto& fact : happened)
          types += match(fact, [](const auto& event) { return std::string{event.type} + " "; });
        return types;
      },
      [](domain::refusal why) { return std::string{domain::to_string(why)}; });
  }

  State state_;
  decision decision_;
};

} // namespace ringmaster::test
