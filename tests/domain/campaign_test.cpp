#include "domain/campaign.hpp"
#include "support/decider_spec.hpp"

#include <rapidcheck.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using events::campaign_cancelled;
using events::campaign_completed;
using events::campaign_created;
using events::campaign_deleted;
using events::campaign_edited;
using events::campaign_failed;
using events::campaign_hang_up_ordered;
using events::campaign_paused;
using events::campaign_resumed;
using events::campaign_started;

namespace {

using campaign_spec = test::decider_spec<campaign, campaign_command, events::campaign_event>;

campaign_spec given(const campaign_facts& history) {
  return campaign_spec{history};
}

events::campaign_settings with_lines(std::uint32_t concurrency) {
  events::campaign_settings it;
  it.name = "spring";
  it.concurrency = concurrency;
  return it;
}

const auto settings = with_lines(5);
const auto other_settings = with_lines(6);

const campaign_created created{
  .campaign = {1},
  .workflow = {2},
  .list = {3},
  .trunk = {4},
  .contacts = 10,
  .list_sha256 = "ab",
  .settings = settings};

const campaign_facts no_history;
const campaign_facts draft{created};
const campaign_facts running{created, campaign_started{}};
const campaign_facts paused{created, campaign_started{}, campaign_paused{}};
const campaign_facts completed{created, campaign_started{}, campaign_completed{}};
const campaign_facts failed{created, campaign_started{}, campaign_failed{"trunk removed"}};
const campaign_facts cancelled{created, campaign_started{}, campaign_cancelled{}};
const campaign_facts deleted{created, campaign_deleted{}};

const campaign_facts nothing;

const events::breaker_trip a_trip{
  .calls = 6, .failures = 4, .threshold_percent = 50, .window_seconds = 120, .failed_calls = {}};

} // namespace

TEST_CASE("a campaign is created as a draft of what was asked for") {
  auto spec = given(no_history).when(create_campaign{created}).then(draft);
  CHECK(
    spec.state()
    == campaign{
      .status = campaign_status::draft,
      .existed = true,
      .id = {1},
      .workflow = {2},
      .list = {3},
      .trunk = {4},
      .contacts = 10,
      .settings = settings,
      .failure = {},
      .redialed_as = {},
      .added = {}});
}

TEST_CASE("a campaign needs at least one contact") {
  auto as = created;
  as.contacts = 0;
  given(no_history).when(create_campaign{as}).then(refusal::no_contacts);
  as.contacts = 1;
  given(no_history).when(create_campaign{as}).then({as});
}

TEST_CASE("an id names one campaign for ever") {
  for (const auto& history : {draft, running, paused, completed, failed, cancelled, deleted})
    given(history).when(create_campaign{created}).then(refusal::already_exists);
}

TEST_CASE("a campaign is edited until it is over") {
  edit_campaign edit{other_settings};
  for (const auto& history : {draft, running, paused}) {
    auto spec = given(history).when(edit).then({campaign_edited{other_settings}});
    CHECK(spec.state().settings == other_settings);
  }
  for (const auto& history : {completed, failed, cancelled})
    given(history).when(edit).then(refusal::already_over);
}

TEST_CASE("an edit that changes nothing leaves no trace") {
  for (const auto& history : {draft, running, paused})
    given(history).when(edit_campaign{settings}).then(nothing);
  given(completed).when(edit_campaign{settings}).then(refusal::already_over);
}

TEST_CASE("only a draft is started") {
  auto spec = given(draft).when(start_campaign{}).then({campaign_started{}});
  CHECK(spec.state().status == campaign_status::running);
  given(running).when(start_campaign{}).then(nothing);
  for (const auto& history : {paused, completed, failed, cancelled})
    given(history).when(start_campaign{}).then(refusal::not_a_draft);
}

TEST_CASE("only a running campaign is paused") {
  auto spec = given(running).when(pause_campaign{}).then({campaign_paused{}});
  CHECK(spec.state().status == campaign_status::paused);
  given(paused).when(pause_campaign{}).then(nothing);
  for (const auto& history : {draft, completed, failed, cancelled})
    given(history).when(pause_campaign{}).then(refusal::not_running);
}

TEST_CASE("a pause drains the calls that are up, or has them hung up, until the resume") {
  CHECK_FALSE(given(paused).state().hang_up);
  pause_campaign hard{.hang_up = true};
  auto spec = given(running).when(hard).then({campaign_paused{}, campaign_hang_up_ordered{}});
  CHECK(spec.state().hang_up);
  std::move(spec).when(hard).then(nothing).when(pause_campaign{}).then(nothing);
  auto later = given(paused).when(hard).then({campaign_hang_up_ordered{}});
  CHECK_FALSE(std::move(later).when(resume_campaign{}).state().hang_up);
}

