#include "http/live_pace.hpp"

#include <doctest/doctest.h>

namespace ringmaster::test {

namespace {

using namespace std::chrono_literals;
using http::live_pace;

constexpr live_pace::time noon{12h};

live_pace stream() {
  live_pace it{250ms, 1s, 15s};
  it.spoken(noon);
  it.key_checked(noon);
  return it;
}

} // namespace

TEST_CASE("a stream that is quiet says now and then that it is there") {
  auto it = stream();
  CHECK_FALSE(it.sign_of_life_is_due(noon + 15s - 1ns));
  CHECK(it.sign_of_life_is_due(noon + 15s));
  it.spoken(noon + 15s);
  CHECK_FALSE(it.sign_of_life_is_due(noon + 30s - 1ns));
  CHECK(it.sign_of_life_is_due(noon + 30s));
}

TEST_CASE("a stream that has spoken need not say that it is there") {
  auto it = stream();
  it.spoken(noon + 10s);
  CHECK_FALSE(it.sign_of_life_is_due(noon + 25s - 1ns));
  CHECK(it.sign_of_life_is_due(noon + 25s));
}

TEST_CASE("a feed whose line watches over itself gives no sign of life") {
  live_pace it{250ms, 1s, std::nullopt};
  it.spoken(noon);
  CHECK_FALSE(it.sign_of_life_is_due(noon + 24h));
}

TEST_CASE("progress comes at once after a rest, and then at its pace") {
  auto it = stream();
  CHECK_FALSE(it.progress_is_due(noon));
  it.want_progress();
  CHECK(it.progress_is_due(noon));
  it.progress_begins(noon);
  CHECK_FALSE(it.progress_is_due(noon + 1h));
  it.want_progress();
  CHECK_FALSE(it.progress_is_due(noon + 250ms - 1ns));
  CHECK(it.progress_is_due(noon + 250ms));
}

TEST_CASE("a feed wakes for whatever is due first") {
  live_pace it{250ms, 20s, 15s};
  it.spoken(noon);
  it.key_checked(noon);
  CHECK(it.wakes_at() == noon + 15s);
  it.progress_begins(noon);
  it.want_progress();
  CHECK(it.wakes_at() == noon + 250ms);
  it.progress_begins(noon + 250ms);
  it.spoken(noon + 10s);
  CHECK(it.wakes_at() == noon + 20s);
  CHECK(it.key_check_is_due(noon + 20s));
}

} // namespace ringmaster::test
