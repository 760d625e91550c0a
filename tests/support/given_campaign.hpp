// A campaign on the stage: what it is made of, and how it is set going.
#pragma once

#include "domain/retry.hpp"
#include "projections/folds.hpp"
#include "support/stage.hpp"

#include <set>

namespace ringmaster::test {

using namespace std::chrono_literals;
using domain::campaign_status;

inline constexpr events::contact_list_id list{7};
inline constexpr events::workflow_id workflow{8};
inline constexpr events::trunk_id trunk{9};
inline constexpr events::campaign_id campaign{10};

/// A carrier on which every call rings for five seconds and talks for ten.
inline constexpr std::string_view steady = R"({"setup_ms": [100, 100], "ring_ms": [5000, 5000],
  "no_answer_ms": [20000, 20000], "talk_ms": [10000, 10000], "duplicate_rate": 0,
  "reorder_rate": 0, "late_rate": 0, "mix": {"completed": 1}})";

struct plan {
  std::uint32_t contacts = 20;
  std::uint32_t concurrency = 5;
  std::uint32_t channels = 100;
  std::uint32_t calls_per_second = 0;
  std::string carrier{steady};
  std::string script = {}; // of every contact
  events::campaign_settings settings = {};
  std::vector<std::string> caller_ids = {"+14155550100"};
  events::caller_id_limits caller_id_limits = {};
};

inline void stock(stage& on, const plan& with) {
  auto rows = on.vault().begin_list(list);
  for (std::uint32_t i = 1; i <= with.contacts; ++i)
    rows.add(
      {"+1415555" + std::to_string(1000 + i), {"Customer " + std::to_string(i), with.script}});
  rows.commit();
  on.record(
    events::stream_of(list),
    events::contact_list_uploaded{
      .list = list,
      .name = "list",
      .rows = with.contacts,
      .rejected = 0,
      .file_sha256 = {},
      .columns = {{"customer_name", 0, {}}, {"simulate", 0, {}}}});
  on.record(
    events::stream_of(workflow),
    events::workflow_created{
      .workflow = workflow,
      .name = "workflow",
      .agent = "agent",
      .prompt = "Hello {{customer_name}}",
      .required_variables = {}});
  on.record(
    events::stream_of(trunk),
    events::trunk_created{
      .trunk = trunk,
      .name = "trunk",
      .provider = "simulated",
      .settings = with.carrier,
      .caller_ids = with.caller_ids,
      .channels = with.channels,
      .rate = {with.calls_per_second, 1},
      .caller_id_limits = with.caller_id_limits});
}

/// Another list, of `count` contacts, in the vault and on record.
inline events::campaign_contacts_added
more_contacts(stage& on, events::contact_list_id id, std::uint32_t count, bool next) {
  auto rows = on.vault().begin_list(id);
  for (std::uint32_t i = 1; i <= count; ++i)
    rows.add({"+1415556" + std::to_string(1000 + i), {"Added " + std::to_string(i)}});
  rows.commit();
  on.record(
    events::stream_of(id),
    events::contact_list_uploaded{
      .list = id,
      .name = "more",
      .rows = count,
      .rejected = 0,
      .file_sha256 = {},
      .columns = {{"customer_name", 0, {}}}});
  return {.list = id, .contacts = count, .list_sha256 = {}, .next = next};
}

inline void create(
  stage& on,
  const plan& with,
  events::campaign_id id = campaign,
  events::trunk_id over = trunk,
  events::contact_list_id of = list) {
  auto settings = with.settings;
  settings.name = "campaign";
  settings.concurrency = with.concurrency;
  auto got = on.command(
    id,
    domain::create_campaign{
      {.campaign = id,
       .workflow = workflow,
       .list = of,
       .trunk = over,
       .contacts = with.contacts,
       .list_sha256 = {},
       .settings = settings}});
  REQUIRE(std::holds_alternative<actors::campaign_receipt>(got));
}

inline void begin(stage& on, const plan& with) {
  stock(on, with);
  create(on, with);
  REQUIRE(std::holds_alternative<actors::campaign_receipt>(
    on.command(campaign, domain::start_campaign{})));
}

inline projections::campaign_view view(stage& on, events::campaign_id id = campaign) {
  auto found = on.look().campaign(id);
  REQUIRE(found);
  return *found;
}

inline bool closes(const projections::progress& it) {
  return it.pending + it.waiting + it.in_flight + it.completed + it.failed + it.cancelled
         == it.total;
}

/// Moves on until the campaign is over; how long that took.
inline events::duration run_to_the_end(stage& on, events::duration at_most = 24h) {
  auto began = on.now();
  while (on.now() - began < at_most) {
    on.advance(1s);
    auto now = view(on);
    REQUIRE(closes(now.progress));
    if (
      now.state.status == campaign_status::completed || now.state.status == campaign_status::failed)
      break;
  }
  return on.now() - began;
}

inline void
never_twice(const std::vector<std::pair<events::instant, events::attempt_key>>& placed) {
  std::set<events::attempt_key> seen;
  for (const auto& [at, call] : placed)
    CHECK_MESSAGE(seen.insert(call).second, "dialled twice: " << to_string(call));
}

inline std::uint64_t in_flight_of(const stage::answer& got) {
  REQUIRE(std::holds_alternative<actors::campaign_receipt>(got));
  return std::get<actors::campaign_receipt>(got).in_flight;
}

inline events::retry_policy three_tries(std::uint32_t minutes) {
  return {
    .max_attempts = 3,
    .retry_interval_minutes = minutes,
    .rules = domain::default_retry_rules(minutes)};
}

/// The trunk with a change, as an operator would ask for it.
inline std::optional<domain::refusal>
edit_trunk(stage& on, const std::function<void(events::trunk_edited&)>& change) {
  auto edit = projections::as_edit(on.look().trunk(trunk).value().trunk);
  change(edit);
  return on.try_to_record(events::stream_of(trunk), edit);
}

inline std::uint64_t in_flight(stage& on) {
  return view(on).progress.in_flight;
}

} // namespace ringmaster::test
