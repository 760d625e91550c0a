#include "telephony/sip_outcome.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ringmaster::events;
using namespace ringmaster::telephony;

namespace {

/// "failed invalid_number" or "busy".
std::string said(const sip_final& it) {
  auto verdict = verdict_on(it);
  std::string text{to_string(verdict.outcome)};
  if (!verdict.cause.empty())
    text.append(1, ' ').append(verdict.cause);
  return text;
}

std::string said(int status, int q850 = 0) {
  return said(
    {.status = static_cast<std::uint16_t>(status), .q850 = static_cast<std::uint16_t>(q850)});
}

std::string said_by_us(std::uint16_t status) {
  return said({.status = status, .by = sip_speaker::our_stack});
}

} // namespace

TEST_CASE("a response code says how the call ended") {
  CHECK(said(486) == "busy");
  CHECK(said(600) == "busy");
  CHECK(said(480) == "no_answer");
  CHECK(said(408) == "no_answer");
  CHECK(said(603) == "rejected");
  CHECK(said(607) == "rejected unwanted");
  CHECK(said(608) == "failed blocked");
  for (int code : {404, 604, 485, 410, 484})
    CHECK(said(code) == "failed invalid_number");
  CHECK(said(403) == "failed refused_by_carrier");
  for (int code : {401, 407, 904})
    CHECK(said(code) == "failed trunk_auth");
  CHECK(said(402) == "failed account");
  for (int code : {488, 606, 415})
    CHECK(said(code) == "failed media");
  for (int code : {500, 502, 504})
    CHECK(said(code) == "failed network");
  CHECK(said(503) == "failed congestion");
  CHECK(said(302) == "failed redirected");
}

TEST_CASE("an unknown code means what its hundred means") {
  CHECK(said(399) == "failed redirected");
  CHECK(said(499) == "failed refused_by_carrier");
  CHECK(said(599) == "failed network");
  CHECK(said(699) == "rejected");
}

TEST_CASE("a cause of Q.850 is finer than the code") {
  CHECK(said(480, 1) == "failed invalid_number");
  CHECK(said(403, 1) == "failed invalid_number");
  CHECK(said(500, 17) == "busy");
  CHECK(said(503, 17) == "busy");
  CHECK(said(480, 20) == "no_answer");
  CHECK(said(500, 34) == "failed congestion");
}

TEST_CASE("a cause of Q.850 that says nothing new changes nothing") {
  CHECK(said(403, 21) == "failed refused_by_carrier");
  CHECK(said(603, 21) == "rejected");
  CHECK(said(503, 41) == "failed congestion");
  CHECK(said(486, 16) == "busy");
  CHECK(said(480, 16) == "no_answer");
  CHECK(said(480, 99) == "no_answer");
}

TEST_CASE("what the trunk wants of us is not read out of a cause") {
  CHECK(said(407, 21) == "failed trunk_auth");
  CHECK(said(402, 21) == "failed account");
  CHECK(said(608, 21) == "failed blocked");
  CHECK(said(607, 16) == "rejected unwanted");
  CHECK(said(302, 17) == "failed redirected");
}

TEST_CASE("a network that blocks a call is not the person who declines it") {
  CHECK(said({.status = 603, .phrase = "Network Blocked"}) == "failed blocked");
  CHECK(said({.status = 603, .phrase = "network blocked"}) == "failed blocked");
  CHECK(said({.status = 603, .phrase = "Decline"}) == "rejected");
}

TEST_CASE("silence and a closed door are the trunk's, not the contact's") {
  CHECK(said_by_us(408) == "failed trunk_timeout");
  CHECK(said_by_us(503) == "failed trunk_unreachable");
  CHECK(said_by_us(904) == "failed trunk_auth");
}

TEST_CASE("a call that we gave up was not answered") {
  CHECK(said({.status = 487, .we_cancelled = true}) == "no_answer");
  CHECK(said({.status = 408, .by = sip_speaker::our_stack, .we_cancelled = true}) == "no_answer");
  // What crossed our CANCEL stands.
  CHECK(said({.status = 486, .we_cancelled = true}) == "busy");
}

TEST_CASE("a carrier that gives a call up by itself says that nobody answered") {
  CHECK(said(487) == "no_answer");
}

TEST_CASE("a trunk in trouble of its own is to rest") {
  CHECK(verdict_on({.status = 503}).rest > duration{});
  CHECK(verdict_on({.status = 407}).rest > verdict_on({.status = 503}).rest);
  CHECK(verdict_on({.status = 402}).rest > duration{});
  CHECK(verdict_on({.status = 486}).rest == duration{});
  CHECK(verdict_on({.status = 404}).rest == duration{});
  CHECK(verdict_on({.status = 503, .q850 = 17}).rest == duration{}); // the contact's, after all
}

TEST_CASE("the carrier's own words are kept in short") {
  CHECK(provider_code({.status = 486}) == "SIP 486");
  CHECK(provider_code({.status = 480, .q850 = 20}) == "SIP 480, Q.850 20");
  CHECK(provider_code({.status = 408, .by = sip_speaker::our_stack}) == "SIP 408 local");
}

TEST_CASE("a reason names its cause, or none") {
  CHECK(q850_cause("Q.850;cause=17") == 17);
  CHECK(q850_cause("q.850 ;text=\"User busy\";Cause=17") == 17);
  CHECK(q850_cause("Q.850;cause=16;text=\"Terminated\"") == 16);
  CHECK(q850_cause("SIP;cause=200") == 0);
  CHECK(q850_cause("Q.850") == 0);
  CHECK(q850_cause("Q.850;cause=") == 0);
  CHECK(q850_cause("Q.850;cause=128") == 0);
  CHECK(q850_cause("Q.850;cause=99999999") == 0);
  CHECK(q850_cause("") == 0);
}

TEST_CASE("a congested trunk rests for as long as it asks, within bounds") {
  auto rest = [](std::optional<std::chrono::seconds> asked, std::uint16_t status = 503) {
    return verdict_on({.status = status, .retry_after = asked}).rest;
  };
  using std::chrono::seconds;
  CHECK(rest(std::nullopt) == seconds{5});
  CHECK(rest(seconds{0}) == seconds{1});
  CHECK(rest(seconds{1}) == seconds{1});
  CHECK(rest(seconds{299}) == seconds{299});
  CHECK(rest(seconds{86'400}) == seconds{300});
  CHECK(rest(seconds{90}, 486) == seconds{0}); // which says when the person has time
  CHECK(rest(seconds{90}, 402) == seconds{60});
}
