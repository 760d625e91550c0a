#include "telephony/call_plan.hpp"

#include "telephony/dice.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ringmaster::telephony {

namespace {

using events::duration;
using events::outcome;

/// What a SIP trunk would say (docs/telephony.md, outcome table).
constexpr std::pair<std::string_view, std::string_view> failure_codes[] = {
  {"blocked", "SIP 608"},
  {"carrier", "SIP 500"},
  {"invalid_number", "SIP 404"},
  {"media", "SIP 488"},
  {"trunk", "SIP 408 local"},
};

std::string_view code_of(outcome it, std::string_view cause) {
  switch (it) {
  case outcome::busy: return "SIP 486";
  case outcome::no_answer: return "SIP 487";
  case outcome::rejected: return "SIP 603";
  case outcome::failed: return failure_code(cause).value_or("SIP 500");
  default: return "Q.850 16"; // normal call clearing
  }
}

/// How long each stretch of the call lasts, if the call has it.
struct stretches {
  duration setup, ring, no_answer, talk;
};

scripted_outcome choose(
  const simulated_settings& settings,
  const events::attempt_key& call,
  std::span<const scripted_outcome> script,
  dice& with) {
  scripted_outcome chosen{with.pick(settings.mix), with.pick(settings.failure_causes)};
  if (!script.empty()) {
    const auto& scripted = script[std::min<std::size_t>(call.attempt, script.size()) - 1];
    chosen.outcome = scripted.outcome;
    if (!scripted.cause.empty())
      chosen.cause = scripted.cause;
  }
  if (chosen.outcome != outcome::failed)
    chosen.cause.clear();
  return chosen;
}

/// Lays out what happens when.
void shape(call_plan& plan, const stretches& lasts) {
  switch (plan.outcome) {
  case outcome::completed:
  case outcome::voicemail:
    plan.ringing = lasts.setup;
    plan.answered = lasts.setup + lasts.ring;
    plan.ended = *plan.answered + lasts.talk;
    return;
  case outcome::no_answer:
    plan.ringing = lasts.setup;
    plan.ended = lasts.setup + lasts.no_answer;
    return;
  case outcome::rejected:
    plan.ringing = lasts.setup;
    plan.ended = lasts.setup + lasts.ring;
    return;
  default:
    // Busy lines do not ring; a carrier in trouble does not even try.
    plan.ended = plan.cause == "carrier" ? duration{} : lasts.setup;
  }
}

struct mishap {
  bool late, reordered, repeated;
  duration late_by, repeated_after;
};

/// Always the same number of rolls, so that one rate does not change what
/// another one hits.
mishap roll_mishap(const simulated_settings& settings, dice& with) {
  mishap it;
  it.late = with.hits(settings.late_rate);
  it.late_by = with.within(settings.late_ms);
  it.reordered = with.hits(settings.reorder_rate);
  it.repeated = with.hits(settings.duplicate_rate);
  it.repeated_after = with.within(settings.late_ms);
  return it;
}

std::vector<planned_report> tell(const call_plan& plan, const std::array<mishap, 4>& mishaps) {
  std::vector<planned_report> reports;
  reports.reserve(8); // four steps, each told twice
  auto say = [&](call_step step, duration happened) {
    const auto& bad_luck = mishaps[static_cast<std::size_t>(step)];
    reports.push_back({happened + (bad_luck.late ? bad_luck.late_by : duration{}), step});
  };
  auto first_heard = plan.answered.value_or(plan.ended);
  // Of what takes no time there is nothing to tell; but something must be told.
  if (first_heard > duration{} || plan.end_lost)
    say(call_step::initiated, duration{});
  if (plan.ringing && *plan.ringing < first_heard)
    say(call_step::ringing, *plan.ringing);
  if (plan.answered)
    say(call_step::answered, *plan.answered);
  say(call_step::ended, plan.ended);

  for (std::size_t i = 1; i < reports.size(); ++i)
    if (mishaps[static_cast<std::size_t>(reports[i].step)].reordered) {
      // The earlier one waits for the later: nothing is told before it happened.
      reports[i - 1].due = std::max(reports[i - 1].due, reports[i].due);
      std::swap(reports[i - 1], reports[i]);
      ++i;
    }
  for (std::size_t i = 0, once = reports.size(); i < once; ++i)
    if (const auto& bad_luck = mishaps[static_cast<std::size_t>(reports[i].step)];
        bad_luck.repeated)
      reports.push_back({reports[i].due + bad_luck.repeated_after, reports[i].step});
  if (plan.end_lost)
    std::erase_if(reports, [](const auto& it) { return it.step == call_step::ended; });
  std::stable_sort(
    reports.begin(), reports.end(), [](const auto& a, const auto& b) { return a.due < b.due; });
  return reports;
}

std::uint64_t milliseconds(duration it) {
  return static_cast<std::uint64_t>(it.count()) / 1'000;
}

events::answerer answerer_of(const call_plan& plan) {
  if (!plan.answered)
    return events::answerer::unknown;
  return plan.outcome == outcome::voicemail ? events::answerer::machine : events::answerer::human;
}

} // namespace

