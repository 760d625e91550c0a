// The same commands under other settings: threads, batches and memory change the
// order in which things happen, and nothing else.
#include "actors/engine.hpp"
#include "domain/match.hpp"
#include "store/views.hpp"
#include "support/temporary_directory.hpp"
#include "telephony/simulated.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

using namespace ringmaster;
using namespace std::chrono_literals;
using test::temporary_directory;

namespace {

constexpr events::contact_list_id list{1};
constexpr events::contact_list_id more{2};
constexpr events::trunk_id trunk{3};
constexpr events::workflow_id workflow{4};
constexpr events::campaign_id campaign{5};
constexpr std::uint32_t contacts = 400;

constexpr std::string_view instant_carrier = R"({
  "mix": {"completed": 50, "busy": 20, "no_answer": 20, "failed": 10},
  "setup_ms": [0, 0], "ring_ms": [0, 0], "no_answer_ms": [0, 0], "talk_ms": [0, 0],
  "duplicate_rate": 0.1, "reorder_rate": 0, "late_rate": 0, "results": true})";

struct settings {
  std::size_t workers = 1;
  actors::limits limits;
};

/// Stream by stream what happened, and what the views say in the end.
struct account {
  std::map<std::string, std::vector<std::string>> log;
  std::vector<std::string> views;
  friend bool operator==(const account&, const account&) = default;
};

template <class T>
std::unique_ptr<T> must(std::variant<std::unique_ptr<T>, std::string> opened) {
  REQUIRE(std::holds_alternative<std::unique_ptr<T>>(opened));
  return std::get<std::unique_ptr<T>>(std::move(opened));
}

std::variant<std::unique_ptr<telephony::provider>, std::string>
make_carrier(const events::trunk_created& of, telephony::news_sink news) {
  auto read = telephony::parse_simulated_settings(of.settings);
  return telephony::make_simulated_carrier(
    std::get<telephony::simulated_settings>(std::move(read)),
    {},
    [] { return events::instant{1s}; },
    [](events::duration, const std::function<void()>& what) { what(); },
    std::move(news));
}

class run {
public:
  explicit run(const settings& with) {
    for (auto id : {list, more}) {
      auto rows = vault_->begin_list(id);
      for (std::uint32_t row = 1; row <= contacts; ++row)
        rows.add({"+1415" + std::to_string(5'000'000 + id.value * contacts + row), {}});
      rows.commit();
    }
    engine_ = std::make_unique<actors::engine>(actors::engine::parts{
      .now = [] { return events::instant{1s}; },
      .real_time = [](events::duration it) { return std::chrono::nanoseconds{it}; },
      .journal = journal_.get(),
      .vault = vault_.get(),
      .rows = rows_.get(),
      .make_provider = make_carrier,
      .limits = with.limits,
      .workers = with.workers});
  }

  account play() {
    set_up();
    for (std::uint32_t row = contacts; row > contacts - 5; --row)
      order({campaign, row}, domain::order_first{});
    order({campaign, 7}, domain::order_cancel{});
    command(domain::start_campaign{});
    command(domain::pause_campaign{});
    command(domain::add_contacts{{.list = more, .contacts = contacts, .list_sha256 = {}}});
    command(domain::resume_campaign{});
    auto wider = campaign_settings();
    wider.concurrency = 50;
    command(domain::edit_campaign{wider});
    wait_until_completed();
    return tell();
  }

private:
  static events::campaign_settings campaign_settings() {
    events::retry_rule at_once{.retry = true, .interval_minutes = {0}};
    events::campaign_settings it;
    it.name = "same";
    it.concurrency = 1; // so that nothing of what follows comes too late
    it.retry.max_attempts = 3;
    it.retry.rules = {{events::outcome::busy, at_once}, {events::outcome::no_answer, at_once}};
    it.breaker.enabled = false;
    return it;
  }

