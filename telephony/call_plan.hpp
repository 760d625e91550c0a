// What becomes of a call on the simulated carrier. Pure: the same settings,
// call and script give the same plan on every machine, before and after a
// crash, so a call that is over need not be remembered.
#pragma once

#include "events/call.hpp"
#include "telephony/simulated.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::telephony {

enum class call_step : std::uint8_t { initiated, ringing, answered, ended };

struct planned_report {
  events::duration due{}; // after the call was placed
  call_step step = call_step::initiated;

  friend bool operator==(const planned_report&, const planned_report&) = default;
};

struct call_plan {
  events::outcome outcome = events::outcome::completed;
  std::string cause;
  std::string_view provider_code;
  std::string provider_ref;

  // When things happen, counted from the placing of the call.
  std::optional<events::duration> ringing;
  std::optional<events::duration> answered;
  events::duration ended{};

  /// What is told, in the order it is told: with repetitions, delays and
  /// reversals, but never before it happened.
  std::vector<planned_report> reports;
  bool answer_lost = false; // `place` is answered by `unclear`
  bool end_lost = false;    // the end is in no report
  std::uint64_t chance = 0; // for what else is to be chosen about the call

  friend bool operator==(const call_plan&, const call_plan&) = default;
};

/// An empty `script` leaves the outcome to chance.
[[nodiscard]] call_plan plan_call(
  const simulated_settings& settings,
  const events::attempt_key& call,
  std::span<const scripted_outcome> script);

/// Whether `place` says "not now". Not part of the plan, and a matter of the
/// time too: a contact that was held back must get through some day.
[[nodiscard]] bool
held_back(const simulated_settings& settings, const events::attempt_key& call, events::instant now);

/// What a carrier would say of this step; an end without its result.
[[nodiscard]] events::call_report
report_of(const call_plan& plan, call_step step, events::instant placed_at);

[[nodiscard]] events::call_ended end_of(const call_plan& plan, events::instant placed_at);

/// The end of a call that we hang up at `at`, before it would have ended.
[[nodiscard]] events::call_ended
hung_up_end_of(const call_plan& plan, events::instant placed_at, events::instant at);

/// The carrier's code for a cause of `failed`; nothing for a cause that this
/// carrier does not know.
[[nodiscard]] std::optional<std::string_view> failure_code(std::string_view cause);

} // namespace ringmaster::telephony
