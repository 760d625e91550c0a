#include "domain/call_rate.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace std::chrono_literals;

TEST_CASE("no rolling second holds more dials than the rate") {
  domain::call_rate rate{{2, 1}};
  events::instant start{1h};
  CHECK_FALSE(rate.held_until(start));
  rate.note_dial(start);
  CHECK_FALSE(rate.held_until(start + 900ms));
  rate.note_dial(start + 900ms);
  CHECK(rate.held_until(start + 900ms) == start + 1s);
  CHECK(rate.held_until(start + 1s - 1us) == start + 1s);
  CHECK_FALSE(rate.held_until(start + 1s));
  rate.note_dial(start + 1s);
  CHECK(rate.held_until(start + 1s) == start + 1900ms);
}

TEST_CASE("a dial on its way counts until it has left, and from then on for a whole window") {
  domain::call_rate rate{{2, 1}};
  events::instant start{1h};
  rate.begin_dial();
  rate.begin_dial();
  CHECK(rate.held_until(start + 5s) == start + 6s); // whenever that will be
  rate.end_dial(start + 5s);
  CHECK(rate.held_until(start + 5s) == start + 6s);
  rate.end_dial(start + 5500ms);
  CHECK(rate.held_until(start + 5500ms) == start + 6s);
  CHECK_FALSE(rate.held_until(start + 6s));
  rate.begin_dial();
  CHECK(rate.held_until(start + 6s) == start + 6500ms);
}

TEST_CASE("without a rate nothing is held") {
  domain::call_rate rate{{0, 1}};
  events::instant start{1h};
  for (int i = 0; i < 1'000; ++i)
    rate.note_dial(start);
  CHECK_FALSE(rate.is_limited());
  CHECK_FALSE(rate.held_until(start));
}

TEST_CASE("a pace over five seconds lets a burst through, and no more in any five seconds") {
  domain::call_rate rate{{10, 5}};
  events::instant start{1h};
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(rate.held_until(start + i * 100ms));
    rate.note_dial(start + i * 100ms);
  }
  CHECK(rate.held_until(start + 1s) == start + 5s);
  rate.note_dial(start + 5s);
  CHECK(rate.held_until(start + 5s) == start + 5100ms);
}

TEST_CASE("a pace may be less than a call a second") {
  domain::call_rate rate{{1, 5}};
  events::instant start{1h};
  rate.note_dial(start);
  CHECK(rate.held_until(start + 4999ms) == start + 5s);
  CHECK_FALSE(rate.held_until(start + 5s));
}

TEST_CASE("what an earlier process dialled is not known, and waited out") {
  events::instant start{1h};
  domain::call_rate rate{{3, 2}, start};
  CHECK(rate.held_until(start) == start + 2s);
  CHECK_FALSE(rate.held_until(start + 2s));
  domain::call_rate unlimited{{}, start};
  CHECK_FALSE(unlimited.held_until(start));
}

TEST_CASE("a lowered pace counts what was dialled before it") {
  domain::call_rate rate{{5, 1}};
  events::instant start{1h};
  for (int i = 0; i < 5; ++i)
    rate.note_dial(start + i * 100ms);
  rate.change({2, 1}, start + 500ms);
  // Two of a second: the last two are 300 and 400 ms old by then.
  CHECK(rate.held_until(start + 500ms) == start + 1300ms);
  CHECK_FALSE(rate.held_until(start + 1300ms));
}

TEST_CASE("a pace that looks back further than the one before waits out what it cannot see") {
  domain::call_rate rate{{}};
  events::instant start{1h};
  rate.note_dial(start);
  rate.change({1, 5}, start + 1s);
  CHECK(rate.held_until(start + 1s) == start + 6s);
  rate.change({1, 1}, start + 7s);
  CHECK_FALSE(rate.held_until(start + 7s));
  rate.change({}, start + 7s);
  rate.note_dial(start + 7s);
  CHECK_FALSE(rate.held_until(start + 7s));
}
