#include "given_log.hpp"

#include <doctest/doctest.h>

#include <tuple>

using namespace ringmaster;
using namespace ringmaster::test;
using events::disposition;
using events::outcome;

namespace {

constexpr events::campaign_id campaign{1};

struct counters {
  std::uint64_t pending, waiting, in_flight, completed, failed, cancelled;
  friend bool operator==(const counters&, const counters&) = default;
};

counters counters_of(const projections::progress& it) {
  return {it.pending, it.waiting, it.in_flight, it.completed, it.failed, it.cancelled};
}

struct step {
  std::uint32_t row;
  events::contact_event happened;
  counters then;
};

/// Three contacts: one completes at once, one is called twice in vain, one is
/// cancelled.
const std::vector<step> story{
  {1, dialed(1), {2, 0, 1, 0, 0, 0}},
  {2, dialed(1), {1, 0, 2, 0, 0, 0}},
  {1, events::contact_initiated{1, "CA1", noon}, {1, 0, 2, 0, 0, 0}},
  {1, events::contact_ringing{1, noon}, {1, 0, 2, 0, 0, 0}},
  {2, ended(1, outcome::busy), {1, 0, 2, 0, 0, 0}},
  {2, events::contact_retry_scheduled{2, noon}, {1, 1, 1, 0, 0, 0}},
  {1, events::contact_answered{1, noon}, {1, 1, 1, 0, 0, 0}},
  {1, ended(1, outcome::completed), {1, 1, 1, 0, 0, 0}},
  {1, events::contact_finished{disposition::completed}, {1, 1, 0, 1, 0, 0}},
  {3, dialed(1), {0, 1, 1, 1, 0, 0}},
  {3, ended(1, outcome::cancelled), {0, 1, 1, 1, 0, 0}},
  {3, events::contact_finished{disposition::cancelled}, {0, 1, 0, 1, 0, 1}},
  {2, dialed(2), {0, 0, 1, 1, 0, 1}},
  {2, ended(2, outcome::no_answer), {0, 0, 1, 1, 0, 1}},
  {2, events::contact_finished{disposition::failed}, {0, 0, 0, 1, 1, 1}},
};

projections::progress progress_in(const folded_views& views) {
  return views.look().campaign(campaign).value().progress;
}

} // namespace

TEST_CASE("all contacts of a new campaign are pending") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 1'000'000));
  views.fold(log);
  CHECK(counters_of(progress_in(views)) == counters{1'000'000, 0, 0, 0, 0, 0});
  CHECK(progress_in(views).total == 1'000'000);
}

TEST_CASE("the counters follow every contact through every event, and close") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 3));
  for (const auto& it : story) {
    log.add(events::contact_key{campaign, it.row}, it.happened);
    views.fold(log);
    CAPTURE(log.position());
    CHECK(counters_of(progress_in(views)) == it.then);
    CHECK(progress_in(views).total == 3);
  }
}

TEST_CASE("attempts, contacts tried, answers and outcomes are counted") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 3));
  for (const auto& it : story)
    log.add(events::contact_key{campaign, it.row}, it.happened);
  views.fold(log);
  auto counts = progress_in(views);
  CHECK(counts.attempts == 4);
  CHECK(counts.processed == 3);
  CHECK(counts.answered == 1);
  std::array<std::uint64_t, 10> outcomes{};
  for (auto how : {outcome::completed, outcome::busy, outcome::no_answer, outcome::cancelled})
    outcomes[static_cast<std::size_t>(how)] = 1;
  CHECK(counts.outcomes == outcomes);
}

TEST_CASE("an open attempt counts as an attempt, without an outcome") {
  given_log log;
  folded_views views;
  log.add(campaign, created(campaign, 3));
  log.add(events::contact_key{campaign, 1}, dialed(1));
  views.fold(log);
  CHECK(progress_in(views).attempts == 1);
  CHECK(progress_in(views).processed == 1);
  CHECK(progress_in(views).outcomes == std::array<std::uint64_t, 10>{});
}

TEST_CASE("an attempt that is answered twice is answered once, and the next one once more") {
  given_log log;
  folded_views views;
  const events::contact_key contact{campaign, 1};
  log.add(campaign, created(campaign, 1));
  for (std::uint32_t attempt : {1u, 2u}) {
    log.add(contact, dialed(attempt));
    log.add(contact, events::contact_answered{attempt, noon});
    log.add(contact, events::contact_answered{attempt, noon});
    log.add(contact, ended(attempt, outcome::voicemail));
    log.add(contact, events::contact_retry_scheduled{attempt + 1, noon});
    views.fold(log);
    CHECK(progress_in(views).answered == attempt);
  }
}

TEST_CASE("each campaign counts for itself") {
  given_log log;
  folded_views views;
  const events::campaign_id other{2};
  log.add(campaign, created(campaign, 3));
  log.add(other, created(other, 5));
  log.add(events::contact_key{other, 1}, dialed(1));
  views.fold(log);
  CHECK(counters_of(progress_in(views)) == counters{3, 0, 0, 0, 0, 0});
  CHECK(counters_of(views.look().campaign(other).value().progress) == counters{4, 0, 1, 0, 0, 0});
}
