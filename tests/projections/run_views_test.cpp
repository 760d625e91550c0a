#include "given_log.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using events::outcome;
using projections::run_view;

namespace {

constexpr events::campaign_id campaign{1};
constexpr events::contact_key contact{campaign, 3};

/// The first attempt, with everything that can be told of one.
const std::vector<events::contact_event> first_attempt{
  dialed(1, noon + 1s),
  events::contact_initiated{1, "CA1", noon + 2s},
  events::contact_ringing{1, noon + 3s},
  events::contact_answered{1, noon + 5s},
  events::contact_attempt_ended{
    .attempt = 1,
    .outcome = outcome::voicemail,
    .cause = "machine_detected",
    .provider_code = "SIP 200",
    .talk_time_ms = 4'000,
    .answered_by = events::answerer::machine,
    .at = noon + 9s,
    .has_result = true},
  events::contact_retry_scheduled{2, noon + 1h}};

/// At position 2.
run_view first_run() {
  run_view it;
  it.key = {campaign, 3, 1};
  it.position = 2;
  it.trunk = {9};
  it.caller_id = "+14155550199";
  it.provider_ref = "CA1";
  it.dialed_at = noon + 1s;
  it.initiated_at = noon + 2s;
  it.ringing_at = noon + 3s;
  it.answered_at = noon + 5s;
  it.ended_at = noon + 9s;
  it.outcome = outcome::voicemail;
  it.cause = "machine_detected";
  it.provider_code = "SIP 200";
  it.talk_time_ms = 4'000;
  it.answered_by = events::answerer::machine;
  it.has_result = true;
  it.ended_minute = projections::minute_of(noon); // which the log says it was
  it.retry_at = noon + 1h;
  return it;
}

given_log log_with_first_attempt() {
  given_log log;
  log.add(campaign, created(campaign, 10));
  for (const auto& it : first_attempt)
    log.add(contact, it);
  return log;
}

} // namespace

TEST_CASE("a run tells every step of its attempt, however its events were batched") {
  auto log = log_with_first_attempt();
  folded_views views;
  SUBCASE("in one batch") {
    views.fold(log);
  }
  SUBCASE("one by one") {
    views.fold_one_by_one(log);
  }
  SUBCASE("each by a new process") {
    for (std::uint64_t position = 1; position <= log.position(); ++position) {
      views.restart();
      views.fold(log, position);
    }
  }
  CHECK(views.look().run({campaign, 3, 1}).value() == first_run());
  CHECK(views.look().run_at(campaign, 2).value() == first_run());
}

TEST_CASE("a run is there while its call is up") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  log.add(contact, dialed(1, noon + 1s));
  views.fold(log);
  auto run = views.look().run({campaign, 3, 1}).value();
  CHECK(run.dialed_at == noon + 1s);
  CHECK(!run.outcome);
  CHECK(!run.ended_at);
  CHECK(!run.retry_at);
}

TEST_CASE("attempts that share a batch leave a run each") {
  auto log = log_with_first_attempt();
  folded_views views;
  log.add(contact, dialed(2, noon + 1h));
  log.add(contact, ended(2, outcome::busy, noon + 1h + 1s));
  log.add(contact, events::contact_retry_scheduled{3, noon + 2h});
  log.add(contact, dialed(3, noon + 2h));
  views.fold(log);
  auto look = views.look();
  CHECK(look.run({campaign, 3, 1}).value() == first_run());
  CHECK(look.run({campaign, 3, 2}).value().outcome == outcome::busy);
  CHECK(look.run({campaign, 3, 2})->retry_at == noon + 2h);
  CHECK(look.run({campaign, 3, 2})->previous_outcome == outcome::voicemail);
  CHECK(look.run({campaign, 3, 3})->previous_outcome == outcome::busy);
  CHECK(!look.run({campaign, 3, 3}).value().outcome);
  CHECK(look.contact(contact).value().runs == std::vector<std::uint64_t>{2, 8, 11});
}

TEST_CASE("a new attempt has nothing from the one before but how it ended") {
  auto log = log_with_first_attempt();
  folded_views views;
  SUBCASE("in one batch") {}
  SUBCASE("later") {
    views.fold(log);
  }
  log.add(contact, dialed(2, noon + 1h));
  views.fold(log);
  run_view fresh;
  fresh.key = {campaign, 3, 2};
  fresh.position = 8;
  fresh.trunk = {9};
  fresh.caller_id = "+14155550199";
  fresh.dialed_at = noon + 1h;
  fresh.previous_outcome = outcome::voicemail;
  CHECK(views.look().run({campaign, 3, 2}).value() == fresh);
}

TEST_CASE("attempts that were never made have no run") {
  auto log = log_with_first_attempt();
  folded_views views;
  views.fold(log);
  auto look = views.look();
  CHECK(!look.run({campaign, 3, 2}));
  CHECK(!look.run({campaign, 4, 1}));
  CHECK(!look.run({{2}, 3, 1}));
  CHECK(!look.run_at(campaign, 3));
  CHECK(!look.run_at({2}, 2));
}