TEST_CASE("a campaign is cancelled for good, whatever it was doing") {
  for (const auto& history : {draft, running, paused}) {
    auto spec = given(history).when(cancel_campaign{}).then({campaign_cancelled{}});
    CHECK(spec.state().status == campaign_status::cancelled);
    CHECK_FALSE(spec.state().hang_up);
  }
  given(cancelled).when(cancel_campaign{}).then(nothing);
  for (const auto& history : {completed, failed})
    given(history).when(cancel_campaign{}).then(refusal::already_over);
}

TEST_CASE("calls of a cancelled campaign may be hung up at once, or later") {
  cancel_campaign hard{.hang_up = true};
  given(running).when(hard).then({campaign_cancelled{}, campaign_hang_up_ordered{}});
  given(cancelled).when(hard).then({campaign_hang_up_ordered{}}).when(hard).then(nothing);
}

TEST_CASE("only a paused campaign is resumed, whoever paused it") {
  auto spec = given(paused).when(resume_campaign{}).then({campaign_resumed{}});
  CHECK(spec.state().status == campaign_status::running);
  given({created, campaign_started{}, campaign_paused{a_trip}})
    .when(resume_campaign{})
    .then({campaign_resumed{}});
  given(running).when(resume_campaign{}).then(nothing);
  for (const auto& history : {draft, completed, failed, cancelled})
    given(history).when(resume_campaign{}).then(refusal::not_paused);
}

TEST_CASE("only a draft is deleted, and then it is gone") {
  auto spec = given(draft).when(delete_campaign{}).then({campaign_deleted{}});
  CHECK(spec.state().status == campaign_status::none);
  for (const auto& history : {running, paused, completed, failed, cancelled})
    given(history).when(delete_campaign{}).then(refusal::not_a_draft);
}

TEST_CASE("the breaker pauses a running campaign and says why") {
  auto spec = given(running).when(trip_breaker{a_trip}).then({campaign_paused{a_trip}});
  CHECK(spec.state().status == campaign_status::paused);
}

TEST_CASE(
  "a campaign whose hook is silent pauses and says so, and one that has stopped is left alone") {
  const events::hook_failed silence{.failures = 5, .reason = "timeout"};
  auto spec = given(running).when(pause_for_hook{silence}).then({campaign_paused{silence}});
  CHECK(spec.state().status == campaign_status::paused);
  for (const auto& history : {draft, paused, completed, failed, cancelled})
    given(history).when(pause_for_hook{silence}).then(nothing);
}

TEST_CASE("the breaker leaves a campaign alone that has stopped already") {
  for (const auto& history : {draft, paused, completed, failed, cancelled})
    given(history).when(trip_breaker{a_trip}).then(nothing);
}

TEST_CASE("a campaign completes once, also while paused") {
  for (const auto& history : {running, paused}) {
    auto spec = given(history).when(complete_campaign{}).then({campaign_completed{}});
    CHECK(spec.state().status == campaign_status::completed);
  }
  given(completed).when(complete_campaign{}).then(nothing);
  for (const auto& history : {draft, failed, cancelled})
    given(history).when(complete_campaign{}).then(refusal::not_running);
}

TEST_CASE("a campaign that cannot go on fails and says why") {
  fail_campaign fail{"trunk removed"};
  for (const auto& history : {draft, running, paused}) {
    auto spec = given(history).when(fail).then({campaign_failed{"trunk removed"}});
    CHECK(spec.state().status == campaign_status::failed);
    CHECK(spec.state().failure == "trunk removed");
  }
  given(failed).when(fail).then(nothing);
  for (const auto& history : {completed, cancelled})
    given(history).when(fail).then(refusal::not_running);
}

TEST_CASE("a campaign that is not there can only be created") {
  const campaign_command commands[] = {
    edit_campaign{other_settings},
    start_campaign{},
    pause_campaign{},
    resume_campaign{},
    cancel_campaign{},
    delete_campaign{},
    trip_breaker{a_trip},
    complete_campaign{},
    fail_campaign{"trunk removed"}};
  for (const auto& command : commands)
    for (const auto& history : {no_history, deleted})
      given(history).when(command).then(refusal::not_found);
}

namespace {

const campaign_facts any_event{
  created,
  campaign_edited{other_settings},
  campaign_started{},
  campaign_paused{},
  campaign_paused{a_trip},
  campaign_resumed{},
  campaign_completed{},
  campaign_failed{"trunk removed"},
  campaign_cancelled{},
  campaign_hang_up_ordered{},
  campaign_deleted{}};

} // namespace

