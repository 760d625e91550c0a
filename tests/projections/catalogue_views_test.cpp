#include "given_log.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

events::contact_list_uploaded list(std::uint64_t id) {
  return {
    .list = {id},
    .name = "list " + std::to_string(id),
    .rows = 3,
    .rejected = 1,
    .file_sha256 = "ab",
    .columns = {{"plan", 1, {3}}}};
}

events::workflow_created workflow(std::uint64_t id) {
  return {
    .workflow = {id},
    .name = "workflow",
    .agent = "agent",
    .prompt = "Hello {{name}}",
    .required_variables = {"name"}};
}

events::trunk_created trunk(std::uint64_t id) {
  return {
    .trunk = {id},
    .name = "trunk",
    .provider = "simulated",
    .settings = "{}",
    .caller_ids = {"+14155550199"},
    .channels = 20,
    .rate = {5, 1}};
}

template <class Made>
void record(given_log& log, const Made& what, auto id) {
  log.add(events::stream_of(id), what);
}

template <class Fetch, class Id>
std::vector<std::uint64_t> read_all(Fetch fetch, Id id_of) {
  std::vector<std::uint64_t> seen;
  std::optional<std::uint64_t> cursor;
  do {
    auto page = fetch(cursor);
    for (const auto& it : page.items)
      seen.push_back(id_of(it));
    cursor = page.next;
  } while (cursor);
  return seen;
}

} // namespace

TEST_CASE("a trunk is shown as it was edited last, and removed if it is") {
  given_log log;
  folded_views views;
  record(log, trunk(3), events::trunk_id{3});
  events::trunk_edited edit{
    .trunk = {3},
    .name = "evenings",
    .settings = R"({"seed":2})",
    .caller_ids = {"+14155550100"},
    .channels = 7,
    .rate = {10, 5},
    .caller_id_limits = {.concurrent = 2, .per_day = 100}};
  record(log, edit, events::trunk_id{3});
  edit.channels = 8;
  record(log, edit, events::trunk_id{3});
  views.fold(log);
  auto shown = views.look().trunk({3}).value();
  events::trunk_created expected{
    .trunk = {3},
    .name = "evenings",
    .provider = "simulated",
    .settings = R"({"seed":2})",
    .caller_ids = {"+14155550100"},
    .channels = 8,
    .rate = {10, 5},
    .caller_id_limits = {.concurrent = 2, .per_day = 100}};
  CHECK(shown.trunk == expected);
  CHECK(shown.version == 3);
  CHECK(shown.created_at == noon + std::chrono::seconds{1});
  record(log, events::trunk_removed{{3}}, events::trunk_id{3});
  folded_views later;
  later.fold(log);
  CHECK(later.look().trunk({3}).value().removed);
  CHECK(later.look().trunk({3})->trunk == expected);
  CHECK(later.look().version_of(events::stream_of(events::trunk_id{3})) == 4);
}

TEST_CASE("lists, workflows and trunks are shown as they were made") {
  given_log log;
  folded_views views;
  record(log, list(1), events::contact_list_id{1});
  record(log, workflow(2), events::workflow_id{2});
  record(log, trunk(3), events::trunk_id{3});
  views.fold(log);
  auto look = views.look();
  CHECK(look.list({1}).value().list == list(1));
  CHECK(look.list({1})->uploaded_at == noon + std::chrono::seconds{1});
  CHECK(look.workflow({2}).value().workflow == workflow(2));
  CHECK(look.workflow({2})->created_at == noon + std::chrono::seconds{2});
  CHECK(look.trunk({3}).value().trunk == trunk(3));
  CHECK(look.trunk({3})->created_at == noon + std::chrono::seconds{3});
  CHECK(!look.trunk({3})->removed);
}

TEST_CASE("a key is shown as it was made, and since when it opens nothing") {
  given_log log;
  folded_views views;
  constexpr events::api_key_id id{1};
  events::api_key_created made{
    .key = id, .name = "jane", .role = events::key_role::admin, .secret_sha256 = "ab"};
  record(log, made, id);
  views.fold(log);
  CHECK(views.look().api_key(id).value().key == made);
  CHECK(views.look().api_key(id)->created_by == "system");
  CHECK(!views.look().api_key(id)->revoked_at);
  record(log, events::api_key_revoked{.key = id}, id);
  views.fold(log);
  auto look = views.look();
  CHECK(look.api_key(id)->revoked_at == noon + std::chrono::seconds{2});
  CHECK(look.api_keys(std::nullopt, 1).items.size() == 1);
  CHECK(look.version_of(events::stream_of(id)) == 2);
  CHECK(look.has_api_key_named("jane"));
  CHECK_FALSE(look.has_api_key_named("john"));
}

