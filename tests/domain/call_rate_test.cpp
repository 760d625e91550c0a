#include "domain/call_rate.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace std::chrono_literals;

TEST_CASE("no rolling second holds more dials than the rate") {
  domain::call_rate rate{2};
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

TEST_CASE("without a rate nothing is held") {
  domain::call_rate rate{0};
  events::instant start{1h};
  for (int i = 0; i < 1'000; ++i)
    rate.note_dial(start);
  CHECK_FALSE(rate.is_limited());
  CHECK_FALSE(rate.held_until(start));
}
