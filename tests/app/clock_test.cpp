#include "app/clock.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using ringmaster::app::engine_clock;
using ringmaster::events::instant;

namespace {

constexpr instant long_ago{1'000'000s};

} // namespace

TEST_CASE("a clock that runs faster starts where it was told, and never goes back") {
  engine_clock clock{long_ago, 3'600.0};
  auto first = clock.now();
  CHECK(first >= long_ago);
  CHECK(first < long_ago + 24h * 365);
  CHECK(clock.now() >= first);
}

TEST_CASE("at its own pace the clock is the machine's") {
  CHECK(engine_clock{long_ago, 1.0}.now() > long_ago + 24h * 365);
}

TEST_CASE("an engine's hour takes as long as the factor says") {
  CHECK(engine_clock{long_ago, 1.0}.real_time(1h) == 1h);
  CHECK(engine_clock{long_ago, 60.0}.real_time(1h) == 1min);
  CHECK(engine_clock{long_ago, 0.5}.real_time(1s) == 2s);
  CHECK(engine_clock{long_ago, 60.0}.real_time(-1s) == 0s);
}
