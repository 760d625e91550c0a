#include "domain/numbers_seen.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <ostream>
#include <random>

using namespace ringmaster::domain;

TEST_CASE("a number that came before is told with its first line") {
  numbers_seen seen;
  CHECK_FALSE(seen.add(14155550100, 2));
  CHECK_FALSE(seen.add(14155550101, 3));
  CHECK(seen.add(14155550100, 4) == 2);
  CHECK(seen.add(14155550100, 5) == 2);
}

TEST_CASE("many numbers are remembered as an ordinary map remembers them") {
  constexpr std::uint64_t seed = 7;
  MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  numbers_seen seen;
  std::map<std::uint64_t, std::uint64_t> expected;
  for (std::uint64_t line = 2; line < 200'000; ++line) {
    auto number = 14'150'000'000 + chance() % 150'000;
    auto [first, is_new] = expected.emplace(number, line);
    auto answer = seen.add(number, line);
    REQUIRE(answer.has_value() == !is_new);
    if (answer)
      REQUIRE(*answer == first->second);
  }
}
