#include "domain/given_contact.hpp"

using namespace ringmaster;
using namespace ringmaster::test;

TEST_CASE("an untouched contact may be dialled") {
  auto spec = given(no_history).when(dial_at(noon)).then({dialed});
  CHECK(
    spec.state()
    == contact{
      .phase = contact_phase::dialed,
      .attempts = 1,
      .dialed_at = noon,
      .give_up_at = noon + 10min,
      .trunk = {7},
      .caller_id = "+14155550199"});
}

TEST_CASE("a contact that is being called is not dialled") {
  for (const auto& history :
       {contact_facts{dialed}, {dialed, ringing}, {dialed, ringing, answered}, {dialed, busy}})
    given(history).when(dial_at(noon + 2h)).then(refusal::attempt_open);
}

TEST_CASE("a finished contact is never dialled again") {
  given(finished).when(dial_at(noon + 2h)).then(refusal::contact_finished);
}

TEST_CASE("a retry is dialled when it is due and not before") {
  given(waiting).when(dial_at(an_hour_later - 1us)).then(refusal::not_due_yet);
  given(waiting)
    .when(dial_at(an_hour_later))
    .then({contact_dialed{
      .attempt = 2,
      .trunk = {7},
      .caller_id = "+14155550199",
      .at = an_hour_later,
      .due_at = an_hour_later,
      .give_up_at = an_hour_later + 10min}});
}

TEST_CASE("attempts stop at the budget") {
  given(waiting).when(dial_at(an_hour_later, 1)).then(refusal::attempts_exhausted);
  auto spec = given(waiting).when(dial_at(an_hour_later, 2));
  CHECK(spec.state().attempts == 2);
  given(no_history).when(dial_at(noon, 0)).then(refusal::attempts_exhausted);
}

TEST_CASE("a call goes from dialled over ringing to answered") {
  auto spec = given({dialed})
                .when(hear(call_initiated{"CA1", noon + 1s}))
                .then({initiated})
                .when(hear(call_ringing{noon + 2s}))
                .then({ringing})
                .when(hear(call_answered{noon + 10s}))
                .then({answered});
  CHECK(spec.state().phase == contact_phase::answered);
  CHECK(spec.state().initiated_at == noon + 1s);
  CHECK(spec.state().answered_at == noon + 10s);
}

TEST_CASE("a repeated report says nothing new") {
  given({dialed, initiated}).when(hear(call_initiated{"CA1", noon + 1s})).then(nothing);
  given({dialed, ringing}).when(hear(call_ringing{noon + 2s})).then(nothing);
  given({dialed, answered}).when(hear(call_answered{noon + 10s})).then(nothing);
}

TEST_CASE("a call does not ring again once it was answered") {
  given({dialed, answered}).when(hear(call_ringing{noon + 2s})).then(nothing);
}

TEST_CASE("a call may be answered without a word of its ringing") {
  given({dialed}).when(hear(call_answered{noon + 10s})).then({answered});
}

TEST_CASE("the carrier's name for a call is kept even if it comes late") {
  for (const auto& history : {contact_facts{dialed, ringing}, {dialed, ringing, answered}}) {
    auto before = given(history).state().phase;
    auto spec = given(history).when(hear(call_initiated{"CA1", noon + 1s})).then({initiated});
    CHECK(spec.state().phase == before);
  }
}

TEST_CASE("a report of another attempt says nothing") {
  const events::call_report reports[] = {
    call_initiated{"CA1", noon + 1s},
    call_ringing{noon + 2s},
    call_answered{noon + 10s},
    ended(outcome::busy)};
  auto second = dialed;
  second.attempt = 2;
  second.at = an_hour_later;
  for (const auto& report : reports) {
    given({dialed, busy, second_due, second}).when(hear(report, 1, noon + 2h)).then(nothing);
    given({dialed}).when(hear(report, 2)).then(nothing);
    given(no_history).when(hear(report, 0)).then(nothing);
  }
}

