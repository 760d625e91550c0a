// What is said of a call beside its end: by the agent, or late by the carrier.
#include "domain/given_contact.hpp"

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

hear_report verdict(events::call_verdict what, std::uint32_t attempt = 1) {
  return hear(std::move(what), attempt, an_hour_later);
}

events::contact_call_judged judged(std::optional<outcome> how, events::judge by) {
  events::contact_call_judged it;
  it.attempt = 1;
  it.by = by;
  it.outcome = how;
  it.at = an_hour_later;
  return it;
}

events::call_verdict says(std::optional<outcome> how, events::judge by) {
  events::call_verdict it;
  it.by = by;
  it.outcome = how;
  it.at = an_hour_later;
  return it;
}

const auto agent = events::judge::agent;
const auto carrier = events::judge::carrier;

} // namespace

TEST_CASE("what the agent said during the call is how the call ended, if anybody answered") {
  auto voicemail = busy;
  voicemail.outcome = outcome::voicemail;
  const contact_retry_scheduled again{2, noon + 20s + 1h};
  given({dialed, answered, judged(outcome::voicemail, agent)})
    .when(hear(ended(outcome::completed)))
    .then({voicemail, again});
  given({dialed, judged(outcome::voicemail, agent)})
    .when(hear(ended(outcome::busy)))
    .then({busy, again});
}

TEST_CASE("a verdict on a call that is over corrects it, once") {
  given({dialed, answered, busy, contact_finished{disposition::completed}})
    .when(verdict(says(outcome::voicemail, agent)))
    .then({judged(outcome::voicemail, agent)})
    .when(verdict(says(outcome::voicemail, agent)))
    .then(nothing);
}

TEST_CASE("a contact does not wait for a retry that a verdict has made needless") {
  given(waiting)
    .when(verdict(says(outcome::completed, agent)))
    .then({judged(outcome::completed, agent), contact_finished{disposition::completed}});
  given(waiting)
    .when(verdict(says(outcome::no_answer, agent)))
    .then({judged(outcome::no_answer, agent)}); // that is tried again as well
}

TEST_CASE("a contact that waits for an hour that an operator chose goes on waiting for it") {
  auto history = waiting;
  history.emplace_back(events::contact_call_at_set{an_hour_later + 1h});
  given(history)
    .when(verdict(says(outcome::completed, agent)))
    .then({judged(outcome::completed, agent)});
}

TEST_CASE("who listened is believed before the carrier, whoever speaks last") {
  given({dialed, answered, busy, judged(outcome::completed, agent)})
    .when(verdict(says(outcome::voicemail, carrier)))
    .then(nothing);
  given({dialed, answered, busy, judged(outcome::voicemail, carrier)})
    .when(verdict(says(outcome::completed, agent)))
    .then({judged(outcome::completed, agent)});
}

TEST_CASE("whoever opted out is not called again, whatever else is said") {
  auto asks = says({}, agent);
  asks.opted_out = true;
  auto asked = judged({}, agent);
  asked.opted_out = true;
  const contact_finished cancelled{disposition::cancelled};
  auto spec = given(waiting).when(verdict(asks)).then({asked, cancelled});
  std::move(spec).when(dial_at(an_hour_later)).then(refusal::contact_finished);
  // During the call: no retry follows it, nor one that was held back.
  given({dialed, asked}).when(hear(ended(outcome::busy))).then({busy, cancelled});
  given({dialed, asked}).when(verdict(asks)).then(nothing);
  // Even if a wrong log had him wait: he is not dialled.
  given({dialed, asked, busy, second_due})
    .when(dial_at(an_hour_later))
    .then(refusal::contact_finished);
}

TEST_CASE("an opt-out in what is said of an earlier call counts as well") {
  auto asks = says({}, agent);
  asks.opted_out = true;
  auto asked = judged({}, agent);
  asked.opted_out = true;
  auto second = dialed;
  second.attempt = 2;
  second.at = an_hour_later;
  auto history = waiting;
  history.emplace_back(second);
  given(history).when(verdict(asks, 1)).then({asked});
}

