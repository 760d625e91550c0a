#include "given_log.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using domain::due_contact;
using events::outcome;

namespace {

constexpr events::campaign_id campaign{1};

events::contact_key contact(std::uint32_t row) {
  return {campaign, row};
}

void wait_until(given_log& log, std::uint32_t row, events::instant due_at) {
  log.add(contact(row), dialed(1));
  log.add(contact(row), ended(1, outcome::busy));
  log.add(contact(row), events::contact_retry_scheduled{2, due_at});
}

} // namespace

TEST_CASE("a contact is what the rules make of its events, and knows its runs") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  domain::contact state;
  const events::contact_event history[] = {
    dialed(1, noon + 1s),
    events::contact_initiated{1, "CA1", noon + 2s},
    events::contact_attempt_ended{
      .attempt = 1,
      .outcome = outcome::cancelled,
      .cause = std::string{domain::held_back_cause},
      .provider_code = "429",
      .at = noon + 3s},
    events::contact_retry_scheduled{2, noon + 60s},
    dialed(2, noon + 61s),
    events::contact_ringing{2, noon + 62s},
    events::contact_answered{2, noon + 63s},
    ended(2, outcome::voicemail, noon + 64s),
    events::contact_finished{events::disposition::failed}};
  for (const auto& it : history) {
    log.add(contact(4), it);
    state = evolve(state, it);
    views.restart();
    views.fold(log);
    CAPTURE(log.position());
    CHECK(views.look().contact(contact(4)).value().state == state);
  }
  auto view = views.look().contact(contact(4)).value();
  CHECK(view.key == contact(4));
  CHECK(view.version == 9);
  CHECK(view.runs == std::vector<std::uint64_t>{2, 6});
}

TEST_CASE("a contact that was never touched is unknown") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  log.add(contact(2), dialed(1));
  views.fold(log);
  CHECK(!views.look().contact(contact(1)));
  CHECK(!views.look().contact({{2}, 2}));
}

TEST_CASE("touched contacts of a span of rows are listed in order, up to its end") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 1'000));
  log.add(events::campaign_id{2}, created({2}, 1'000));
  for (std::uint32_t row : {300u, 2u, 255u, 256u, 7u})
    log.add(contact(row), dialed(1));
  log.add(events::contact_key{{2}, 8}, dialed(1));
  views.fold(log);
  auto rows = [&](std::uint32_t first, std::uint32_t end) {
    std::vector<std::uint32_t> found;
    for (const auto& it : views.look().contacts(campaign, first, end))
      found.push_back(it.key.row);
    return found;
  };
  using list = std::vector<std::uint32_t>;
  CHECK(rows(1, 1'001) == list{2, 7, 255, 256, 300});
  CHECK(rows(7, 256) == list{7, 255});
  CHECK(rows(8, 257) == list{255, 256});
  CHECK(rows(301, 1'001).empty());
}

TEST_CASE("waiting contacts are due in the order of their time, then of their rows") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  log.add(events::campaign_id{2}, created({2}, 10));
  wait_until(log, 1, noon + 3h);
  wait_until(log, 2, noon + 1h);
  wait_until(log, 3, noon + 2h);
  wait_until(log, 4, noon + 1h);
  views.fold(log);
  auto look = views.look();
  const std::vector<due_contact> all{
    {noon + 1h, 2}, {noon + 1h, 4}, {noon + 2h, 3}, {noon + 3h, 1}};
  CHECK(look.due(campaign, 10) == all);
  CHECK(look.due(campaign, 4) == all);
  CHECK(look.due(campaign, 3) == std::vector(all.begin(), all.begin() + 3));
  CHECK(look.due(campaign, 0).empty());
  CHECK(look.due({2}, 10).empty());
}

TEST_CASE("a contact is due until it is called again, given up or told another time") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  for (std::uint32_t row : {1u, 2u, 3u})
    wait_until(log, row, noon + 1h);
  bool at_once = false;
  SUBCASE("in one batch") {
    at_once = true;
  }
  SUBCASE("later") {
    views.fold(log);
  }
  CAPTURE(at_once);
  log.add(contact(1), dialed(2));
  log.add(contact(2), events::contact_finished{events::disposition::failed});
  log.add(contact(3), events::contact_retry_scheduled{2, noon + 2h});
  views.fold(log);
  CHECK(views.look().due(campaign, 10) == std::vector<due_contact>{{noon + 2h, 3}});
}

TEST_CASE("contacts with a call up are known, by row") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  using rows = std::vector<std::uint32_t>;
  CHECK(views.look().open_contacts(campaign).empty());
  for (std::uint32_t row : {5u, 3u, 9u})
    log.add(contact(row), dialed(1));
  views.fold(log);
  CHECK(views.look().open_contacts(campaign) == rows{3, 5, 9});

  views.restart();
  log.add(contact(5), ended(1, outcome::completed));
  log.add(contact(5), events::contact_finished{events::disposition::completed});
  log.add(contact(1), dialed(1));
  log.add(contact(2), dialed(1));
  log.add(contact(2), ended(1, outcome::busy));
  log.add(contact(2), events::contact_retry_scheduled{2, noon});
  views.fold(log);
  CHECK(views.look().open_contacts(campaign) == rows{1, 3, 9});
  CHECK(views.look().open_contacts({2}).empty());
}

TEST_CASE("a call is up until it is said what follows its end") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 10));
  log.add(contact(1), dialed(1));
  log.add(contact(1), ended(1, outcome::completed));
  views.fold(log);
  CHECK(views.look().open_contacts(campaign) == std::vector<std::uint32_t>{1});
  log.add(contact(1), events::contact_finished{events::disposition::completed});
  views.fold(log);
  CHECK(views.look().open_contacts(campaign).empty());
}
