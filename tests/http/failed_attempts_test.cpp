#include "http/failed_attempts.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

using namespace std::chrono_literals;

namespace {

constexpr http::failed_attempts::clock::time_point start{1h};

} // namespace

TEST_CASE("the first failed attempts of an address are answered at once, the next ever later") {
  http::failed_attempts all;
  for (int count = 1; count <= 3; ++count)
    CHECK(all.add("1.2.3.4", start).delay == 0ms);
  CHECK(all.add("1.2.3.4", start).delay == 100ms);
  CHECK(all.add("1.2.3.4", start).delay == 200ms);
  for (int count = 6; count <= 100; ++count)
    CHECK(all.add("1.2.3.4", start).delay <= 2'000ms);
  CHECK(all.add("1.2.3.4", start).delay == 2'000ms);
  CHECK(all.add("5.6.7.8", start).delay == 0ms);
}

TEST_CASE("an address that was quiet for ten minutes begins anew") {
  http::failed_attempts all;
  for (int count = 1; count <= 9; ++count)
    std::ignore = all.add("1.2.3.4", start);
  CHECK(all.add("1.2.3.4", start + 10min).count == 10);
  CHECK(all.add("1.2.3.4", start + 20min + 1ns).count == 1);
}

TEST_CASE("the log is told of few of many attempts") {
  http::failed_attempts all;
  int lines = 0;
  for (int count = 1; count <= 1'000; ++count)
    lines += all.add("1.2.3.4", start).worth_a_line ? 1 : 0;
  CHECK(lines == 11); // 1, 2, 3, 4, 8, … 512
}

TEST_CASE("no number of addresses costs memory without end") {
  http::failed_attempts all;
  for (int address = 0; address < 50'000; ++address)
    CHECK(all.add(std::to_string(address), start).count == 1);
}

} // namespace ringmaster::test
