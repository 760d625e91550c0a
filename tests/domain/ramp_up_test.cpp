#include "domain/ramp_up.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using test::any_between;

namespace {

constexpr events::instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

events::campaign_settings slow(std::uint32_t concurrency, std::uint32_t seconds) {
  events::campaign_settings it;
  it.concurrency = concurrency;
  it.ramp_up_seconds = seconds;
  return it;
}

} // namespace

TEST_CASE("a slow start goes evenly from one call to all of them") {
  auto of = slow(11, 100);
  CHECK(ramp_up(of, noon, noon) == ramp{1, noon + 10s});
  CHECK(ramp_up(of, noon, noon + 10s - 1us) == ramp{1, noon + 10s});
  CHECK(ramp_up(of, noon, noon + 10s) == ramp{2, noon + 20s});
  CHECK(ramp_up(of, noon, noon + 55s) == ramp{6, noon + 60s});
  CHECK(ramp_up(of, noon, noon + 99s) == ramp{10, noon + 100s});
  CHECK(ramp_up(of, noon, noon + 100s) == ramp{11, std::nullopt});
}

TEST_CASE("two calls at once are a slow start too") {
  CHECK(ramp_up(slow(2, 60), noon, noon) == ramp{1, noon + 60s});
  CHECK(ramp_up(slow(2, 60), noon, noon + 60s) == ramp{2, std::nullopt});
}

TEST_CASE("without a slow start all lines are there at once") {
  CHECK(ramp_up(slow(11, 0), noon, noon) == ramp{11, std::nullopt});
  CHECK(ramp_up(slow(1, 600), noon, noon) == ramp{1, std::nullopt});
}

TEST_CASE("a clock that goes back starts no slower than with one call") {
  CHECK(ramp_up(slow(5, 60), noon, noon - 1h).calls == 1);
}

TEST_CASE("a slow start only grows, one call at a time, exactly when it says") {
  CHECK(rc::check("any concurrency and any time", [] {
    auto of = slow(any_between<std::uint32_t>(2, 3'000), any_between<std::uint32_t>(1, 86'401));
    auto now = noon;
    std::uint32_t calls = 0;
    for (int i = 0; i < 4'000; ++i) {
      auto at = ramp_up(of, noon, now);
      RC_ASSERT(at.calls == calls + 1);
      calls = at.calls;
      if (!at.grows_at)
        break;
      RC_ASSERT(*at.grows_at > now);
      RC_ASSERT(ramp_up(of, noon, *at.grows_at - 1us).calls == calls);
      now = *at.grows_at;
    }
    RC_ASSERT(calls == of.concurrency);
    RC_ASSERT(now == noon + std::chrono::seconds{of.ramp_up_seconds});
  }));
}
