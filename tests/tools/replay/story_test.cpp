#include "store/vault.hpp"
#include "tools/replay/explain_command.hpp"
#include "tools/replay/given_data.hpp"
#include "tools/replay/story.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using events::outcome;
using events::weekday;

namespace {

constexpr events::campaign_id campaign{7};

events::campaign_settings office_hours() {
  return {
    .name = "Spring",
    .concurrency = 5,
    .schedule =
      {.timezone = "UTC", .windows = {{weekday::monday, 540, 1020}, {weekday::tuesday, 540, 1020}}},
    .retry =
      {.max_attempts = 2,
       .retry_interval_minutes = 60,
       .rules = {{outcome::busy, {.retry = true, .backoff = {}, .interval_minutes = {60}}}}},
    .breaker = {},
    .not_before = {},
    .expires_at = {}};
}

/// Events at times of their own; the last one's is the time of the story.
struct told {
  void at(events::instant when, const events::campaign_event& event, std::string actor = "alice") {
    put(when, event, history.campaign, std::move(actor));
  }
  void at(events::instant when, const events::contact_event& event) {
    put(when, event, history.contact, "system");
  }

  template <class Events>
  void put(
    events::instant when,
    const Events& event,
    std::vector<events::envelope>& to,
    std::string actor) {
    to.push_back(events::envelope{
      .position = ++position,
      .stream = stream_of(campaign),
      .version = to.size() + 1,
      .recorded_at = when,
      .actor = std::move(actor),
      .event = std::visit([](const auto& it) { return events::event{it}; }, event)});
    history.as_of = when;
  }

  [[nodiscard]] std::string story(std::uint32_t row = 1) const {
    std::string text;
    for (const auto& step : replay::tell(history, row))
      for (const auto& sentence : step.sentences)
        text += sentence + '\n';
    return text;
  }

  replay::contact_history history;
  std::uint64_t position = 0;
};

bool says(const std::string& text, std::string_view what) {
  INFO(text);
  return text.find(what) != std::string::npos;
}

told started_at_noon() {
  told it;
  it.at(noon - 1h, created(campaign, 10, office_hours()));
  it.at(noon, events::campaign_started{});
  return it;
}

/// Attempt 1 at noon, busy a minute later.
told busy_at_noon() {
  auto it = started_at_noon();
  it.at(noon, dialed(1));
  auto end = ended(1, outcome::busy, noon + 1min);
  end.cause = "user_busy";
  end.provider_code = "SIP 486";
  it.at(noon + 1min, end);
  return it;
}

} // namespace

TEST_CASE("the story begins with who set the campaign up, and how") {
  auto text = started_at_noon().story();
  CHECK(says(text, "alice created the campaign \"Spring\" with 10 contacts."));
  CHECK(
    says(text, "It calls Mon Tue 09:00-17:00 UTC, at most 5 at once, each contact up to 2 times."));
  CHECK(says(text, "alice started the campaign."));
  CHECK(says(text, "It was never dialled."));
}

TEST_CASE("a dial is told with what was allowed then and what it had waited for") {
  auto it = started_at_noon();
  auto dial = dialed(1, noon + 10min);
  it.at(noon + 10min, dial);
  auto text = it.story();
  CHECK(
    says(text, "Attempt 1 was dialled over trunk trk_000000000009 with caller id +14155550199."));
  CHECK(says(text, "the calling window was open until Mon 2026-11-23 17:00 UTC."));
  CHECK(says(
    text,
    "From Mon 2026-11-23 12:00 UTC until Mon 2026-11-23 12:10 UTC (10 min 00 s) it was in line for "
    "a free line."));
}

TEST_CASE("a dial that showed no number is told as such") {
  auto it = started_at_noon();
  auto dial = dialed(1, noon + 10min);
  dial.caller_id.clear();
  it.at(noon + 10min, dial);
  CHECK(says(it.story(), "Attempt 1 was dialled over trunk trk_000000000009 without a caller id."));
}