TEST_CASE("a campaign's state is what the last word on it says, whatever came before") {
  using enum campaign_status;
  const std::optional<campaign_status> after[] = {
    draft,
    {},
    running,
    paused,
    paused,
    running,
    completed,
    campaign_status::failed,
    campaign_status::cancelled,
    {},
    none};
  CHECK(rc::check("evolve takes every event in every state", [&] {
    campaign state;
    auto expected = none;
    for (auto index : *rc::gen::container<std::vector<std::size_t>>(
           rc::gen::inRange<std::size_t>(0, any_event.size()))) {
      state = evolve(state, any_event[index]);
      expected = after[index].value_or(expected);
      RC_ASSERT(state.status == expected);
    }
  }));
}

TEST_CASE("only a campaign that is over is redialed, and once unless it is forced") {
  const events::campaign_redialed first{{2}};
  for (const auto& history : {completed, failed, cancelled}) {
    auto spec = given(history).when(redial_campaign{.as = {2}}).then({first});
    std::move(spec)
      .when(redial_campaign{.as = {3}})
      .then(refusal::already_redialed)
      .when(redial_campaign{.as = {3}, .force = true})
      .then({events::campaign_redialed{{3}}});
  }
  for (const auto& history : {draft, running, paused})
    given(history).when(redial_campaign{.as = {2}}).then(refusal::not_over);
}

TEST_CASE("what calls people is not put out of sight") {
  for (const auto& history : {draft, completed, failed, cancelled})
    given(history)
      .when(archive_campaign{})
      .then({events::campaign_archived{}})
      .when(archive_campaign{})
      .then(nothing)
      .when(unarchive_campaign{})
      .then({events::campaign_unarchived{}});
  for (const auto& history : {running, paused})
    given(history)
      .when(archive_campaign{})
      .then(refusal::not_over)
      .when(unarchive_campaign{})
      .then(nothing);
  given({created, events::campaign_archived{}}).when(start_campaign{}).then(refusal::archived);
}

TEST_CASE("a campaign expires while it runs or is paused, and is cancelled then") {
  for (const auto& history : {running, paused}) {
    auto spec = given(history).when(expire_campaign{}).then({events::campaign_expired{}});
    CHECK(spec.state().status == campaign_status::cancelled);
    CHECK(spec.state().expired);
  }
  for (const auto& history : {draft, completed, failed, cancelled})
    given(history).when(expire_campaign{}).then(nothing);
}

TEST_CASE("contacts are added until the campaign is over, and each list once") {
  const events::campaign_contacts_added more{
    .list = {5}, .contacts = 3, .list_sha256 = "cd", .next = false};
  for (const auto& history : {draft, running, paused}) {
    auto spec = given(history).when(add_contacts{more, 0}).then({more});
    CHECK(spec.state().contacts == 13);
    std::move(spec).when(add_contacts{more, 1}).then(refusal::list_already_in);
  }
  for (const auto& history : {completed, failed, cancelled})
    given(history).when(add_contacts{more, 0}).then(refusal::already_over);
  auto own = more;
  own.list = created.list;
  given(draft).when(add_contacts{own, 0}).then(refusal::list_already_in);
  own.list = {6};
  own.contacts = 0;
  given(draft).when(add_contacts{own, 0}).then(refusal::no_contacts);
}

TEST_CASE(
  "a campaign has up to 999,999,999 contacts, from up to a thousand lists beside its first") {
  events::campaign_contacts_added more{
    .list = {5}, .contacts = 999'999'989, .list_sha256 = "cd", .next = false};
  given(draft).when(add_contacts{more, 0}).then({more});
  ++more.contacts;
  given(draft).when(add_contacts{more, 0}).then(refusal::too_many_contacts);

  more.contacts = 1;
  campaign_facts history{created};
  for (more.list = {1'001}; more.list.value <= 1'999; ++more.list.value)
    history.emplace_back(more);
  auto spec = given(history).when(add_contacts{more, 999}).then({more});
  ++more.list.value;
  std::move(spec).when(add_contacts{more, 1'000}).then(refusal::too_many_contacts);
}

TEST_CASE("contacts are not added over a list that their asker has not looked at") {
  const events::campaign_contacts_added one{
    .list = {5}, .contacts = 3, .list_sha256 = "cd", .next = false};
  auto other = one;
  other.list = {6};
  given({created, one}).when(add_contacts{other, 0}).then(refusal::version_changed);
  given({created, one}).when(add_contacts{other, 1}).then({other});
}
