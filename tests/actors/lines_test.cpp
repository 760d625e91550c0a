// The lines of a trunk, as campaigns and the carrier see them.
#include "support/given_campaign.hpp"

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

/// No window of so many seconds holds more calls.
void within_pace(const std::vector<events::instant>& calls, events::pace allowed) {
  auto window = std::chrono::seconds{allowed.seconds};
  for (std::size_t i = allowed.calls; i < calls.size(); ++i)
    CHECK(calls[i] - calls[i - allowed.calls] >= window);
}

void add_times(std::vector<events::instant>& to, const stage& on) {
  for (const auto& [at, call] : on.carrier().placed)
    to.push_back(at);
}

} // namespace

TEST_CASE("calls that are short take turns between campaigns at the trunk's rate") {
  premises at;
  stage on{at};
  plan with{
    .contacts = 60,
    .calls_per_second = 1,
    .carrier =
      R"({"setup_ms": [20, 20], "ring_ms": [20, 20], "talk_ms": [20, 20], "mix": {"completed": 1}})"};
  stock(on, with);
  constexpr events::campaign_id other{11};
  create(on, with);
  create(on, with, other);
  (void)on.command(campaign, domain::start_campaign{});
  (void)on.command(other, domain::start_campaign{});
  on.advance(40'500ms, 100ms); // the first second is waited out
  CHECK(view(on).progress.attempts == 20);
  CHECK(view(on, other).progress.attempts == 20);
}

TEST_CASE("a trunk's rate holds over a restart too") {
  premises at;
  plan with{.contacts = 40, .concurrency = 40, .calls_per_second = 3};
  std::vector<events::instant> calls;
  {
    stage on{at};
    begin(on, with);
    on.advance(4s, 100ms);
    add_times(calls, on);
    REQUIRE(calls.size() >= 6);
    REQUIRE(on.now() - calls.back() < 1s);
  }
  {
    stage on{at};
    on.wake_running();
    on.advance(20s, 100ms);
    add_times(calls, on);
  }
  CHECK(calls.size() == 40);
  within_pace(calls, {3, 1});
}
