// Random logs: views must say what counting the log from scratch says, and
// hold the same bytes however they came about.
#include "domain/match.hpp"
#include "domain/retry.hpp"
#include "given_log.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <set>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using domain::campaign_status;
using domain::contact_phase;
using events::campaign_id;
using events::contact_key;
using events::instant;
using events::outcome;

namespace {

constexpr campaign_id campaigns[] = {{1}, {2}};
const events::schedule always;

bool one_in(int many) {
  return any_between(0, many) == 0;
}

outcome any_outcome() {
  return *rc::gen::elementOf(
    std::vector(std::begin(events::all_outcomes), std::end(events::all_outcomes)));
}

// -- a log that the rules allow ------------------------------------------------

class world {
public:
  given_log log;

  explicit world(int steps) {
    for (auto how : events::all_outcomes)
      retry_.rules[how] = {.retry = how != outcome::completed, .interval_minutes = {1}};
    retry_.max_attempts = any_between(1u, 4u);
    while (steps-- > 0)
      step(campaigns[any_between(0, 2)]);
  }

private:
  void step(campaign_id id) {
    now_ += std::chrono::seconds{any_between(0, 90)};
    auto& campaign = campaigns_[id];
    bool dialing = campaign.status == campaign_status::running;
    if (campaign.status == campaign_status::none || one_in(dialing ? 15 : 2))
      return obey(campaign, events::stream_of(id), any_command(id, campaign));
    contact_key key{id, any_between(1u, campaign.contacts + 1)};
    auto& contact = contacts_[key];
    if (contact.in_flight() || dialing)
      obey(contact, events::stream_of(key), any_command(contact));
    else if (campaign.status != campaign_status::draft)
      obey(contact, events::stream_of(key), domain::contact_command{hear_something(contact)});
  }

  domain::campaign_command any_command(campaign_id id, const domain::campaign& state) {
    if (state.status == campaign_status::none)
      return domain::create_campaign{created(id, any_between(1u, 9u))};
    switch (any_between(0, 19)) {
    case 0: return domain::delete_campaign{};
    case 1: return domain::complete_campaign{};
    case 2: return domain::fail_campaign{"the list is gone"};
    case 3: return domain::trip_breaker{{.calls = 5, .failures = 4, .failed_calls = {{id, 1, 1}}}};
    case 4: return domain::pause_campaign{.hang_up = one_in(2)};
    case 5: {
      auto settings = state.settings;
      settings.name += "!";
      return domain::edit_campaign{std::move(settings)};
    }
    case 6:
    case 7: return domain::resume_campaign{};
    case 8: return domain::cancel_campaign{.hang_up = one_in(2)};
    case 9: return domain::expire_campaign{};
    case 10: return domain::archive_campaign{};
    case 11: return domain::unarchive_campaign{};
    case 12: return domain::redial_campaign{{77}, one_in(2)};
    case 13:
    case 14:
      return domain::add_contacts{
        {.list = {50 + state.added.size()},
         .contacts = any_between(1u, 4u),
         .list_sha256 = "ab",
         .next = one_in(2)},
        state.added.size()};
    default: return domain::start_campaign{};
    }
  }

  domain::contact_command any_command(const domain::contact& state) {
    switch (any_between(0, 30)) {
    case 0: return domain::cancel_contact{};
    case 1:
    case 2: return domain::put_contact_first{now_};
    case 3: return domain::call_contact_at{.at = now_ + 5min, .now = now_, .schedule = &always};
    default: break;
    }
    if (!state.in_flight())
      return one_in(10) ? domain::contact_command{domain::give_up_contact{retry_.max_attempts}}
                        : domain::dial_contact{
                          .now = now_,
                          .max_attempts = retry_.max_attempts,
                          .trunk = {9},
                          .caller_id = "+14155550199",
                          .give_up_at = now_ + 10min};
    if (one_in(10))
      return domain::hold_back_contact{state.attempts, "429", now_, now_ + 30s};
    return hear_something(state);
  }

  domain::hear_report hear_something(const domain::contact& state) {
    return {
      .attempt = one_in(8) ? any_between(0u, state.attempts + 1) : state.attempts,
      .report = any_report(),
      .now = now_,
      .retry = &retry_,
      .schedule = &always,
      .hung_up = one_in(4),
      .last_call = one_in(6)};
  }

  events::call_verdict any_verdict() {
    events::call_verdict it;
    it.by = one_in(2) ? events::judge::agent : events::judge::carrier;
    if (one_in(2))
      it.outcome = any_outcome();
    it.opted_out = one_in(10);
    it.talk_time_ms = one_in(2) ? 3'000 : 0;
    it.at = now_;
    return it;
  }