TEST_CASE("a webhook is shown as it was last edited, and not listed once it is removed") {
  given_log log;
  folded_views views;
  constexpr events::webhook_id id{1};
  const events::webhook_settings first{
    .url = "https://example.org/a", .events = {"campaign."}, .enabled = true};
  const events::webhook_settings then{
    .url = "https://example.org/b", .events = {"contact."}, .enabled = false};
  record(log, events::webhook_created{.webhook = id, .campaign = {7}, .settings = first}, id);
  views.fold(log);
  auto made = views.look().webhook(id).value();
  CHECK(made.settings == first);
  CHECK(made.campaign == events::campaign_id{7});
  CHECK(made.created_at == noon + std::chrono::seconds{1});
  CHECK(made.created_position == 1);
  record(log, events::webhook_edited{.webhook = id, .settings = then, .reason = "gone"}, id);
  views.fold(log);
  CHECK(views.look().webhook(id)->settings == then);
  CHECK(views.look().webhook(id)->disabled_because == "gone");
  CHECK(views.look().webhooks(std::nullopt, 10).items.size() == 1);
  CHECK(views.look().version_of(events::stream_of(id)) == 2);
  record(log, events::webhook_removed{.webhook = id}, id);
  views.fold(log);
  CHECK(views.look().webhook(id)->removed);
  CHECK(views.look().webhooks(std::nullopt, 10).items.empty());
  CHECK(views.look().version_of(events::stream_of(id)) == 3);
}

TEST_CASE("one kind's id names nothing of another kind") {
  given_log log;
  folded_views views;
  record(log, list(1), events::contact_list_id{1});
  views.fold(log);
  CHECK(!views.look().workflow({1}));
  CHECK(!views.look().trunk({1}));
  CHECK(!views.look().campaign({1}));
}

TEST_CASE("they are paged newest first, each of them once") {
  given_log log;
  folded_views views;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    record(log, list(id), events::contact_list_id{id});
    record(log, workflow(id), events::workflow_id{id});
    record(log, trunk(id), events::trunk_id{id});
  }
  views.fold(log);
  auto look = views.look();
  const std::vector<std::uint64_t> newest_first{5, 4, 3, 2, 1};
  for (std::size_t limit : {1u, 2u, 4u, 5u, 6u}) {
    CAPTURE(limit);
    CHECK(
      read_all(
        [&](auto cursor) { return look.lists(cursor, limit); },
        [](const auto& it) { return it.list.list.value; })
      == newest_first);
    CHECK(
      read_all(
        [&](auto cursor) { return look.workflows(cursor, limit); },
        [](const auto& it) { return it.workflow.workflow.value; })
      == newest_first);
    CHECK(
      read_all(
        [&](auto cursor) { return look.trunks(cursor, limit); },
        [](const auto& it) { return it.trunk.trunk.value; })
      == newest_first);
  }
}

TEST_CASE("a removed trunk is not listed, but still shown to whoever knows it") {
  given_log log;
  folded_views views;
  for (std::uint64_t id = 1; id <= 3; ++id)
    record(log, trunk(id), events::trunk_id{id});
  record(log, events::trunk_removed{{2}}, events::trunk_id{2});
  views.fold(log);
  auto look = views.look();
  auto listed = read_all(
    [&](auto cursor) { return look.trunks(cursor, 1); },
    [](const auto& it) { return it.trunk.trunk.value; });
  CHECK(listed == std::vector<std::uint64_t>{3, 1});
  CHECK(look.trunk({2}).value().removed);
  CHECK(look.trunk({2})->trunk == trunk(2));
  CHECK(look.version_of(events::stream_of(events::trunk_id{2})) == 2);
}

TEST_CASE("the version of every stream is known, and is 0 before its first event") {
  given_log log;
  folded_views views;
  const events::stream_id streams[] = {
    events::engine_stream,
    events::stream_of(events::contact_list_id{1}),
    events::stream_of(events::workflow_id{1}),
    events::stream_of(events::trunk_id{1}),
    events::stream_of(events::campaign_id{1}),
    events::stream_of(events::contact_key{{1}, 1})};
  for (const auto& it : streams)
    CHECK(views.look().version_of(it) == 0);
  log.add(events::engine_stream, events::engine_started{.epoch = 1, .software = {}});
  log.add(events::engine_stream, events::engine_started{.epoch = 2, .software = {}});
  record(log, list(1), events::contact_list_id{1});
  record(log, workflow(1), events::workflow_id{1});
  record(log, trunk(1), events::trunk_id{1});
  log.add(events::campaign_id{1}, created({1}, 10));
  log.add(events::campaign_id{1}, events::campaign_started{});
  log.add(events::contact_key{{1}, 1}, dialed(1));
  log.add(events::contact_key{{1}, 1}, ended(1, events::outcome::busy));
  log.add(events::contact_key{{1}, 1}, events::contact_finished{});
  views.fold(log);
  for (const auto& it : streams) {
    CAPTURE(to_string(it));
    CHECK(views.look().version_of(it) == log.versions().at(it));
  }
  CHECK(views.look().version_of(events::stream_of(events::contact_key{{1}, 2})) == 0);
}

TEST_CASE("the checkpoint says how far the views have come, and over which log") {
  given_log log;
  folded_views views;
  CHECK(projections::read_checkpoint(views.rows()) == projections::checkpoint{});
  CHECK(views.look().position() == 0);
  record(log, list(1), events::contact_list_id{1});
  record(log, list(2), events::contact_list_id{2});
  views.fold(log);
  CHECK(projections::read_checkpoint(views.rows()) == folded_views::checkpoint_at(2));
  CHECK(views.look().position() == 2);
}
