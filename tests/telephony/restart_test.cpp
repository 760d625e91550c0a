#include "support/temporary_directory.hpp"
#include "telephony/line.hpp"

using namespace ringmaster::test;

TEST_CASE("the ledger holds each call once, whole and in order") {
  temporary_directory directory;
  auto path = directory.path() / "ledger";
  line on{smooth(), path};
  on.place(call(2));
  on.advance(3s);
  on.place_scripted(call(1, 3), "busy, failed:media");
  on.restart();
  on.place(call(3));
  auto entries = read_ledger(path);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].call == call(2));
  CHECK(entries[0].placed_at == manual_timer::monday_morning);
  CHECK(entries[0].script.empty());
  CHECK(entries[1].call == call(1, 3));
  CHECK(entries[1].placed_at == manual_timer::monday_morning + 3s);
  CHECK(entries[1].script == "busy, failed:media");
  CHECK(entries[2].call == call(3));
}

TEST_CASE("a call is on record before its placing is answered") {
  temporary_directory directory;
  auto path = directory.path() / "ledger";
  auto carrier = make_simulated_carrier(
    instant_carrier(),
    path,
    [] { return manual_timer::monday_morning; },
    [](auto, auto) {},
    [&](const auto&) { CHECK(read_ledger(path).size() == 1); });
  carrier->place(request(call(1)), [&](const auto&) { CHECK(read_ledger(path).size() == 1); });
}

TEST_CASE("after a restart nothing is told unasked") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  on.restart();
  on.advance(1h);
  CHECK(on.told(call(1)) == "I");
}

TEST_CASE("a call that is up after a restart goes on from where it is, once asked about") {
  struct phase {
    duration elapsed;
    std::string_view told_before, told_after;
  };
  for (auto [elapsed, before, after] :
       {phase{500ms, "I", "RAE"}, phase{3s, "IR", "AE"}, phase{10s, "IRA", "E"}}) {
    CAPTURE(before);
    temporary_directory directory;
    line on{smooth(), directory.path() / "ledger"};
    on.place_scripted(call(1, 2), "busy, completed");
    auto placed_at = on.time.now();
    on.advance(elapsed);
    CHECK(on.told(call(1, 2)) == before);
    on.restart();
    CHECK(is<still_up>(on.look_up(call(1, 2))));
    CHECK(is<still_up>(on.look_up(call(1, 2))));
    on.advance(1min);
    CHECK(on.told(call(1, 2)) == std::string{before} + std::string{after});
    CHECK(on.end_of(call(1, 2)).at == placed_at + 26s);
    CHECK(on.time.waiting() == 0);
  }
}

TEST_CASE("what fell due while the carrier was down is not told any more") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  on.restart();
  on.advance(10s); // it rang and was answered
  CHECK(is<still_up>(on.look_up(call(1))));
  on.advance(1min);
  CHECK(on.told(call(1)) == "IE");
}

TEST_CASE("a call that ended while the carrier was down is known to have ended") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  auto placed_at = on.time.now();
  on.restart();
  on.advance(26s);
  auto answer = on.look_up(call(1));
  REQUIRE(is<call_ended>(answer));
  CHECK(std::get<call_ended>(answer).outcome == outcome::completed);
  CHECK(std::get<call_ended>(answer).at == placed_at + 26s);
  CHECK(std::get<call_ended>(answer).result);
  on.advance(1h);
  CHECK(on.told(call(1)) == "I");
}

TEST_CASE("a call that was over before the restart, and an instant one, are answered for") {
  temporary_directory directory;
  line on{instant_carrier(), directory.path() / "ledger"};
  on.place_scripted(call(1), "failed:trunk");
  for (int i = 0; i < 2; ++i) {
    auto answer = on.look_up(call(1));
    REQUIRE(is<call_ended>(answer));
    CHECK(std::get<call_ended>(answer) == on.end_of(call(1)));
    on.restart();
  }
}

TEST_CASE("a carrier has never heard of a call that it did not place") {
  temporary_directory directory;
  line on{smooth(), directory.path() / "ledger"};
  CHECK(is<never_heard_of>(on.look_up(call(1))));
  on.place(call(1));
  on.restart();
  CHECK(is<never_heard_of>(on.look_up(call(1, 2))));
  CHECK(is<never_heard_of>(on.look_up(call(2))));
}

TEST_CASE("a lost end stays lost after a restart") {
  temporary_directory directory;
  auto settings = always(outcome::completed);
  settings.lost_end_rate = 1;
  line on{settings, directory.path() / "ledger"};
  on.place(call(1));
  on.advance(10s);
  on.restart();
  CHECK(is<still_up>(on.look_up(call(1))));
  on.advance(1h);
  CHECK(on.told(call(1)) == "IRA");
  CHECK(is<call_ended>(on.look_up(call(1))));
}