TEST_CASE("the first end wins and nothing is heard after it") {
  const events::call_report reports[] = {
    call_initiated{"CA1", noon + 1s},
    call_ringing{noon + 2s},
    call_answered{noon + 10s},
    ended(outcome::busy),
    ended(outcome::completed, 5'000)};
  for (const auto& report : reports)
    for (const auto& history : {waiting, finished, contact_facts{dialed, busy}})
      given(history).when(hear(report)).then(nothing);
}

TEST_CASE("the end of an attempt comes with its retry") {
  auto spec = given({dialed, ringing})
                .when(hear(ended(outcome::busy)))
                .then({busy, contact_retry_scheduled{2, noon + 20s + 1h}});
  CHECK(spec.state().phase == contact_phase::waiting);
  CHECK(spec.state().due_at == noon + 20s + 1h);
  CHECK(spec.state().last_outcome == outcome::busy);
}

TEST_CASE("the end of the last attempt comes with the contact's own") {
  events::retry_policy once{.max_attempts = 1, .rules = default_retry_rules(60)};
  auto report = hear(ended(outcome::busy));
  report.retry = &once;
  auto spec = given({dialed}).when(report).then({busy, contact_finished{disposition::failed}});
  CHECK(spec.state().phase == contact_phase::finished);
}

TEST_CASE("a contact ends as its last attempt did") {
  for (auto how : events::all_outcomes) {
    CAPTURE(static_cast<int>(how));
    events::retry_policy never{.max_attempts = 3, .rules = {}};
    auto report = hear(ended(how));
    report.retry = &never;
    auto state = given({dialed, answered}).when(report).state();
    CHECK(state.phase == contact_phase::finished);
    auto expected = how == outcome::completed   ? disposition::completed
                    : how == outcome::cancelled ? disposition::cancelled
                                                : disposition::failed;
    CHECK(state.disposition == expected);
  }
}

TEST_CASE("a retry that falls into the night waits for the morning") {
  events::schedule office{
    .timezone = "UTC",
    .windows = {{events::weekday::monday, 9 * 60, 13 * 60}, {events::weekday::tuesday, 540, 1020}}};
  auto report = hear(ended(outcome::no_answer));
  report.schedule = &office;
  given({dialed}).when(report).then(
    {end(outcome::no_answer), contact_retry_scheduled{2, noon + 21h}});
}

TEST_CASE("an end tells of an answer that nobody reported") {
  contact_finished done{disposition::completed};
  given({dialed})
    .when(hear(ended(outcome::completed, 5'000)))
    .then({contact_answered{1, noon + 15s}, end(outcome::completed, 5'000), done});
  given({dialed, ringing})
    .when(hear(ended(outcome::completed)))
    .then({contact_answered{1, noon + 20s}, end(outcome::completed), done});
  given({dialed})
    .when(hear(ended(outcome::voicemail)))
    .then(
      {contact_answered{1, noon + 20s},
       end(outcome::voicemail),
       contact_retry_scheduled{2, noon + 20s + 1h}});
  given({dialed})
    .when(hear(ended(outcome::abandoned, 1)))
    .then(
      {contact_answered{1, noon + 20s - 1ms},
       end(outcome::abandoned, 1),
       contact_finished{disposition::failed}});
  given({dialed, answered})
    .when(hear(ended(outcome::completed, 5'000)))
    .then({end(outcome::completed, 5'000), done});
}

TEST_CASE("nobody talked before we dialled") {
  for (auto talk_time_ms : {std::uint64_t{20'000}, std::uint64_t{20'001}, ~std::uint64_t{}})
    given({dialed})
      .when(hear(ended(outcome::completed, talk_time_ms)))
      .then(
        {contact_answered{1, noon},
         end(outcome::completed, talk_time_ms),
         contact_finished{disposition::completed}});
}

TEST_CASE("a provider's clock is believed between the dial and now") {
  auto now = noon + 1min;
  contact_finished failed{disposition::failed};
  auto heard_as = [&](instant at, instant expected) {
    given({dialed})
      .when(hear(ended(outcome::failed, 0, at), 1, now))
      .then({end(outcome::failed, 0, expected), failed});
    given({dialed})
      .when(hear(call_initiated{"", at}, 1, now))
      .then({contact_initiated{1, "", expected}});
    given({dialed}).when(hear(call_ringing{at}, 1, now)).then({contact_ringing{1, expected}});
    given({dialed}).when(hear(call_answered{at}, 1, now)).then({contact_answered{1, expected}});
  };
  heard_as(noon - 1us, noon);
  heard_as(noon, noon);
  heard_as(noon + 1us, noon + 1us);
  heard_as(now - 1us, now - 1us);
  heard_as(now, now);
  heard_as(now + 1us, now);
  heard_as({}, now);
}

TEST_CASE("a call does not end before it was answered") {
  given({dialed, answered})
    .when(hear(ended(outcome::failed, 0, noon + 5s)))
    .then({end(outcome::failed, 0, noon + 10s), contact_finished{disposition::failed}});
}

TEST_CASE("a clock that went back does not end a call before its dial") {
  given({dialed})
    .when(hear(ended(outcome::failed, 0, noon - 2s), 1, noon - 1s))
    .then({end(outcome::failed, 0, noon), contact_finished{disposition::failed}});
}

TEST_CASE("an end is recorded as the carrier told it") {
  call_ended report{
    .outcome = outcome::failed,
    .cause = "invalid_number",
    .provider_code = "SIP 404",
    .talk_time_ms = 0,
    .answered_by = events::answerer::machine,
    .at = noon + 3s,
    .result = events::call_result{}};
  contact_attempt_ended expected{
    .attempt = 1,
    .outcome = outcome::failed,
    .cause = "invalid_number",
    .provider_code = "SIP 404",
    .talk_time_ms = 0,
    .answered_by = events::answerer::machine,
    .at = noon + 3s,
    .has_result = true};
  given({dialed}).when(hear(report)).then({expected, contact_finished{disposition::failed}});
}

TEST_CASE("a contact that the carrier holds back waits and loses nothing") {
  hold_back_contact command{.attempt = 1, .why = "429", .now = noon + 1s, .due_at = noon + 31s};
  auto spec =
    given({dialed}).when(command).then({held_back, contact_retry_scheduled{2, noon + 31s}});
  CHECK(spec.state().phase == contact_phase::waiting);
  CHECK(spec.state().attempts == 1);
  CHECK(spec.state().attempts_spent() == 0);

  auto again = std::move(spec).when(dial_at(noon + 31s, 1));
  CHECK(again.state().attempts == 2);
  CHECK(again.state().attempts_spent() == 1);
}

TEST_CASE("what was held back does not count for the next retry either") {
  auto second = dialed;
  second.attempt = 2;
  contact_facts history{dialed, held_back, contact_retry_scheduled{2, noon}, second};
  events::retry_policy twice{.max_attempts = 2, .rules = default_retry_rules(60)};
  auto report = hear(ended(outcome::busy), 2);
  report.retry = &twice;
  auto spec = given(history).when(report);
  CHECK(spec.state().phase == contact_phase::waiting);
  CHECK(spec.state().attempts_spent() == 1);
}

TEST_CASE("a carrier's own causes cost an attempt, whatever their name") {
  auto report = ended(outcome::failed);
  report.cause = held_back_cause;
  CHECK(given({dialed}).when(hear(report)).state().attempts_spent() == 1);
}

TEST_CASE("a contact is held back only while its carrier has said nothing of the call") {
  hold_back_contact command{.attempt = 1, .why = "429", .now = noon + 1s, .due_at = noon + 31s};
  for (const auto& history :
       {contact_facts{dialed, initiated}, {dialed, ringing}, {dialed, answered}, waiting, finished})
    given(history).when(command).then(nothing);
  command.attempt = 2;
  given({dialed}).when(command).then(nothing);
}

TEST_CASE("a contact whose budget was lowered while it waited is given up") {
  auto spec = given(waiting)
                .when(give_up_contact{1})
                .then({contact_finished{disposition::failed}})
                .when(give_up_contact{1})
                .then(nothing);
  CHECK(spec.state().phase == contact_phase::finished);
  given({dialed, held_back, contact_retry_scheduled{2, noon}})
    .when(give_up_contact{1})
    .then(nothing);
}

TEST_CASE("nobody is given up while there is budget left, or in the middle of a call") {
  given(waiting).when(give_up_contact{2}).then(nothing);
  given(no_history).when(give_up_contact{1}).then(nothing);
  for (const auto& history : {contact_facts{dialed}, {dialed, answered}, {dialed, busy}})
    given(history).when(give_up_contact{1}).then(refusal::attempt_open);
}

TEST_CASE("a call is in flight from its dial to its end") {
  CHECK_FALSE(given(no_history).state().in_flight());
  CHECK(given({dialed}).state().in_flight());
  CHECK(given({dialed, initiated}).state().in_flight());
  CHECK(given({dialed, ringing}).state().in_flight());
  CHECK(given({dialed, answered}).state().in_flight());
  CHECK_FALSE(given({dialed, busy}).state().in_flight());
  CHECK_FALSE(given(waiting).state().in_flight());
  CHECK_FALSE(given(finished).state().in_flight());
}

TEST_CASE("a new attempt forgets the times of the last") {
  auto second = dialed;
  second.attempt = 2;
  second.at = an_hour_later;
  auto state = given({dialed, initiated, ringing, answered, busy, second_due, second}).state();
  CHECK(state.dialed_at == an_hour_later);
  CHECK(state.initiated_at == instant{});
  CHECK(state.answered_at == instant{});
  CHECK(state.ended_at == instant{});
  CHECK(state.due_at == instant{});
}

TEST_CASE("a call that never left the carrier's queue costs no budget, and is due again") {
  contact_attempt_ended end{
    .attempt = 1,
    .outcome = outcome::cancelled,
    .cause = std::string{queued_cause},
    .provider_code = {},
    .at = noon + 20s};
  auto told = hear(call_ended{
    .outcome = outcome::cancelled,
    .cause = end.cause,
    .provider_code = {},
    .at = noon + 20s,
    .result = {}});
  auto spec =
    given({dialed, initiated}).when(told).then({end, contact_retry_scheduled{2, noon + 20s}});
  CHECK(spec.state().attempts_spent() == 0);
}

TEST_CASE("a call that we hung up before it was answered costs no budget, and is due again") {
  contact_attempt_ended end{
    .attempt = 1,
    .outcome = outcome::cancelled,
    .cause = std::string{hung_up_cause},
    .provider_code = "SIP 487",
    .at = noon + 20s};
  auto told = hear(call_ended{
    .outcome = outcome::cancelled,
    .cause = "hung_up",
    .provider_code = "SIP 487",
    .at = noon + 20s,
    .result = {}});
  // By somebody else it is the contact's end.
  auto theirs = end;
  theirs.cause = "hung_up";
  given({dialed, ringing}).when(told).then({theirs, contact_finished{disposition::cancelled}});
  told.hung_up = true;
  auto spec =
    given({dialed, ringing}).when(told).then({end, contact_retry_scheduled{2, noon + 20s}});
  CHECK(spec.state().attempts_spent() == 0);
  std::move(spec)
    .when(dial_at(noon + 1min, 1))
    .then({contact_dialed{
      .attempt = 2,
      .trunk = {7},
      .caller_id = "+14155550199",
      .at = noon + 1min,
      .due_at = noon + 20s,
      .give_up_at = noon + 11min}});
}

TEST_CASE("in a cancelled campaign an end is the last, and says whether more would have followed") {
  auto last = hear(call_ended{
    .outcome = outcome::busy, .cause = {}, .provider_code = {}, .at = noon + 20s, .result = {}});
  last.last_call = true;
  given({dialed}).when(last).then({busy, contact_finished{disposition::cancelled}});
  auto done = hear(call_ended{
    .outcome = outcome::rejected,
    .cause = {},
    .provider_code = {},
    .at = noon + 20s,
    .result = {}});
  done.last_call = true;
  auto rejected = busy;
  rejected.outcome = outcome::rejected;
  given({dialed}).when(done).then({rejected, contact_finished{disposition::failed}});
}

TEST_CASE("a contact is cancelled in line, and during a call for after it") {
  const contact_finished cancelled{disposition::cancelled};
  for (const auto& history : {no_history, waiting})
    given(history).when(cancel_contact{}).then({cancelled}).when(cancel_contact{}).then(nothing);
  given(finished).when(cancel_contact{}).then(refusal::contact_finished);
  auto spec = given({dialed, ringing})
                .when(cancel_contact{})
                .then({events::contact_withdrawn{}})
                .when(cancel_contact{})
                .then(nothing);
  std::move(spec).when(hear(ended(outcome::busy))).then({busy, cancelled});
}

TEST_CASE("a contact that was withdrawn is not held back for another try") {
  hold_back_contact command{.attempt = 1, .why = "429", .now = noon + 1s, .due_at = noon + 31s};
  given({dialed, events::contact_withdrawn{}})
    .when(command)
    .then({held_back, contact_finished{disposition::cancelled}});
}

TEST_CASE("a contact is put first, which makes it due at once") {
  auto spec = given(waiting)
                .when(put_contact_first{noon + 5min})
                .then({events::contact_put_first{noon + 5min}});
  CHECK(spec.state().turn == contact_turn::first);
  auto dialled =
    std::move(spec).when(put_contact_first{noon + 6min}).then(nothing).when(dial_at(noon + 6min));
  CHECK(dialled.state().turn == contact_turn::usual);
  CHECK(dialled.state().attempts == 2);
  given({dialed}).when(put_contact_first{noon}).then(refusal::attempt_open);
  given(finished).when(put_contact_first{noon}).then(refusal::contact_finished);
}

TEST_CASE("a call at an hour waits for the opening after it, and for nothing in the past") {
  const events::schedule afternoons{
    .timezone = "UTC", .windows = {{events::weekday::monday, 14 * 60, 15 * 60}}};
  call_contact_at order{.at = noon + 90min, .now = noon, .schedule = &afternoons};
  given(no_history)
    .when(order)
    .then({events::contact_call_at_set{noon + 2h}})
    .when(order)
    .then(nothing);
  order.schedule = &always;
  order.at = noon - 1h;
  auto spec = given(waiting).when(order).then({events::contact_call_at_set{noon}});
  CHECK(spec.state().turn == contact_turn::appointed);
  order.at = noon + 1h;
  std::move(spec).when(order).then({events::contact_call_at_set{noon + 1h}});
  given({dialed}).when(order).then(refusal::attempt_open);
}

TEST_CASE("an hour that is chosen is kept as chosen, though a retry is due just then") {
  const call_contact_at order{.at = an_hour_later, .now = noon + 1min, .schedule = &always};
  auto spec = given(waiting).when(order).then({events::contact_call_at_set{an_hour_later}});
  CHECK(spec.state().turn == contact_turn::appointed);
}

TEST_CASE(
  "a contact whom the hook did not let us call waits with the reason, and has lost no attempt") {
  const put_off_contact order{.reason = "asked_not_to_be_called", .due_at = noon + 1h};
  const events::contact_put_off put_off{"asked_not_to_be_called", noon + 1h};
  auto spec = given(no_history).when(order).then({put_off});
  CHECK(spec.state().turn == contact_turn::put_off);
  CHECK(spec.state().put_off_because == "asked_not_to_be_called");
  CHECK(spec.state().attempts == 0);
  auto again = given(waiting).when(order).then({put_off});
  CHECK(again.state().attempts_spent() == 1);
  auto dialled = given({put_off, dialed});
  CHECK(dialled.state().put_off_because.empty());
  CHECK(dialled.state().attempts == 1);
}

TEST_CASE("a contact that is being called or is done is not put off") {
  const put_off_contact order{.reason = "timeout", .due_at = noon + 1h};
  given({dialed}).when(order).then(refusal::attempt_open);
  given(finished).when(order).then(refusal::contact_finished);
}
