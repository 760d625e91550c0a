// A carrier that says anything at any time, and a campaign that tries to dial
// whenever it likes: what must hold of the log of any contact whatever happens.
#include "domain/contact.hpp"
#include "domain/retry.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using events::outcome;
using test::any_between;

namespace {

constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
const events::schedule always;

template <class T>
T one_of(std::initializer_list<T> values) {
  return *rc::gen::elementOf(std::vector<T>(values));
}

outcome any_outcome() {
  return *rc::gen::elementOf(
    std::vector(std::begin(events::all_outcomes), std::end(events::all_outcomes)));
}

instant about(instant now) {
  return now + std::chrono::seconds{any_between(-30, 5)};
}

events::call_report any_report(instant now) {
  switch (any_between(0, 6)) {
  case 5:
    return events::call_verdict{
      .by = one_of({events::judge::carrier, events::judge::agent}),
      .outcome = one_of<std::optional<outcome>>({std::nullopt, any_outcome()}),
      .answered_by = one_of({events::answerer::unknown, events::answerer::machine}),
      .disposition = {},
      .opted_out = any_between(0, 9) == 0,
      .cause = {},
      .provider_code = {},
      .at = about(now),
      .result = {}};
  case 0: return events::call_initiated{"CA1", about(now)};
  case 1: return events::call_ringing{about(now)};
  case 2: return events::call_answered{about(now)};
  default:
    return events::call_ended{
      .outcome = any_outcome(),
      .cause = {},
      .provider_code = {},
      .talk_time_ms = one_of<std::uint64_t>({0, 0, 3'000, 1'000'000}),
      .at = about(now),
      .result = {}};
  }
}

/// One contact's whole history, and the laws it keeps.
struct history {
  contact state;
  std::uint32_t max_attempts = 1;
  std::uint32_t dials = 0;
  std::uint32_t open = 0; // attempt
  bool answered = false;
  std::uint32_t held_back = 0;
  bool owes_what_follows = false;
  bool finished = false;
  bool withdrawn = false;
  bool opted_out = false;
  bool done_by_verdict = false;
  instant last{};

  void add(const contact_facts& facts, instant now) {
    for (const auto& fact : facts) {
      RC_ASSERT(!finished || std::holds_alternative<events::contact_call_judged>(fact));
      std::visit([&](const auto& it) { check(it, now); }, fact);
      state = evolve(state, fact);
    }
    RC_ASSERT(!owes_what_follows);
    RC_ASSERT(state.in_flight() == (open != 0));
    RC_ASSERT(dials - held_back <= max_attempts);
  }

  void check(const events::contact_put_first&, instant) { RC_ASSERT(open == 0u); }
  void check(const events::contact_call_at_set& it, instant now) {
    RC_ASSERT(open == 0u);
    RC_ASSERT(it.due_at >= now);
  }
  void check(const events::contact_put_off&, instant) { RC_ASSERT(open == 0u); }
  void check(const events::contact_withdrawn&, instant) {
    RC_ASSERT(open != 0u);
    RC_ASSERT(!withdrawn);
    withdrawn = true;
  }

  void check(const events::contact_dialed& it, instant now) {
    RC_ASSERT(open == 0u);
    RC_ASSERT(!opted_out);
    RC_ASSERT(it.attempt == ++dials);
    RC_ASSERT(it.at == now);
    RC_ASSERT(state.phase != contact_phase::waiting || state.due_at <= now);
    open = it.attempt;
    answered = false;
  }

  void check(const events::contact_initiated& it, instant now) { believe(it, now); }

  void check(const events::contact_ringing& it, instant now) {
    RC_ASSERT(!answered);
    believe(it, now);
  }

  void check(const events::contact_answered& it, instant now) {
    RC_ASSERT(!answered);
    answered = true;
    believe(it, now);
  }

  void check(const events::contact_attempt_ended& it, instant now) {
    believe(it, now);
    RC_ASSERT(it.at >= state.answered_at);
    bool somebody_there =
      it.talk_time_ms > 0 || it.outcome == outcome::completed || it.outcome == outcome::voicemail;
    RC_ASSERT(answered || !somebody_there);
    held_back += it.cause == held_back_cause || it.cause == hung_up_cause ? 1 : 0;
    open = 0;
    owes_what_follows = true;
  }

  void check(const events::contact_call_judged& it, instant now) {
    RC_ASSERT(it.attempt >= 1u && it.attempt <= dials);
    RC_ASSERT(it.at <= now);
    opted_out |= it.opted_out;
    done_by_verdict = open == 0 && (it.opted_out || it.outcome);
  }

  void check(const events::contact_retry_scheduled& it, instant) {
    RC_ASSERT(owes_what_follows);
    RC_ASSERT(!opted_out);
    RC_ASSERT(!withdrawn);
    RC_ASSERT(it.next_attempt == dials + 1);
    owes_what_follows = false;
  }

  void check(const events::contact_finished& it, instant) {
    bool cancelled = it.disposition == events::disposition::cancelled;
    RC_ASSERT(
      owes_what_follows || cancelled || done_by_verdict || dials - held_back + 1 >= max_attempts);
    owes_what_follows = false;
    finished = true;
  }

  template <class Step>
  void believe(const Step& it, instant now) {
    RC_ASSERT(open == it.attempt);
    RC_ASSERT(it.at >= state.dialed_at);
    RC_ASSERT(it.at <= now);
  }
};

contact_command
any_command(const history& so_far, instant now, const events::retry_policy& policy) {
  auto attempt =
    one_of({so_far.dials, so_far.dials, so_far.dials, so_far.dials - 1, so_far.dials + 1});
  switch (any_between(0, 25)) {
  case 19: return put_off_contact{"not_now", now + 30s};
  case 20: return cancel_contact{};
  case 21: return put_contact_first{now};
  case 22: return call_contact_at{.at = now + 1min, .now = now, .schedule = &always};
  case 0:
  case 1:
  case 4:
  case 5:
    return dial_contact{
      .now = now,
      .max_attempts = policy.max_attempts,
      .trunk = {7},
      .caller_id = {},
      .give_up_at = now + 10min};
  case 2: return give_up_contact{any_between(policy.max_attempts - 1, policy.max_attempts + 1)};
  case 3:
    return hold_back_contact{.attempt = attempt, .why = "429", .now = now, .due_at = now + 30s};
  default:
    return hear_report{
      .attempt = attempt,
      .report = any_report(now),
      .now = now,
      .retry = &policy,
      .schedule = &always,
      .hung_up = any_between(0, 3) == 0,
      .last_call = any_between(0, 5) == 0};
  }
}

} // namespace

TEST_CASE("whatever a carrier says, a contact's log makes sense") {
  CHECK(rc::check("laws of a contact's log", [] {
    events::retry_policy policy{.max_attempts = any_between(1u, 5u), .rules = {}};
    for (auto how : events::all_outcomes)
      policy.rules[how] = {
        .retry = how != outcome::completed && any_between(0, 8) > 0, .interval_minutes = {1}};
    history so_far{.state = {}, .max_attempts = policy.max_attempts};
    auto now = noon;
    auto steps = any_between(1, 60);
    for (int step = 0; step < steps; ++step) {
      now += std::chrono::seconds{any_between(0, 60)};
      auto decision = decide(so_far.state, any_command(so_far, now, policy));
      if (const auto* facts = std::get_if<contact_facts>(&decision))
        so_far.add(*facts, now);
    }
  }));
}

TEST_CASE("every event is accepted in every state, and every command has an answer") {
  CHECK(rc::check("evolve and decide are total", [] {
    events::retry_policy policy{.max_attempts = 3, .rules = default_retry_rules(1)};
    contact state;
    auto steps = any_between(0, 30);
    for (int step = 0; step < steps; ++step) {
      auto attempt = any_between(0u, 4u);
      auto at = about(noon);
      const contact_facts any_event{
        events::contact_dialed{.attempt = attempt, .trunk = {7}, .caller_id = {}, .at = at},
        events::contact_initiated{attempt, "CA1", at},
        events::contact_ringing{attempt, at},
        events::contact_answered{attempt, at},
        events::contact_attempt_ended{
          .attempt = attempt,
          .outcome = any_outcome(),
          .cause = one_of<std::string>({"", std::string{held_back_cause}}),
          .provider_code = {},
          .at = at},
        events::contact_call_judged{
          .attempt = attempt,
          .outcome = any_outcome(),
          .call_disposition = {},
          .opted_out = any_between(0, 20) == 0,
          .cause = {},
          .provider_code = {},
          .at = at},
        events::contact_retry_scheduled{attempt, at},
        events::contact_put_first{at},
        events::contact_call_at_set{at},
        events::contact_put_off{"not_now", at},
        events::contact_withdrawn{},
        events::contact_finished{}};
      using enum contact_phase;
      const std::optional<contact_phase> phase_after[] = {
        dialed, {}, ringing, answered, ended, {}, waiting, waiting, waiting, waiting, {}, finished};
      auto index = any_between<std::size_t>(0, any_event.size());
      auto expected = phase_after[index].value_or(state.phase);
      state = evolve(state, any_event[index]);
      RC_ASSERT(state.phase == expected);
      RC_ASSERT(state.attempts_spent() <= state.attempts);

      history as_found{.state = state, .dials = state.attempts};
      auto decision = decide(state, any_command(as_found, noon, policy));
      if (const auto* facts = std::get_if<contact_facts>(&decision))
        for (const auto& fact : *facts)
          state = evolve(state, fact);
    }
  }));
}