  events::call_report any_report() {
    switch (any_between(0, 6)) {
    case 5: return any_verdict();
    case 0: return events::call_initiated{"CA1", now_};
    case 1: return events::call_ringing{now_};
    case 2: return events::call_answered{now_};
    default:
      return events::call_ended{
        .outcome = any_outcome(),
        .cause = "cause",
        .provider_code = "486",
        .at = now_,
        .result = {}};
    }
  }

  template <class State, class Command>
  void obey(State& state, const events::stream_id& stream, const Command& command) {
    auto decision = decide(state, command);
    if (std::holds_alternative<domain::refusal>(decision))
      return;
    for (const auto& fact : std::get<0>(decision)) {
      std::visit([&](const auto& it) { log.add(stream, it); }, fact);
      state = evolve(state, fact);
    }
  }

  events::retry_policy retry_;
  instant now_ = noon;
  std::map<campaign_id, domain::campaign> campaigns_;
  std::map<contact_key, domain::contact> contacts_;
};

// -- the same, counted from scratch --------------------------------------------

struct tallied_contact {
  domain::contact state;
  std::vector<std::uint64_t> runs;
  std::set<std::uint32_t> answered;       // attempts
  std::map<std::uint32_t, outcome> ended; // attempts, and how they are taken
};

struct tally {
  domain::campaign state;
  std::map<std::uint32_t, tallied_contact> contacts; // touched ones
  projections::progress counts;
};

void add(tally& to, const events::envelope& at, const events::contact_event& event) {
  auto& contact = to.contacts[at.stream.row];
  contact.state = evolve(contact.state, event);
  if (std::holds_alternative<events::contact_dialed>(event))
    contact.runs.push_back(at.position);
  if (const auto* answered = std::get_if<events::contact_answered>(&event))
    contact.answered.insert(answered->attempt);
  if (const auto* ended = std::get_if<events::contact_attempt_ended>(&event))
    contact.ended[ended->attempt] = ended->outcome;
  if (const auto* judged = std::get_if<events::contact_call_judged>(&event);
      judged != nullptr && judged->outcome && contact.ended.contains(judged->attempt)) {
    contact.ended[judged->attempt] = *judged->outcome;
    if (judged->talk_time_ms > 0)
      contact.answered.insert(judged->attempt);
  }
}

void add_up(tally& it) {
  auto& counts = it.counts;
  counts.total = it.state.contacts;
  bool cancelled = it.state.status == campaign_status::cancelled;
  (cancelled ? counts.cancelled : counts.pending) = it.state.contacts - it.contacts.size();
  for (const auto& [row, contact] : it.contacts) {
    const auto& state = contact.state;
    bool finished = state.phase == contact_phase::finished;
    (cancelled ? counts.cancelled : counts.waiting) += state.phase == contact_phase::waiting;
    counts.in_flight += state.in_flight() || state.phase == contact_phase::ended;
    counts.completed += finished && state.disposition == events::disposition::completed;
    counts.failed += finished && state.disposition == events::disposition::failed;
    counts.cancelled += finished && state.disposition == events::disposition::cancelled;
    counts.processed += !contact.runs.empty();
    counts.attempts += contact.runs.size();
    counts.answered += contact.answered.size();
    for (const auto& [attempt, how] : contact.ended)
      ++counts.outcomes[static_cast<std::size_t>(how)];
  }
}

std::map<campaign_id, tally> count_from_scratch(std::span<const events::envelope> log) {
  std::map<campaign_id, tally> found;
  for (const auto& at : log)
    std::visit(
      [&](const auto& event) {
        using Event = std::remove_cvref_t<decltype(event)>;
        auto& of = found[{at.stream.id}];
        if constexpr (std::is_constructible_v<events::contact_event, const Event&>)
          add(of, at, event);
        else if constexpr (std::is_constructible_v<events::campaign_event, const Event&>)
          of.state = evolve(of.state, event);
      },
      at.event);
  for (auto& [id, it] : found)
    add_up(it);
  return found;
}

// -- what is compared ----------------------------------------------------------

void check_indexes(const projections::library_view& look, campaign_id id, const tally& expected) {
  std::vector<domain::due_contact> due;
  std::vector<std::uint32_t> open;
  std::vector<std::uint64_t> runs;
  for (const auto& [row, contact] : expected.contacts) {
    const auto& state = contact.state;
    if (state.phase == contact_phase::waiting)
      due.push_back({state.due_at, row, state.turn == domain::contact_turn::first});
    if (state.in_flight() || state.phase == contact_phase::ended)
      open.push_back(row);
    runs.insert(runs.end(), contact.runs.begin(), contact.runs.end());
  }
  std::ranges::sort(due);
  std::ranges::sort(runs);
  RC_ASSERT(look.due(id, 1'000) == due);
  RC_ASSERT(look.open_contacts(id) == open);
  std::vector<std::uint64_t> seen;
  for (const auto& it : look.runs(id, {.limit = 1'000, .newest_first = false}).items)
    seen.push_back(it.position);
  RC_ASSERT(seen == runs);
}

void check_contacts(const projections::library_view& look, campaign_id id, const tally& expected) {
  auto found = look.contacts(id, 1, 1'000);
  RC_ASSERT(found.size() == expected.contacts.size());
  for (const auto& it : found) {
    const auto& contact = expected.contacts.at(it.key.row);
    RC_ASSERT(it.state == contact.state);
    RC_ASSERT(it.runs == contact.runs);
    if (it.runs.empty())
      continue;
    auto last = look.run({id, it.key.row, it.state.attempts}).value();
    RC_ASSERT(last.position == it.runs.back());
    RC_ASSERT(last.dialed_at == it.state.dialed_at);
    RC_ASSERT(last.ended_at.value_or(instant{}) == it.state.ended_at);
    RC_ASSERT(last.answered_at.value_or(instant{}) == it.state.answered_at);
    bool retry = it.state.turn == domain::contact_turn::usual;
    if (it.state.phase == contact_phase::waiting && retry)
      RC_ASSERT(last.retry_at == it.state.due_at);
  }
}

void check_untouched(const projections::campaign_view& view, const tally& expected) {
  domain::row_set rows;
  for (const auto& [row, contact] : expected.contacts)
    rows.insert(row);
  RC_ASSERT(view.touched == rows);
}

void check_minutes(const projections::library_view& look, campaign_id id, const tally& expected) {
  projections::minute_view sum;
  std::uint64_t most = 0;
  for (const auto& it : look.minutes(id, 0, std::numeric_limits<std::uint64_t>::max())) {
    RC_ASSERT(sum.minute < it.minute);
    RC_ASSERT(it.in_flight <= it.most_in_flight);
    sum.minute = it.minute;
    sum.attempts += it.attempts;
    sum.answered += it.answered;
    sum.in_flight = it.in_flight;
    most = std::max(most, it.most_in_flight);
    for (std::size_t i = 0; i < sum.outcomes.size(); ++i)
      sum.outcomes[i] += it.outcomes[i];
  }
  RC_ASSERT(sum.attempts == expected.counts.attempts);
  RC_ASSERT(sum.answered == expected.counts.answered);
  RC_ASSERT(sum.outcomes == expected.counts.outcomes);
  RC_ASSERT(sum.in_flight == expected.counts.in_flight);
  RC_ASSERT(most >= expected.counts.in_flight);
}

void check_views(const projections::library_view& look, const given_log& log, std::uint64_t until) {
  for (const auto& [id, expected] : count_from_scratch(log.all().first(until))) {
    auto view = look.campaign(id);
    RC_ASSERT(view.has_value() == (expected.state.status != campaign_status::none));
    if (!view)
      continue;
    RC_ASSERT(view->state == expected.state);
    RC_ASSERT(view->progress == expected.counts);
    check_untouched(*view, expected);
    check_contacts(look, id, expected);
    check_indexes(look, id, expected);
    check_minutes(look, id, expected);
  }
}

/// Batches of any size, and now and then a new process.
void fold_somehow(folded_views& views, const given_log& log) {
  std::uint64_t position = 0;
  while (position < log.position()) {
    position = std::min(log.position(), position + any_between<std::uint64_t>(1, 12));
    views.fold(log, position);
    if (one_in(3))
      views.restart();
  }
}

void check_same_bytes(const given_log& log) {
  folded_views at_once;
  folded_views one_by_one;
  folded_views somehow;
  at_once.fold(log);
  one_by_one.fold_one_by_one(log);
  fold_somehow(somehow, log);
  RC_ASSERT(one_by_one.rows().rows() == at_once.rows().rows());
  RC_ASSERT(somehow.rows().rows() == at_once.rows().rows());
  somehow.rows().clear();
  somehow.restart();
  somehow.fold(log);
  RC_ASSERT(somehow.rows().rows() == at_once.rows().rows());
}

// -- a log that nobody would write ---------------------------------------------

events::contact_event any_contact_event(instant at) {
  auto attempt = any_between(0u, 4u);
  switch (any_between(0, 12)) {
  case 0: return dialed(attempt, at);
  case 1: return events::contact_initiated{attempt, "CA1", at};
  case 2: return events::contact_ringing{attempt, at};
  case 3: return events::contact_answered{attempt, at};
  case 4: return ended(attempt, any_outcome(), at);
  case 5: return events::contact_retry_scheduled{attempt, at};
  case 6: return events::contact_put_first{at};
  case 7: return events::contact_call_at_set{at};
  case 8: return events::contact_withdrawn{};
  case 9: {
    events::contact_call_judged it;
    it.attempt = attempt;
    it.outcome = any_outcome();
    it.opted_out = one_in(10);
    it.talk_time_ms = one_in(2) ? 3'000 : 0;
    it.at = at;
    return it;
  }
  case 10: return events::contact_put_off{"not_today", at};
  default: return events::contact_finished{static_cast<events::disposition>(any_between(1, 4))};
  }
}

events::campaign_event any_campaign_event(campaign_id id) {
  switch (any_between(0, 11)) {
  case 0: return created(id, any_between(0u, 5u));
  case 1: return events::campaign_edited{};
  case 2: return events::campaign_started{};
  case 3: return events::campaign_paused{};
  case 4: return events::campaign_resumed{};
  case 5: return events::campaign_completed{};
  case 6: return events::campaign_failed{"why"};
  case 7: return events::campaign_cancelled{};
  case 8: return events::campaign_hang_up_ordered{};
  case 9: return events::campaign_contacts_added{.list = {9}, .contacts = 2, .list_sha256 = {}};
  default: return events::campaign_deleted{};
  }
}

instant any_time() {
  return *rc::gen::element(instant{}, noon, noon + 1h, instant{-5s}, instant::max());
}

bool closes(const projections::progress& it) {
  std::uint64_t sum = 0;
  for (auto each : {it.pending, it.waiting, it.in_flight, it.completed, it.failed, it.cancelled}) {
    if (each > it.total) // a counter went below nothing
      return false;
    sum += each;
  }
  return sum == it.total;
}

void read_everything(const folded_views& views) {
  auto look = views.look();
  for (auto id : campaigns) {
    if (auto view = look.campaign(id))
      RC_ASSERT(closes(view->progress));
    for (const auto& it : look.contacts(id, 0, 1'000))
      (void)look.run({id, it.key.row, it.state.attempts});
    (void)look.runs(id, {.limit = 1'000});
    (void)look.due(id, 1'000);
    (void)look.open_contacts(id);
  }
  (void)look.campaigns({}, 10);
  (void)look.running_campaigns();
}

} // namespace

TEST_CASE("views say at every event what counting the log from scratch says") {
  CHECK(rc::check("views against a count", [] {
    world it{any_between(1, 120)};
    folded_views views;
    for (std::uint64_t position = 1; position <= it.log.position(); ++position) {
      views.fold(it.log, position);
      check_views(views.look(), it.log, position);
    }
    for (const auto& [stream, version] : it.log.versions())
      RC_ASSERT(views.look().version_of(stream) == version);
  }));
}

TEST_CASE("views hold the same bytes however the log came in, or if folded again") {
  CHECK(rc::check("batches, restarts and a rebuild", [] {
    world it{any_between(1, 250)};
    check_same_bytes(it.log);
  }));
}

TEST_CASE("contacts may do anything in any order, and the counters still close") {
  CHECK(rc::check("any contact events", [] {
    given_log log;
    for (auto id : campaigns)
      log.add(id, created(id, any_between(1u, 6u)));
    for (int count = any_between(0, 80); count > 0; --count) {
      contact_key key{campaigns[any_between(0, 2)], any_between(0u, 8u)};
      log.add(key, any_contact_event(any_time()));
      if (one_in(10))
        log.add(key.campaign, events::campaign_completed{});
    }
    check_same_bytes(log);
    folded_views views;
    for (std::uint64_t position = 1; position <= log.position(); ++position) {
      views.fold(log, position);
      read_everything(views);
    }
  }));
}

TEST_CASE("no order of events stops the views") {
  CHECK(rc::check("any events", [] {
    given_log log;
    folded_views views;
    for (int count = any_between(0, 80); count > 0; --count) {
      auto id = campaigns[any_between(0, 2)];
      if (one_in(3))
        log.add(id, any_campaign_event(id));
      else
        log.add(contact_key{id, any_between(0u, 8u)}, any_contact_event(any_time()));
      if (one_in(4))
        views.fold(log);
      if (one_in(8))
        views.restart();
    }
    views.fold(log);
    read_everything(views);
  }));
}
