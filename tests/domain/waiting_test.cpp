#include "domain/waiting.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using events::weekday;

namespace {

/// A Monday.
constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
constexpr instant one = noon + 1h;           // when the office goes to lunch
constexpr instant two = noon + 2h;           // and comes back
constexpr instant next_morning = noon + 21h; // Tuesday, nine o'clock

campaign office(campaign_status status = campaign_status::running) {
  campaign it;
  it.status = status;
  it.settings.schedule = {
    .timezone = "UTC",
    .windows = {
      {weekday::monday, 9 * 60, 13 * 60},
      {weekday::monday, 14 * 60, 17 * 60},
      {weekday::tuesday, 9 * 60, 17 * 60}}};
  return it;
}

contact in(contact_phase phase, instant due_at = {}) {
  return {.phase = phase, .attempts = 1, .due_at = due_at, .trunk = {7}};
}

constexpr wait no_wait;

wait for_window(instant until) {
  return {wait_reason::waiting_for_window, until};
}
wait for_retry(instant until) {
  return {wait_reason::waiting_for_retry, until};
}
wait because(wait_reason reason) {
  return {reason, std::nullopt};
}

} // namespace

TEST_CASE("a running campaign dials in its windows and else names the next opening") {
  CHECK(judge(office(), noon) == no_wait);
  CHECK(judge(office(), one - 1us) == no_wait);
  CHECK(judge(office(), one) == for_window(two));
  CHECK(judge(office(), two - 1us) == for_window(two));
  CHECK(judge(office(), two) == no_wait);
  CHECK(judge(office(), noon + 5h) == for_window(next_morning));
}

TEST_CASE("a campaign that is not running says so at any hour") {
  for (auto now : {noon, one}) {
    CHECK(judge(office(campaign_status::draft), now) == because(wait_reason::campaign_draft));
    CHECK(judge(office(campaign_status::paused), now) == because(wait_reason::campaign_paused));
    CHECK(judge(office(campaign_status::completed), now) == because(wait_reason::campaign_over));
    CHECK(judge(office(campaign_status::failed), now) == because(wait_reason::campaign_over));
    CHECK(judge(office(campaign_status::none), now) == because(wait_reason::campaign_over));
  }
}

TEST_CASE("a window that never opens names no time") {
  auto it = office();
  it.settings.schedule.timezone = "Mars/Olympus_Mons";
  CHECK(judge(it, noon) == because(wait_reason::waiting_for_window));
  CHECK(
    judge(it, in(contact_phase::waiting, two), noon) == because(wait_reason::waiting_for_retry));
}

TEST_CASE("a contact's own end, and its call, come before anything else") {
  for (auto status :
       {campaign_status::draft,
        campaign_status::running,
        campaign_status::paused,
        campaign_status::completed})
    for (auto now : {noon, one}) {
      auto it = office(status);
      CHECK(judge(it, in(contact_phase::finished), now) == because(wait_reason::contact_finished));
      for (auto phase : {contact_phase::dialed, contact_phase::ringing, contact_phase::answered})
        CHECK(judge(it, in(phase), now) == because(wait_reason::in_flight));
    }
}

TEST_CASE("nobody waits for a retry or a window in a campaign that stands still") {
  for (auto phase : {contact_phase::untouched, contact_phase::waiting})
    for (auto now : {noon, one}) {
      auto contact = in(phase, two);
      CHECK(
        judge(office(campaign_status::draft), contact, now)
        == because(wait_reason::campaign_draft));
      CHECK(
        judge(office(campaign_status::paused), contact, now)
        == because(wait_reason::campaign_paused));
      CHECK(
        judge(office(campaign_status::failed), contact, now)
        == because(wait_reason::campaign_over));
    }
}

TEST_CASE("a retry waits until it is due, or for the window behind that") {
  auto due_at = [](instant at) { return in(contact_phase::waiting, at); };
  CHECK(judge(office(), due_at(two + 1h), noon) == for_retry(two + 1h));
  CHECK(judge(office(), due_at(two), two - 1us) == for_retry(two));
  CHECK(judge(office(), due_at(two), two) == no_wait);
  CHECK(judge(office(), due_at(one), noon) == for_retry(two));
  CHECK(judge(office(), due_at(noon + 5h), noon) == for_retry(next_morning));
}

TEST_CASE("a retry that is due waits for nothing but the window") {
  auto due = in(contact_phase::waiting, noon);
  CHECK(judge(office(), due, noon) == no_wait);
  CHECK(judge(office(), due, one) == for_window(two));
}

TEST_CASE("an untouched contact waits for the window or for a line") {
  CHECK(judge(office(), {}, noon) == no_wait);
  CHECK(judge(office(), {}, one) == for_window(two));
}

TEST_CASE("whoever the hook did not let us call waits until it is asked again") {
  auto put_off = in(contact_phase::waiting, two);
  put_off.turn = contact_turn::put_off;
  CHECK(judge(office(), put_off, noon) == wait{wait_reason::waiting_for_hook, two});
  CHECK(judge(office(), put_off, two) == no_wait);
}
