// All webhooks over a real log and real views, in virtual time; the receivers are the
// test's own.
#include "domain/webhook.hpp"
#include "projections/projection.hpp"
#include "support/memory_key_value.hpp"
#include "support/memory_outbox.hpp"
#include "support/temporary_directory.hpp"
#include "webhooks/deliveries.hpp"
#include "webhooks/signature.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace ringmaster::webhooks;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr events::webhook_id hook{1};
constexpr events::campaign_id red{10};
constexpr events::campaign_id blue{11};
const std::string url = "https://example.org/hook";

struct given_world {
  temporary_directory home;
  std::unique_ptr<store::journal> journal;
  memory_key_value rows;
  projections::projection projection{rows};
  projections::library views{rows};
  memory_outbox outbox;
  events::instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
  std::map<events::stream_id, std::uint64_t> versions;

  struct asked {
    http_client::request what;
    std::function<void(http_client::result)> answer;
  };
  std::vector<asked> open;
  std::vector<std::pair<events::webhook_id, std::string>> disabled;
  std::optional<std::string> secret = domain::webhook_secret_of(std::string(32, 'k'));
  bool stirred = false;
  std::optional<deliveries> all;

  given_world() {
    auto opened = store::journal::open(home.path(), {});
    journal = std::get<std::unique_ptr<store::journal>>(std::move(opened));
    journal->look_up_versions_with([this](const events::stream_id& it) { return versions[it]; });
    start();
  }

