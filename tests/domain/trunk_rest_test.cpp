#include "domain/trunk_rest.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace std::chrono_literals;

namespace {

constexpr events::instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

} // namespace

TEST_CASE("a trunk rests as long as the carrier asks") {
  domain::trunk_rest rest;
  CHECK_FALSE(rest.until(noon));
  rest.begin(5s, noon);
  CHECK(rest.until(noon) == noon + 5s);
  CHECK(rest.until(noon + 5s - 1us) == noon + 5s);
  CHECK_FALSE(rest.until(noon + 5s));
  domain::trunk_rest moment;
  moment.begin(0s, noon);
  CHECK(moment.until(noon) == noon + 1s);
}

TEST_CASE("a rest that did not help is followed by one twice as long, up to a minute") {
  domain::trunk_rest rest;
  auto now = noon;
  for (auto length : {5s, 10s, 20s, 40s, 60s, 60s}) {
    rest.begin(5s, now);
    CHECK(rest.until(now) == now + length);
    now += length + 1s;
  }
  rest.begin(300s, now);
  CHECK(rest.until(now) == now + 300s);
}

TEST_CASE("a rest that begins in the instant in which the last one ends did not help either") {
  domain::trunk_rest rest;
  rest.begin(5s, noon);
  rest.begin(5s, noon + 5s);
  CHECK(rest.until(noon + 5s) == noon + 15s);
}

TEST_CASE("calls of before the rest lengthen it only as far as they ask") {
  domain::trunk_rest rest;
  rest.begin(5s, noon);
  for (int i = 0; i < 50; ++i)
    rest.begin(5s, noon + 1s);
  CHECK(rest.until(noon + 2s) == noon + 6s);
  rest.begin(1s, noon + 2s);
  CHECK(rest.until(noon + 2s) == noon + 6s);
}

TEST_CASE("a trunk that has worked for as long as it rested begins anew") {
  domain::trunk_rest rest;
  rest.begin(5s, noon);
  rest.begin(5s, noon + 6s); // until noon + 16 s
  rest.begin(5s, noon + 26s);
  CHECK(rest.until(noon + 26s) == noon + 31s);
}