TEST_CASE("an end is told in the carrier's words too, and what follows by which rule") {
  auto it = busy_at_noon();
  it.at(noon + 1min, events::contact_retry_scheduled{2, noon + 61min});
  auto text = it.story();
  CHECK(says(text, "Attempt 1 ended: busy (user busy), the carrier said \"SIP 486\"."));
  CHECK(says(
    text,
    "After busy it is tried again: attempt 2 of 2 falls due Mon 2026-11-23 13:01 UTC, 1 h 00 min "
    "later."));
  CHECK(says(text, "What holds it back now: waiting for retry until Mon 2026-11-23 13:01 UTC."));
}

TEST_CASE("a retry that the calling window put off is told so") {
  auto it = started_at_noon();
  it.at(noon + 4h, dialed(1, noon + 4h));
  it.at(noon + 4h + 30min, ended(1, outcome::busy, noon + 4h + 30min));
  it.at(noon + 4h + 30min, events::contact_retry_scheduled{2, noon + 21h});
  auto text = it.story();
  CHECK(says(text, "attempt 2 of 2 falls due Tue 2026-11-24 09:00 UTC."));
  CHECK(says(
    text,
    "The policy says Mon 2026-11-23 17:30 UTC; no calling window is open then, so it waits for the "
    "next."));
}

TEST_CASE("pauses that held the contact back are told with who did it") {
  auto it = busy_at_noon();
  it.at(noon + 1min, events::contact_retry_scheduled{2, noon + 61min});
  it.at(noon + 50min, events::campaign_paused{}, "bob");
  it.at(noon + 2h, events::campaign_resumed{}, "carol");
  auto second = dialed(2, noon + 2h + 5s);
  second.due_at = noon + 61min;
  it.at(noon + 2h + 5s, second);
  auto text = it.story();
  CHECK(says(text, "bob paused the campaign."));
  CHECK(says(text, "carol resumed the campaign."));
  CHECK(says(text, "It had been due since Mon 2026-11-23 13:01 UTC"));
  CHECK(says(
    text,
    "From Mon 2026-11-23 13:01 UTC until Mon 2026-11-23 14:00 UTC (59 min 00 s) the campaign was "
    "paused."));
  CHECK(says(text, "For 5.0 s it was in line for a free line."));
}

TEST_CASE("a trip of the breaker is told with its numbers") {
  auto it = started_at_noon();
  it.at(
    noon + 1min,
    events::campaign_paused{events::breaker_trip{
      .calls = 10,
      .failures = 6,
      .threshold_percent = 50,
      .window_seconds = 120,
      .failed_calls = {}}},
    "system");
  CHECK(says(it.story(), "6 of 10 calls in 120 s had failed, more than 50 %."));
  CHECK(says(it.story(), "What holds it back now: campaign paused."));
}

TEST_CASE("an end for good is told with its reason") {
  SUBCASE("the budget") {
    auto it = busy_at_noon();
    it.at(noon + 1min, events::contact_retry_scheduled{2, noon + 61min});
    it.at(noon + 2h, dialed(2, noon + 2h));
    it.at(noon + 2h, ended(2, outcome::busy, noon + 2h));
    it.at(noon + 2h, events::contact_finished{events::disposition::failed});
    CHECK(says(it.story(), "All 2 attempts of its budget were used up."));
  }
  SUBCASE("the outcome") {
    auto it = started_at_noon();
    it.at(noon, dialed(1));
    it.at(noon, ended(1, outcome::rejected, noon));
    it.at(noon, events::contact_finished{events::disposition::failed});
    it.at(noon + 1h, events::campaign_paused{});
    CHECK(says(it.story(), "After rejected nothing is tried again."));
    CHECK_FALSE(says(it.story(), "paused"));
  }
}

TEST_CASE("an edit is told by what it changed") {
  auto it = started_at_noon();
  auto settings = office_hours();
  settings.concurrency = 20;
  settings.retry.max_attempts = 4;
  it.at(noon + 1min, events::campaign_edited{settings}, "bob");
  CHECK(says(it.story(), "bob changed the calls at once from 5 to 20, what is tried again."));
}

TEST_CASE("a row that the campaign does not have has no story") {
  CHECK(started_at_noon().story(11).empty());
  CHECK(started_at_noon().story(0).empty());
  CHECK(told{}.story(1).empty());
}