  void done(const std::function<void(std::function<void(actors::answer)>)>& ask) {
    std::promise<actors::answer> promise;
    ask([&](actors::answer it) { promise.set_value(std::move(it)); });
    auto answer = promise.get_future().get();
    REQUIRE(std::holds_alternative<actors::done>(answer));
  }
  void record(events::stream_id stream, const events::event& what) {
    done([&](auto then) { engine_->record(stream, what, {"test"}, then); });
  }
  void command(const domain::campaign_command& what) {
    done([&](auto then) { engine_->command(campaign, what, {"test"}, then); });
  }
  void order(const events::contact_key& who, const domain::contact_order& what) {
    done([&](auto then) { engine_->order_contact(who, what, {"test"}, then); });
  }

  void set_up() {
    record(
      events::stream_of(trunk),
      events::trunk_created{
        .trunk = trunk,
        .name = "trunk",
        .provider = "simulated",
        .settings = std::string{instant_carrier},
        .caller_ids = {"+14155550100"},
        .channels = 50,
        .rate = {}});
    command(domain::create_campaign{
      {.campaign = campaign,
       .workflow = workflow,
       .list = list,
       .trunk = trunk,
       .contacts = contacts,
       .list_sha256 = {},
       .settings = campaign_settings()}});
  }

  void wait_until_completed() {
    std::counting_semaphore<> stirred{0};
    auto watcher = engine_->start_watch(campaign, [&] { stirred.release(); });
    auto is_completed = [&] {
      auto view = engine_->library().look().campaign(campaign);
      return view->state.status == domain::campaign_status::completed;
    };
    while (!is_completed()) {
      engine_->rearm_watch(watcher);
      stirred.acquire();
    }
    engine_.reset(); // nobody looks any more
  }

  account tell() const {
    account it;
    journal_->read(1, [&](events::envelope&& of) {
      auto line = std::string{events::type_of(of.event)};
      if (const auto* end = std::get_if<events::contact_attempt_ended>(&of.event))
        line += " " + std::to_string(end->attempt) + " " + std::string{to_string(end->outcome)};
      if (const auto* end = std::get_if<events::contact_finished>(&of.event))
        line += " " + std::string{to_string(end->disposition)};
      it.log[to_string(of.stream)].push_back(std::move(line));
      return true;
    });
    projections::library library{*rows_};
    auto look = library.look();
    auto progress = look.campaign(campaign)->progress;
    for (auto count :
         {progress.total,
          progress.completed,
          progress.failed,
          progress.cancelled,
          progress.attempts,
          progress.answered})
      it.views.push_back(std::to_string(count));
    for (std::uint32_t row = 1; row <= 2 * contacts; ++row)
      if (auto seen = look.contact({campaign, row}))
        it.views.push_back(
          std::to_string(row) + " " + std::string{to_string(seen->state.phase)} + " after "
          + std::to_string(seen->state.attempts) + " "
          + std::string{to_string(seen->state.last_outcome)});
    return it;
  }

  temporary_directory home_;
  std::unique_ptr<store::journal> journal_ =
    must(store::journal::open(home_.path() / "journal", {}));
  std::unique_ptr<store::vault> vault_ = must(store::vault::open(home_.path() / "vault"));
  std::unique_ptr<store::key_value> rows_ = must(store::open_views(home_.path() / "views"));
  std::unique_ptr<actors::engine> engine_;
};

} // namespace

TEST_CASE("the same commands give the same log up to order, and the same views, however many "
          "threads, appends and rows there is room for") {
  auto plain = run{{}}.play();
  CHECK(plain.views[0] == std::to_string(2 * contacts));
  actors::limits tight;
  tight.view_lag = 1;
  tight.near_retries = 1;
  tight.rows_ahead = 1;
  tight.idle_campaign = 1ms;
  for (std::size_t workers : {1, 2, 4})
    for (const auto& limits : {actors::limits{}, tight}) {
      CAPTURE(workers);
      CAPTURE(limits.rows_ahead);
      bool same = run{{workers, limits}}.play() == plain;
      CHECK(same);
    }
}