  void start() {
    open.clear();
    all.emplace(deliveries::ports{
      .now = [this] { return now; },
      .unix_seconds = [] { return std::int64_t{1'700'000'000}; },
      .chance = [] { return 0.5; },
      .journal = journal.get(),
      .views = &views,
      .outbox = &outbox,
      .secret = [this](events::webhook_id) { return secret; },
      .send =
        [this](http_client::request what, std::function<void(http_client::result)> then) {
          open.push_back({std::move(what), std::move(then)});
        },
      .disable =
        [this](const projections::webhook_view& what, std::string why) {
          disabled.emplace_back(what.id, std::move(why));
        },
      .stir = [this] { stirred = true; }});
  }

  std::uint64_t happen(const events::stream_id& stream, events::event what) {
    store::append one{
      .stream = stream, .expected_version = versions[stream], .events = {std::move(what)}};
    auto batch = journal->write(std::array{one}, now);
    ++versions[stream];
    projection.fold(
      batch.committed,
      {.position = batch.head.position,
       .chain_hash = {},
       .generation = journal->generation(),
       .format = projections::views_format});
    return batch.head.position;
  }

  std::uint64_t start_campaign(events::campaign_id id) {
    return happen(events::stream_of(id), events::campaign_started{});
  }

  void make_hook(
    events::webhook_settings settings = {.url = url, .events = {"campaign."}, .enabled = true}) {
    happen(
      events::stream_of(hook),
      events::webhook_created{.webhook = hook, .campaign = {}, .settings = std::move(settings)});
    all->look_again();
  }

  void edit_hook(bool enabled) {
    happen(
      events::stream_of(hook),
      events::webhook_edited{
        .webhook = hook,
        .settings = {.url = url, .events = {"campaign."}, .enabled = enabled},
        .reason = {}});
    all->look_again();
  }

  /// Steps until there is nothing to do but wait.
  std::optional<events::instant> run() {
    std::optional<events::instant> next;
    do {
      stirred = false;
      next = all->step();
    } while (stirred || (next && *next <= now));
    return next;
  }

  /// The oldest request is answered.
  void answer(unsigned status) {
    REQUIRE_FALSE(open.empty());
    auto it = std::move(open.front());
    open.erase(open.begin());
    it.answer(http_client::response{.status = status});
    run();
  }

  std::vector<std::uint64_t> asked_about() const {
    std::vector<std::uint64_t> positions;
    for (const auto& it : open)
      positions.push_back(json::parse(it.what.body)["data"]["position"]);
    return positions;
  }
};

} // namespace

TEST_CASE("a webhook hears of what happens once it is there, and nothing from before") {
  given_world on;
  on.start_campaign(red);
  on.make_hook();
  auto after = on.start_campaign(blue);
  on.run();
  CHECK(on.asked_about() == std::vector{after});
}

TEST_CASE("a request says what happened, when, and that it is from us") {
  given_world on;
  on.make_hook();
  auto position = on.start_campaign(red);
  on.run();
  REQUIRE(on.open.size() == 1);
  const auto& what = on.open.front().what;
  CHECK(what.url == url);
  auto body = json::parse(what.body);
  CHECK(body["type"] == "campaign.started.v1");
  CHECK(body["timestamp"] == "2026-11-23T12:00:00Z");
  CHECK(body["data"]["stream"] == "campaign/" + to_string(red));
  auto id = "evt_" + on.journal->generation() + '_' + std::to_string(position);
  auto fields = signature_fields(std::string(32, 'k'), id, 1'700'000'000, what.body);
  for (const auto& field : fields)
    CHECK(std::ranges::find(what.headers, field) != what.headers.end());
}

TEST_CASE("an event that failed is the same event with the same id when it comes again") {
  given_world on;
  on.make_hook();
  on.start_campaign(red);
  on.run();
  auto first = on.open.front().what;
  on.answer(500);
  CHECK(on.open.empty());
  on.now += 5s;
  on.run();
  REQUIRE(on.open.size() == 1);
  CHECK(on.open.front().what.body == first.body);
  CHECK(on.open.front().what.headers.front() == first.headers.front());
}

TEST_CASE("any 2xx is a yes, and nothing else is") {
  given_world on;
  on.make_hook();
  for (unsigned status : {200u, 202u, 204u, 299u}) {
    on.start_campaign({status});
    on.run();
    on.answer(status);
  }
  CHECK(on.all->stands(hook)->past.delivered == 4);
  for (unsigned status : {302u, 400u, 500u}) {
    on.start_campaign({status});
    on.run();
    on.answer(status);
  }
  auto stands = on.all->stands(hook).value();
  CHECK(stands.past.delivered == 4);
  CHECK(stands.past.last_error == "it answered 500");
  CHECK(stands.owed == 3);
}

TEST_CASE("a receiver that says it is gone is disabled and sent nothing more") {
  given_world on;
  on.make_hook();
  on.start_campaign(red);
  on.start_campaign(blue);
  on.run();
  on.answer(410);
  on.answer(410);
  CHECK(on.disabled == std::vector{std::pair{hook, std::string{"it answered 410 Gone"}}});
  on.edit_hook(false);
  on.now += 48h;
  on.run();
  CHECK(on.open.empty());
  on.edit_hook(true);
  on.run();
  CHECK(on.open.size() == 2); // and nothing was lost
}

TEST_CASE("should the disabling not come about, the receiver is asked again") {
  given_world on;
  on.make_hook();
  on.start_campaign(red);
  on.run();
  on.answer(410);
  on.now += 1min;
  on.run();
  CHECK(on.open.size() == 1);
}

TEST_CASE("a webhook that is removed is forgotten") {
  given_world on;
  on.make_hook();
  on.start_campaign(red);
  on.run();
  on.answer(500);
  on.happen(events::stream_of(hook), events::webhook_removed{hook});
  on.all->look_again();
  on.now += 1h;
  on.run();
  CHECK(on.open.empty());
  CHECK_FALSE(on.all->stands(hook));
  CHECK(on.outbox.count_owed(hook) == 0);
}

TEST_CASE("without its secret nothing is sent, for nobody could tell that it is from us") {
  given_world on;
  on.make_hook();
  on.secret.reset();
  on.start_campaign(red);
  on.run();
  CHECK(on.open.empty());
  CHECK(on.all->stands(hook)->past.last_error == "its secret is gone");
}

TEST_CASE("after a clean stop nothing is sent twice, after a crash what was not yet on record") {
  given_world on;
  on.make_hook();
  on.start_campaign(red);
  on.run();
  on.answer(200);
  on.outbox.crash(); // within the second
  on.start();
  on.run();
  CHECK(on.open.size() == 1);
  on.answer(200);
  on.all->finish();
  on.outbox.crash();
  on.start();
  on.run();
  CHECK(on.open.empty());
}

TEST_CASE("a replay sends everything from a position on once more") {
  given_world on;
  on.make_hook();
  auto first = on.start_campaign(red);
  auto second = on.start_campaign(blue);
  on.run();
  on.answer(200);
  on.answer(200);
  CHECK(on.all->replay(hook, first));
  on.run();
  CHECK(on.asked_about() == std::vector{first, second});
  on.answer(200);
  on.answer(200);
  CHECK(on.all->stands(hook)->lag == 0);
}

TEST_CASE("a replay cannot begin ahead of what was sent") {
  given_world on;
  on.make_hook();
  auto first = on.start_campaign(red);
  on.run();
  CHECK_FALSE(on.all->replay(hook, first + 1));
  CHECK_FALSE(on.all->replay(hook, 0));
  CHECK_FALSE(on.all->replay({99}, 1));
  on.answer(200);
  CHECK(on.all->replay(hook, first + 1));
}

TEST_CASE("an answer to what was sent before a replay settles nothing of it") {
  given_world on;
  on.make_hook();
  auto first = on.start_campaign(red);
  on.run();
  CHECK(on.all->replay(hook, first));
  on.run();
  on.answer(200); // the one before
  CHECK(on.asked_about() == std::vector{first});
  on.answer(200);
  CHECK(on.all->stands(hook)->lag == 0);
}

TEST_CASE("in a log that was made from a backup a webhook stands no farther than the backup") {
  given_world on;
  on.make_hook();
  auto restored = on.start_campaign(red);
  on.happen(
    events::engine_stream,
    events::log_restored{
      .position = restored, .hash = {}, .from_generation = "other", .generation = "this"});
  auto paused =
    on.happen(events::stream_of(red), events::campaign_paused{events::log_was_restored{}});
  on.outbox.set_generation("other");
  on.outbox.write(std::array{store::outbox_changes{.webhook = hook, .cursor = paused + 100}});
  on.start();
  on.run();
  CHECK(on.asked_about() == std::vector{paused});
}

TEST_CASE("trying a webhook out sends it what is no event, and tells how that went") {
  given_world on;
  on.make_hook();
  on.run();
  std::optional<trial> how;
  on.all->try_out(*on.views.look().webhook(hook), [&](trial it) { how = std::move(it); });
  REQUIRE(on.open.size() == 1);
  CHECK(json::parse(on.open.front().what.body)["type"] == "webhook.test");
  on.open.front().answer(http_client::response{.status = 404});
  REQUIRE(how);
  CHECK(how->status == 404);
  CHECK(how->error == "it answered 404");
}