call_plan plan_call(
  const simulated_settings& settings,
  const events::attempt_key& call,
  std::span<const scripted_outcome> script) {
  dice with{settings.seed, call};
  call_plan plan;
  auto chosen = choose(settings, call, script, with);
  plan.outcome = chosen.outcome;
  plan.cause = std::move(chosen.cause);
  plan.provider_code = code_of(plan.outcome, plan.cause);
  plan.provider_ref = "SIM" + events::to_base32(with.roll());
  stretches lasts;
  lasts.setup = with.within(settings.setup_ms);
  lasts.ring = with.within(settings.ring_ms);
  lasts.no_answer = with.within(settings.no_answer_ms);
  lasts.talk = with.within(settings.talk_ms);
  shape(plan, lasts);
  plan.answer_lost = with.hits(settings.lost_answer_rate);
  plan.end_lost = with.hits(settings.lost_end_rate);
  plan.chance = with.roll();
  std::array<mishap, 4> mishaps;
  for (auto& it : mishaps)
    it = roll_mishap(settings, with);
  plan.reports = tell(plan, mishaps);
  return plan;
}

bool held_back(
  const simulated_settings& settings, const events::attempt_key& call, events::instant now) {
  if (settings.not_now_rate <= 0)
    return false;
  auto moment = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return dice{settings.seed ^ moment, call}.hits(settings.not_now_rate);
}

events::call_report report_of(const call_plan& plan, call_step step, events::instant placed_at) {
  switch (step) {
  case call_step::initiated:
    return events::call_initiated{.provider_ref = plan.provider_ref, .at = placed_at};
  case call_step::ringing:
    return events::call_ringing{.at = placed_at + plan.ringing.value_or(duration{})};
  case call_step::answered:
    return events::call_answered{.at = placed_at + plan.answered.value_or(duration{})};
  case call_step::ended: break;
  }
  return end_of(plan, placed_at);
}

events::call_ended end_of(const call_plan& plan, events::instant placed_at) {
  return {
    .outcome = plan.outcome,
    .cause = plan.cause,
    .provider_code = std::string{plan.provider_code},
    .talk_time_ms = plan.answered ? milliseconds(plan.ended - *plan.answered) : 0,
    .answered_by = answerer_of(plan),
    .at = placed_at + plan.ended,
    .result = std::nullopt};
}

events::call_ended
hung_up_end_of(const call_plan& plan, events::instant placed_at, events::instant at) {
  auto end = end_of(plan, placed_at);
  end.at = at;
  end.cause = "hung_up";
  if (plan.answered && placed_at + *plan.answered <= at) {
    end.talk_time_ms = milliseconds(at - placed_at - *plan.answered);
    return end;
  }
  end.outcome = outcome::cancelled;
  end.provider_code = "SIP 487";
  end.talk_time_ms = 0;
  end.answered_by = events::answerer::unknown;
  return end;
}

std::optional<std::string_view> failure_code(std::string_view cause) {
  for (const auto& [known, code] : failure_codes)
    if (known == cause)
      return code;
  return std::nullopt;
}

} // namespace ringmaster::telephony
