#include "support/temporary_directory.hpp"
#include "telephony/line.hpp"

using namespace ringmaster::test;

TEST_CASE("hanging up before the answer cancels the call") {
  for (auto elapsed : {duration{0s}, duration{3s}}) {
    line on{always(outcome::completed)};
    on.place(call(1));
    on.advance(elapsed);
    on.hang_up(call(1));
    auto end = on.end_of(call(1));
    CHECK(end.outcome == outcome::cancelled);
    CHECK(end.cause == "hung_up");
    CHECK(end.talk_time_ms == 0);
    CHECK(end.answered_by == answerer::unknown);
    CHECK_FALSE(end.result);
    CHECK(end.at == on.time.now());
    auto told = on.told(call(1));
    on.advance(1h);
    CHECK(on.told(call(1)) == told);
  }
}

TEST_CASE("hanging up on someone completes the call with what was talked so far") {
  line on{always(outcome::completed)};
  on.place(call(1));
  on.advance(10s);
  on.hang_up(call(1));
  auto end = on.end_of(call(1));
  CHECK(end.outcome == outcome::completed);
  CHECK(end.talk_time_ms == 4'000);
  CHECK(end.answered_by == answerer::human);
  CHECK(end.result);
  on.advance(1h);
  CHECK(on.told(call(1)) == "IRAE");
}

TEST_CASE("hanging up on a machine leaves a voicemail") {
  line on{always(outcome::voicemail)};
  on.place(call(1));
  on.advance(10s);
  on.hang_up(call(1));
  CHECK(on.end_of(call(1)).outcome == outcome::voicemail);
}

TEST_CASE("hanging up twice, or on a call that is over or unknown, changes nothing") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.hang_up(call(9));
  CHECK(on.news.empty());
  on.place(call(1));
  on.hang_up(call(1));
  on.hang_up(call(1));
  CHECK(on.told(call(1)) == "IE");
  on.place(call(2));
  on.advance(1min);
  on.hang_up(call(2));
  CHECK(on.told(call(2)) == "IRAE");
  CHECK(std::get<call_ended>(on.look_up(call(2))).outcome == outcome::completed);
}

TEST_CASE("a hang-up outlives a restart") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  on.advance(10s);
  on.hang_up(call(1));
  auto end = on.end_of(call(1));
  for (int i = 0; i < 2; ++i) {
    CHECK(std::get<call_ended>(on.look_up(call(1))).talk_time_ms == end.talk_time_ms);
    CHECK(std::get<call_ended>(on.look_up(call(1))).at == end.at);
    on.restart();
  }
  on.advance(1h);
  CHECK(on.told(call(1)) == "IRAE");
}

TEST_CASE("a call from before a restart can be hung up, asked about or not") {
  for (bool ask : {false, true}) {
    temporary_directory directory;
    line on{always(outcome::completed), directory.path() / "ledger"};
    on.place(call(1));
    on.advance(3s);
    on.restart();
    if (ask)
      CHECK(is<still_up>(on.look_up(call(1))));
    on.hang_up(call(1));
    on.advance(1h);
    CHECK(on.told(call(1)) == "IRE");
    CHECK(on.end_of(call(1)).outcome == outcome::cancelled);
  }
}
