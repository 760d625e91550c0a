#include "http/request_rate.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

using namespace std::chrono_literals;

namespace {

constexpr http::request_rate::clock::time_point start{1h};

/// How many of a hundred tries at one moment are within the rate.
int taken(http::request_rate& from, std::uint64_t key, http::request_rate::clock::time_point now) {
  int count = 0;
  for (int tries = 0; tries < 100; ++tries)
    count += from.take(key, now) ? 1 : 0;
  return count;
}

} // namespace

TEST_CASE("a quiet key may ask for two seconds' worth at once, then for what comes back") {
  http::request_rate it{10};
  CHECK(taken(it, 1, start) == 20);
  CHECK(taken(it, 1, start + 500ms) == 5);
  CHECK(taken(it, 1, start + 1h) == 20);
}

TEST_CASE("each key has a rate of its own") {
  http::request_rate it{10};
  CHECK(taken(it, 1, start) == 20);
  CHECK(taken(it, 2, start) == 20);
}

} // namespace ringmaster::test
