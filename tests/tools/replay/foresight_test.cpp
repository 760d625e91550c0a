// What was foreseen against what the engine then did, in virtual time.
#include "domain/retry.hpp"
#include "support/given_campaign.hpp"
#include "tools/replay/campaign_record.hpp"
#include "tools/replay/common.hpp"

#include <array>
#include <chrono>
#include <random>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;

namespace {

/// A campaign on a carrier that behaves like telephony.
plan random_plan(std::mt19937_64& random) {
  auto one_of = [&](auto... choices) {
    std::array all{choices...};
    return all[random() % all.size()];
  };
  plan with{.contacts = 200, .concurrency = one_of(5U, 10U, 20U), .carrier = "{}"};
  with.channels = one_of(8U, 100U);
  with.calls_per_second = one_of(0U, 1U);
  auto interval = one_of(2U, 10U, 30U);
  with.settings.retry = {
    .max_attempts = one_of(1U, 2U, 3U),
    .retry_interval_minutes = interval,
    .rules = domain::default_retry_rules(interval)};
  with.settings.breaker.enabled = false;
  return with;
}

/// Seconds from the start to the end, as recorded and as foreseen from that record.
struct told {
  double recorded;
  double foreseen;
};

told run_and_foresee(const plan& with) {
  premises at;
  {
    stage on{at};
    begin(on, with);
    run_to_the_end(on);
  }
  replay::common data{.data = at.home.path()};
  auto record = replay::read_record(*replay::open_log(data), campaign, 1h);
  REQUIRE(record.campaign);
  REQUIRE(record.recorded.finishes_at);
  CHECK_FALSE(record.damage);
  CHECK(record.recorded.completed + record.recorded.failed == with.contacts);
  auto asked = http::question_of(*record.campaign, record.trunk, record.as_of);
  auto foreseen = domain::foresee(asked, record.calls.odds);
  REQUIRE(foreseen.finishes_at);
  CHECK(foreseen.most_at_once <= record.recorded.most_at_once);
  CHECK(
    static_cast<double>(foreseen.attempts)
    == doctest::Approx(static_cast<double>(record.recorded.attempts)).epsilon(0.15));
  auto seconds = [&](events::instant until) {
    return std::chrono::duration<double>(until - asked.starts_at).count();
  };
  return {seconds(*record.recorded.finishes_at), seconds(*foreseen.finishes_at)};
}

} // namespace

TEST_CASE("under its own policy a campaign is foreseen to end about when it did") {
  // Always the same ones: how near is near enough is a matter of luck too.
  std::mt19937_64 random{1};
  for (int round = 0; round < 4; ++round) {
    auto with = random_plan(random);
    CAPTURE(with.concurrency);
    CAPTURE(with.channels);
    CAPTURE(with.calls_per_second);
    CAPTURE(with.settings.retry.max_attempts);
    CAPTURE(with.settings.retry.retry_interval_minutes);
    auto took = run_and_foresee(with);
    MESSAGE(took.recorded << " s recorded, " << took.foreseen << " s foreseen");
    CHECK(took.foreseen == doctest::Approx(took.recorded).epsilon(0.2));
  }
}

TEST_CASE("calls that all go alike are foreseen to the second") {
  plan with{.contacts = 40, .concurrency = 4};
  with.carrier = R"({"setup_ms": [0, 0], "ring_ms": [5000, 5000], "talk_ms": [10000, 10000],
    "duplicate_rate": 0, "reorder_rate": 0, "late_rate": 0, "mix": {"completed": 1}})";
  auto took = run_and_foresee(with);
  CHECK(took.foreseen == doctest::Approx(took.recorded).epsilon(0.01));
}