TEST_CASE("the end of a call that was given up as unknown is still learned") {
  auto unknown = busy;
  unknown.outcome = outcome::unknown;
  auto late = call_ended{
    .outcome = outcome::completed,
    .cause = "agent_hung_up",
    .provider_code = "SIP 200",
    .talk_time_ms = 30'000,
    .at = an_hour_later,
    .result = {}};
  auto learned = judged(outcome::completed, carrier);
  learned.cause = "agent_hung_up";
  learned.provider_code = "SIP 200";
  learned.talk_time_ms = 30'000;
  given({dialed, unknown, contact_finished{disposition::failed}})
    .when(hear(late, 1, an_hour_later))
    .then({learned})
    .when(hear(late, 1, an_hour_later))
    .then(nothing);
  given({dialed, busy, contact_finished{disposition::failed}})
    .when(hear(late, 1, an_hour_later))
    .then(nothing);
}

TEST_CASE("a verdict on a call that was never made says nothing") {
  given({dialed}).when(verdict(says(outcome::completed, agent), 2)).then(nothing);
  given(no_history).when(verdict(says(outcome::completed, agent), 0)).then(nothing);
}

TEST_CASE("who answered is as the agent heard it, else as the carrier said last") {
  using events::answerer;
  auto heard_by = [](answerer who, events::judge by) {
    auto it = judged({}, by);
    it.answered_by = who;
    return it;
  };
  struct ending {
    std::optional<events::contact_call_judged> before;
    answerer reported;
    answerer kept;
  };
  const ending endings[] = {
    {{}, answerer::unknown, answerer::unknown},
    {{}, answerer::machine, answerer::machine},
    {judged(outcome::completed, agent), answerer::machine, answerer::machine},
    {heard_by(answerer::human, agent), answerer::machine, answerer::human},
    {heard_by(answerer::human, agent), answerer::unknown, answerer::human},
    {heard_by(answerer::machine, carrier), answerer::human, answerer::human},
    {heard_by(answerer::machine, carrier), answerer::unknown, answerer::machine}};
  for (const auto& it : endings) {
    contact_facts history{dialed, answered};
    if (it.before)
      history.emplace_back(*it.before);
    auto report = ended(outcome::completed);
    report.answered_by = it.reported;
    auto over = end(outcome::completed);
    over.answered_by = it.kept;
    given(history).when(hear(report)).then({over, contact_finished{disposition::completed}});
  }
}

TEST_CASE("who answered is told once of the last call, and always of an earlier one") {
  auto who = says({}, agent);
  who.answered_by = events::answerer::machine;
  auto told = judged({}, agent);
  told.answered_by = events::answerer::machine;
  given({dialed, answered, busy, contact_finished{disposition::completed}})
    .when(verdict(who))
    .then({told})
    .when(verdict(who))
    .then(nothing);
  auto second = dialed;
  second.attempt = 2;
  auto both = busy;
  both.attempt = 2;
  both.answered_by = events::answerer::machine;
  given({dialed, busy, second_due, second, both}).when(verdict(who, 1)).then({told});
}

TEST_CASE("an agent that says nothing of the call itself leaves that to the carrier") {
  auto asked = judged({}, agent);
  asked.opted_out = true;
  given({dialed, answered, busy, contact_finished{disposition::completed}, asked})
    .when(verdict(says(outcome::voicemail, carrier)))
    .then({judged(outcome::voicemail, carrier)});
}

TEST_CASE("a verdict that knows of a conversation says when it began, if nobody did") {
  auto unknown = busy;
  unknown.outcome = outcome::unknown;
  auto talked = judged(outcome::completed, carrier);
  CHECK(given({dialed, unknown, talked}).state().answered_at == instant{});
  talked.talk_time_ms = 1;
  CHECK(given({dialed, unknown, talked}).state().answered_at == an_hour_later - 1ms);
  talked.talk_time_ms = 30'000;
  CHECK(given({dialed, unknown, talked}).state().answered_at == an_hour_later - 30s);
  CHECK(given({dialed, answered, unknown, talked}).state().answered_at == answered.at);
}
