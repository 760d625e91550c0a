// What the port promises, held against every provider. Where one can't, its stage says
// so, and the test what comes instead; docs/telephony.md has the table.
#include "telephony/conformance_stages.hpp"

#include <algorithm>

using namespace ringmaster::test;

#define EVERY_PROVIDER simulated_stage, twilio_stage, agent_stage, sip_stage

namespace {

/// Each step once, and none before what it follows. The carrier's name for the call
/// may come at any time before the end.
void check_order(std::string record) {
  CAPTURE(record);
  CHECK(std::ranges::count(record, 'I') <= 1);
  CHECK(record.ends_with('E'));
  std::erase(record, 'I');
  bool is_in_order = record == "RAE" || record == "AE" || record == "RE" || record == "E";
  CHECK(is_in_order);
}

template <class Answer, class Answers>
bool is_only(const Answers& all) {
  return all.size() == 1 && std::holds_alternative<Answer>(all.front());
}

} // namespace

TEST_CASE_TEMPLATE("a call is placed and answered for once", Stage, EVERY_PROVIDER) {
  Stage on{fate::stays_up};
  on.place();
  on.play_until_answered();
  CHECK(is_only<accepted>(on.heard.placed()));
  on.play_until_over();
  CHECK(on.heard.placed().size() == 1);
  check_order(on.heard.on_record());
  CHECK(on.heard.end()->outcome == outcome::completed);
}

TEST_CASE_TEMPLATE("a refusal is known, and nothing follows it", Stage, EVERY_PROVIDER) {
  Stage on{fate::is_refused};
  on.place();
  on.play_until_placed();
  REQUIRE(is_only<refused>(on.heard.placed()));
  CHECK_FALSE(std::get<refused>(on.heard.placed().front()).cause.empty());
  on.go_on();
  CHECK(on.heard.told().empty());
}

TEST_CASE_TEMPLATE("a busy line is an end that is known", Stage, EVERY_PROVIDER) {
  Stage on{fate::is_busy};
  on.place();
  on.play_until([&] { return on.heard.end().has_value(); });
  CHECK(is_only<accepted>(on.heard.placed()));
  CHECK(on.heard.end()->outcome == outcome::busy);
  CHECK(on.heard.end()->talk_time_ms == 0);
  check_order(on.heard.on_record());
}

TEST_CASE_TEMPLATE("not now is told apart from what is unclear", Stage, EVERY_PROVIDER) {
  Stage later{fate::comes_later};
  later.place();
  later.play_until_placed();
  REQUIRE(is_only<not_now>(later.heard.placed()));
  CHECK(std::get<not_now>(later.heard.placed().front()).retry_after > duration{});
  later.go_on();
  CHECK(later.heard.told().empty());
  Stage lost{fate::is_lost};
  lost.place();
  lost.play_until_placed();
  CHECK(is_only<unclear>(lost.heard.placed()));
}

TEST_CASE_TEMPLATE("repetition and disorder leave one record, in order", Stage, EVERY_PROVIDER) {
  Stage on{fate::is_told_so};
  on.place();
  on.play_until([&] { return on.heard.end().has_value(); });
  on.go_on();
  CHECK(on.heard.placed().size() == 1);
  check_order(on.heard.on_record());
  CHECK(on.heard.end()->outcome == outcome::completed);
}

TEST_CASE_TEMPLATE("a call that is hung up ends once, however often", Stage, EVERY_PROVIDER) {
  Stage on{fate::stays_up};
  on.place();
  on.play_until_answered();
  on.hang_up();
  on.hang_up();
  if constexpr (Stage::can_hang_up) {
    on.play_until([&] { return on.heard.end().has_value(); });
  } else {
    on.go_on();
    CHECK_FALSE(on.heard.end()); // it goes on as if nobody had asked
    on.play_until_over();
  }
  on.hang_up(); // of what is over: success, and nothing comes of it
  on.go_on();
  check_order(on.heard.on_record());
  CHECK(on.heard.end()->outcome == outcome::completed);
}

TEST_CASE_TEMPLATE("a call that nobody placed is known as such", Stage, EVERY_PROVIDER) {
  Stage on{fate::stays_up};
  on.look_up(a_stranger);
  on.play_until_looked_up();
  if constexpr (Stage::knows_strangers)
    CHECK(is_only<never_heard_of>(on.heard.looked_up()));
  else
    CHECK(is_only<unclear>(on.heard.looked_up()));
}

TEST_CASE_TEMPLATE("a call that is up is known to be", Stage, EVERY_PROVIDER) {
  Stage on{fate::stays_up};
  on.place();
  on.play_until_answered();
  on.look_up();
  on.play_until_looked_up();
  CHECK(is_only<still_up>(on.heard.looked_up()));
  CHECK_FALSE(on.heard.end());
}

TEST_CASE_TEMPLATE(
  "an end that could not be recorded is told again, or when asked for", Stage, EVERY_PROVIDER) {
  Stage on{fate::stays_up};
  on.heard.records = false;
  on.place();
  on.play_until_answered();
  on.play_until_over();
  if constexpr (Stage::is_called_back) // asks for another try
    CHECK(std::ranges::count(on.replies, 503U) == std::ssize(on.replies));
  on.look_up();
  on.play_until_looked_up();
  REQUIRE(is_only<call_ended>(on.heard.looked_up()));
  CHECK(std::get<call_ended>(on.heard.looked_up().front()).outcome == on.heard.end()->outcome);
}

TEST_CASE_TEMPLATE("what is on record is acknowledged, once each", Stage, EVERY_PROVIDER) {
  Stage on{fate::is_told_so};
  on.place();
  on.play_until([&] { return on.heard.end().has_value(); });
  if constexpr (Stage::is_called_back) {
    CHECK(on.replies.size() == 6);
    CHECK(std::ranges::count(on.replies, 204U) == 6);
  }
}

TEST_CASE_TEMPLATE("nothing is said once the provider is gone", Stage, EVERY_PROVIDER) {
  Stage on{fate::stays_up};
  on.place();
  on.play_until_answered();
  on.look_up();
  on.port.reset();
  auto told = on.heard.told().size();
  auto looked_up = on.heard.looked_up().size();
  on.go_on(); // late answers, timers
  CHECK(on.heard.told().size() == told);
  CHECK(on.heard.looked_up().size() == looked_up);
  CHECK(on.heard.placed().size() == 1);
}
