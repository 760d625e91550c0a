#include "telephony/call_plan.hpp"
#include "telephony/line.hpp"

#include <algorithm>
#include <cmath>

using namespace ringmaster::test;

namespace {

call_plan plan(const simulated_settings& settings, attempt_key id) {
  return plan_call(settings, id, {});
}

/// When a step happens, as opposed to when it is told.
duration happens(const call_plan& it, call_step step) {
  switch (step) {
  case call_step::initiated: return duration{};
  case call_step::ringing: return it.ringing.value();
  case call_step::answered: return it.answered.value();
  case call_step::ended: return it.ended;
  }
  return duration::max();
}

std::string told(const call_plan& it) {
  std::string all;
  for (const auto& report : it.reports)
    all += "IRAE"[static_cast<std::size_t>(report.step)];
  return all;
}

constexpr std::uint32_t many = 10'000;

/// How many of many calls fulfil `is`.
template <class Is>
std::uint32_t count(const simulated_settings& settings, Is is) {
  std::uint32_t found = 0;
  for (std::uint32_t row = 1; row <= many; ++row)
    found += is(plan(settings, call(row))) ? 1U : 0U;
  return found;
}

} // namespace

TEST_CASE("the same seed and call meet the same fate") {
  simulated_settings settings;
  settings.duplicate_rate = settings.late_rate = settings.reorder_rate = 0.5;
  for (std::uint32_t row = 1; row <= 100; ++row)
    CHECK(plan(settings, call(row)) == plan(settings, call(row)));
}

