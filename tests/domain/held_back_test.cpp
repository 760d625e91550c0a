#include "domain/held_back.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using events::weekday;

namespace {

/// A Monday.
constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

/// Open on Mondays from nine to one and from two to five, and the whole of Tuesday.
campaign office(campaign_status status = campaign_status::running) {
  campaign it;
  it.status = status;
  it.settings.schedule = {
    .timezone = "UTC",
    .windows = {
      {weekday::monday, 9 * 60, 13 * 60},
      {weekday::monday, 14 * 60, 17 * 60},
      {weekday::tuesday, 0, 1440}}};
  return it;
}

using spans = std::vector<held_span>;
constexpr auto in_line = wait_reason::none;
constexpr auto closed = wait_reason::waiting_for_window;
constexpr auto paused = wait_reason::campaign_paused;

} // namespace

TEST_CASE("a contact that was dialled at once was held back by nothing") {
  std::vector<campaign_since> history{{noon - 1h, office()}};
  CHECK(held_back(history, noon, noon).empty());
}

TEST_CASE("waiting for a free line, for the window and for the end of a pause are told apart") {
  std::vector<campaign_since> history{
    {noon - 1h, office()}, {noon + 3h, office(campaign_status::paused)}, {noon + 4h, office()}};
  CHECK(
    held_back(history, noon, noon + 4h + 1s)
    == spans{
      {in_line, noon, noon + 1h},
      {closed, noon + 1h, noon + 2h},
      {in_line, noon + 2h, noon + 3h},
      {paused, noon + 3h, noon + 4h},
      {in_line, noon + 4h, noon + 4h + 1s}});
}

TEST_CASE("what came before the contact was ready does not matter") {
  std::vector<campaign_since> history{
    {noon - 3h, office(campaign_status::draft)}, {noon - 2h, office()}};
  CHECK(held_back(history, noon, noon + 1min) == spans{{in_line, noon, noon + 1min}});
}

TEST_CASE("an edit that changes nothing for the contact does not part the time") {
  std::vector<campaign_since> history{{noon, office()}, {noon + 10min, office()}};
  CHECK(held_back(history, noon, noon + 20min) == spans{{in_line, noon, noon + 20min}});
}

TEST_CASE("a campaign that never opens again holds back for ever") {
  auto never = office();
  never.settings.schedule.timezone = "Nowhere/At_All";
  std::vector<campaign_since> history{{noon, never}};
  CHECK(held_back(history, noon, noon + 1h) == spans{{closed, noon, noon + 1h}});
}
