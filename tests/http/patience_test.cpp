#include "http/patience.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

using namespace std::chrono_literals;

TEST_CASE("a client that is silent is waited for as long as was set") {
  http::patience it{10s, 500};
  it.waited(9s);
  CHECK(it.left() == 1s);
  it.waited(2s);
  CHECK(it.left() == 0s);
}

TEST_CASE("a client that keeps up the least speed is waited for without end") {
  http::patience it{10s, 500};
  for (int round = 0; round < 1'000; ++round) {
    it.waited(2s);
    it.received(1'000);
  }
  CHECK(it.left() == 10s);
}

TEST_CASE("a client below the least speed is given up, however busy it is") {
  http::patience it{10s, 500};
  int rounds = 0;
  for (; it.left() >= 1s && rounds < 1'000; ++rounds) {
    it.waited(1s);
    it.received(250);
  }
  CHECK(rounds == 19);
}

TEST_CASE("a fast start buys no slow end") {
  http::patience it{10s, 500};
  it.received(~std::uint64_t{0});
  CHECK(it.left() == 10s);
}

} // namespace ringmaster::test