TEST_CASE("a fate is the same on every machine") {
  // Written down once. Another fate for the same call, and the ledgers of
  // running carriers would lie.
  auto it = plan({}, call(17, 2));
  CHECK(to_string(it.outcome) == "rejected");
  CHECK(it.provider_ref == "SIMnanr5esmbhz4");
  REQUIRE(it.ringing);
  CHECK(*it.ringing == 595'753us);
  CHECK(it.ended == 10'143'216us);
}

TEST_CASE("another seed, row, attempt or campaign is another fate") {
  simulated_settings settings;
  auto first = plan(settings, call(1));
  CHECK(plan(settings, call(2)).provider_ref != first.provider_ref);
  CHECK(plan(settings, call(1, 2)).provider_ref != first.provider_ref);
  CHECK(plan(settings, {campaign_id{7}, 1, 1}).provider_ref != first.provider_ref);
  settings.seed = 2;
  CHECK(plan(settings, call(1)).provider_ref != first.provider_ref);
}

TEST_CASE("outcomes come as often as the mix says") {
  simulated_settings settings;
  std::map<outcome, int> seen;
  for (std::uint32_t row = 1; row <= many; ++row)
    ++seen[plan(settings, call(row)).outcome];
  // Within three standard deviations; the seed is fixed, so this never wavers.
  for (auto [what, weight] : settings.mix) {
    CAPTURE(to_string(what));
    CHECK(std::abs(seen[what] - weight * 100) < 3 * std::sqrt(many * weight / 100));
  }
}

TEST_CASE("an outcome without weight never comes, and weights need not add up to 100") {
  auto settings = smooth();
  settings.mix = {
    {outcome::completed, 0}, {outcome::busy, 3}, {outcome::rejected, 1}, {outcome::failed, 0}};
  std::map<outcome, int> seen;
  for (std::uint32_t row = 1; row <= many; ++row)
    ++seen[plan(settings, call(row)).outcome];
  CHECK(seen.size() == 2);
  CHECK(std::abs(seen[outcome::busy] - 7'500) < 4 * 44);
}

TEST_CASE("causes of failure come as often as their weights say") {
  std::map<std::string, int> seen;
  for (std::uint32_t row = 1; row <= many; ++row)
    ++seen[plan(always(outcome::failed), call(row)).cause];
  CHECK(std::abs(seen["invalid_number"] - 4'286) < 150);
  CHECK(std::abs(seen["carrier"] - 2'857) < 136);
  CHECK(std::abs(seen["trunk"] - 1'429) < 105);
  CHECK(std::abs(seen["media"] - 1'429) < 105);
}

TEST_CASE("spans are kept and used from end to end") {
  simulated_settings settings;
  settings.mix = {{outcome::completed, 1}};
  auto least = duration::max();
  auto most = duration::min();
  for (std::uint32_t row = 1; row <= many; ++row) {
    auto setup = plan(settings, call(row)).ringing.value();
    least = std::min(least, setup);
    most = std::max(most, setup);
  }
  CHECK(least >= 100ms);
  CHECK(least < 101ms);
  CHECK(most <= 900ms);
  CHECK(most > 899ms);
}

TEST_CASE("each outcome has its story") {
  struct story {
    outcome what;
    std::string_view told;
    std::string_view code;
    duration ended;
  };
  for (const auto& [what, expected, code, ended] : {
         story{outcome::completed, "IRAE", "Q.850 16", 26s},
         story{outcome::voicemail, "IRAE", "Q.850 16", 26s},
         story{outcome::busy, "IE", "SIP 486", 1s},
         story{outcome::no_answer, "IRE", "SIP 487", 31s},
         story{outcome::rejected, "IRE", "SIP 603", 6s},
       }) {
    CAPTURE(to_string(what));
    auto it = plan(always(what), call(1));
    CHECK(told(it) == expected);
    CHECK(it.provider_code == code);
    CHECK(it.cause.empty());
    CHECK(it.ended == ended);
  }
}

TEST_CASE("each cause of failure has the carrier's own code") {
  for (auto [cause, code, ended] :
       {std::tuple{"invalid_number", "SIP 404", duration{1s}},
        std::tuple{"carrier", "SIP 500", duration{0s}},
        std::tuple{"trunk", "SIP 408 local", duration{1s}},
        std::tuple{"media", "SIP 488", duration{1s}},
        std::tuple{"blocked", "SIP 608", duration{1s}}}) {
    CAPTURE(cause);
    auto settings = always(outcome::failed);
    settings.failure_causes = {{cause, 1}};
    auto it = plan(settings, call(1));
    CHECK(told(it) == (ended > 0s ? "IE" : "E"));
    CHECK(it.cause == cause);
    CHECK(it.provider_code == code);
    CHECK(it.ended == ended);
  }
}

TEST_CASE("a script gives each attempt its outcome, and its last to all that follow") {
  auto script =
    std::get<std::vector<scripted_outcome>>(parse_script("busy, failed:media ,completed"));
  simulated_settings settings;
  CHECK(plan_call(settings, call(1, 1), script).outcome == outcome::busy);
  CHECK(plan_call(settings, call(1, 2), script).outcome == outcome::failed);
  CHECK(plan_call(settings, call(1, 2), script).cause == "media");
  CHECK(plan_call(settings, call(1, 3), script).outcome == outcome::completed);
  CHECK(plan_call(settings, call(1, 99), script).outcome == outcome::completed);
}

TEST_CASE("a script leaves the cause to chance when it names none") {
  auto script = std::get<std::vector<scripted_outcome>>(parse_script("failed"));
  auto settings = smooth();
  settings.failure_causes = {{"trunk", 1}};
  CHECK(plan_call(settings, call(1), script).cause == "trunk");
}

TEST_CASE("a script changes the outcome and no times") {
  simulated_settings settings;
  settings.mix = {{outcome::completed, 1}};
  auto script = std::get<std::vector<scripted_outcome>>(parse_script("voicemail"));
  auto by_chance = plan(settings, call(1));
  auto scripted = plan_call(settings, call(1), script);
  CHECK(scripted.outcome == outcome::voicemail);
  CHECK(scripted.ringing == by_chance.ringing);
  CHECK(scripted.ended == by_chance.ended);
}

TEST_CASE("mishaps come as often as their rates say") {
  auto settings = always(outcome::busy); // two reports
  settings.duplicate_rate = 0.1;
  CHECK(
    std::abs(
      static_cast<int>(count(settings, [](const auto& it) { return it.reports.size() > 2; }))
      - 1'900)
    < 120);
  settings.duplicate_rate = 0;
  settings.late_rate = 0.1;
  CHECK(
    std::abs(
      static_cast<int>(count(settings, [](const auto& it) { return told(it) == "EI"; })) - 900)
    < 90);
  settings.late_rate = 0;
  settings.reorder_rate = 0.1;
  CHECK(
    std::abs(
      static_cast<int>(count(settings, [](const auto& it) { return told(it) == "EI"; })) - 1'000)
    < 90);
  settings.reorder_rate = 0;
  settings.lost_end_rate = 0.1;
  CHECK(
    std::abs(static_cast<int>(count(settings, [](const auto& it) { return it.end_lost; })) - 1'000)
    < 90);
  settings.lost_end_rate = 0;
  settings.lost_answer_rate = 0.1;
  CHECK(
    std::abs(
      static_cast<int>(count(settings, [](const auto& it) { return it.answer_lost; })) - 1'000)
    < 90);
  CHECK(count(settings, [](const auto& it) { return told(it) != "IE"; }) == 0);
}

TEST_CASE("nothing is told before it happened, and everything in the order it is due") {
  simulated_settings settings;
  settings.duplicate_rate = settings.late_rate = settings.reorder_rate = 0.5;
  for (std::uint32_t row = 1; row <= many; ++row) {
    auto it = plan(settings, call(row));
    CHECK(std::ranges::is_sorted(it.reports, {}, &planned_report::due));
    for (const auto& report : it.reports)
      CHECK(report.due >= happens(it, report.step));
    for (auto step : {call_step::initiated, call_step::ended}) {
      auto times = std::ranges::count(it.reports, step, &planned_report::step);
      CHECK(times >= (it.ended > 0s ? 1 : 0));
      CHECK(times <= 2);
    }
  }
}

TEST_CASE("of what takes no time there is nothing to tell") {
  auto settings = always(outcome::completed);
  settings.setup_ms = settings.ring_ms = {};
  CHECK(told(plan(settings, call(1))) == "AE");
  settings.talk_ms = {};
  CHECK(told(plan(settings, call(1))) == "AE");
  settings.mix = always(outcome::no_answer).mix;
  settings.no_answer_ms = {};
  CHECK(told(plan(settings, call(1))) == "E");
  settings.lost_end_rate = 1;
  CHECK(told(plan(settings, call(1))) == "I"); // or nobody would ever ask
}

TEST_CASE("one rate leaves alone what another one hits") {
  auto settings = always(outcome::completed);
  settings.late_rate = 0.2;
  auto before = plan(settings, call(3));
  settings.lost_answer_rate = 1;
  settings.duplicate_rate = 1;
  auto after = plan(settings, call(3));
  CHECK(after.provider_ref == before.provider_ref);
  for (const auto& it : before.reports)
    CHECK(std::ranges::count(after.reports, it) >= 1);
}

TEST_CASE("a lost end is in no report, not even repeated") {
  auto settings = always(outcome::completed);
  settings.lost_end_rate = settings.duplicate_rate = 1;
  CHECK(told(plan(settings, call(1))) == "IRIRAA");
}

TEST_CASE("a call that was held back gets through some day") {
  auto settings = smooth();
  settings.not_now_rate = 0.5;
  int held = 0;
  for (std::uint32_t row = 1; row <= 100; ++row) {
    auto moment = manual_timer::monday_morning;
    held += held_back(settings, call(row), moment) ? 1 : 0;
    int tries = 0;
    for (; held_back(settings, call(row), moment) && tries < 100; ++tries)
      moment += 1s;
    CHECK(tries < 100);
  }
  CHECK(std::abs(held - 50) < 20);
}

TEST_CASE("a rate of one always hits, of nought never") {
  auto settings = smooth();
  settings.not_now_rate = 1;
  CHECK(held_back(settings, call(1), manual_timer::monday_morning));
  settings.not_now_rate = 0;
  CHECK_FALSE(held_back(settings, call(1), manual_timer::monday_morning));
}