namespace {

/// Forty contacts in each other's way, with retries and a pause.
given_log busy_log() {
  given_log log;
  log.add(campaign, created(campaign, 40, office_hours()));
  log.add(campaign, events::campaign_started{});
  for (std::uint32_t attempt : {1U, 2U}) {
    for (std::uint32_t row = 1; row <= 40; ++row)
      log.add(events::contact_key{campaign, row}, dialed(attempt));
    log.add(campaign, events::campaign_paused{});
    for (std::uint32_t row = 40; row >= 1; --row) {
      events::contact_key contact{campaign, row};
      log.add(contact, ended(attempt, outcome::busy));
      if (attempt == 1)
        log.add(contact, events::contact_retry_scheduled{2, noon + 61min});
      else
        log.add(contact, events::contact_finished{events::disposition::failed});
    }
    log.add(campaign, events::campaign_resumed{});
  }
  return log;
}

} // namespace

TEST_CASE("the same is found through the views and without them, however far they have come") {
  auto log = busy_log();
  given_data data;
  given_log first_half;
  for (const auto& it : log.all().first(log.position() / 2))
    first_half.add(it.stream, it.event);
  data.write(first_half);
  data.fold_views();
  data.write(log);
  auto reader = replay::open_log(data.with);
  for (int turn = 0; turn < 2; ++turn) {
    {
      auto views = data.open_views();
      for (std::uint32_t row : {1U, 17U, 40U}) {
        auto guided = replay::gather(*reader, views.get(), {campaign, row});
        auto whole = replay::gather(*reader, nullptr, {campaign, row});
        CHECK(guided.contact == whole.contact);
        CHECK(guided.campaign == whole.campaign);
        CHECK(guided.as_of == whole.as_of);
        CHECK(guided.contact.size() == 6);
        CHECK(guided.campaign.size() == 6);
      }
    }
    data.fold_views();
  }
}

TEST_CASE("who was added later is found by the number, in the list that came with it") {
  given_data data;
  constexpr events::contact_list_id added{81};
  given_log log;
  log.add(campaign, created(campaign, 2));
  log.add(campaign, events::campaign_contacts_added{added, 2, {}, false});
  data.write(log);
  {
    auto opened = store::vault::open(data.with.data / "vault");
    auto& vault = *std::get<std::unique_ptr<store::vault>>(opened);
    auto first = vault.begin_list({8});
    first.add({"+14155550101", {}});
    first.add({"+14155550102", {}});
    first.commit();
    auto second = vault.begin_list(added);
    second.add({"+14155550103", {}});
    second.add({"+14155550104", {}});
    second.commit();
  }
  std::ostringstream out, errors;
  CHECK(print_explanations(data.with, "+14155550104", out, errors) == replay::all_well);
  CHECK(out.str().starts_with("Contact 4 of campaign " + to_string(campaign) + ", +14155550104\n"));
  CHECK(errors.str().empty());
}

TEST_CASE("a contact is explained by its row, and by its number through the vault") {
  given_data data;
  auto log = busy_log();
  data.write(log);
  {
    auto opened = store::vault::open(data.with.data / "vault");
    auto& vault = *std::get<std::unique_ptr<store::vault>>(opened);
    auto list = vault.begin_list({8});
    list.add({"+14155550101", {"Ann"}});
    list.add({"+14155550102", {"+14155550101"}});
    list.commit();
  }
  data.with.as_json = true;
  std::ostringstream by_row, by_number, errors;
  CHECK(print_explanation(data.with, {campaign, 1}, by_row, errors) == replay::all_well);
  CHECK(print_explanations(data.with, "+14155550101", by_number, errors) == replay::all_well);
  CHECK(by_row.str() == by_number.str());
  auto body = nlohmann::json::parse(by_row.str());
  CHECK(body["phone_number"] == "+14155550101");
  CHECK(body["steps"].size() == 11);
  CHECK(errors.str().empty());
  CHECK(print_explanation(data.with, {campaign, 41}, by_row, errors) == replay::found_wrong);
  CHECK(says(errors.str(), "there is no contact 41"));
  CHECK(print_explanations(data.with, "+14155550199", by_number, errors) == replay::found_wrong);
  CHECK(says(errors.str(), "no campaign has this number"));
}
