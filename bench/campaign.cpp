#include "actors/engine.hpp"
#include "app/stores.hpp"
#include "bench/campaign_work.hpp"
#include "telephony/simulated.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <thread>

namespace ringmaster::bench {

namespace {

using namespace std::chrono;

constexpr events::contact_list_id list{1};
constexpr events::workflow_id workflow{1};
constexpr events::trunk_id trunk{1};
constexpr events::campaign_id campaign{1};

events::instant now() {
  return floor<microseconds>(system_clock::now());
}

constexpr std::string_view instant_carrier = R"({
  "mix": {"completed": 60, "busy": 15, "no_answer": 15, "voicemail": 10},
  "setup_ms": [0, 0], "ring_ms": [0, 0], "no_answer_ms": [0, 0], "talk_ms": [0, 0],
  "duplicate_rate": 0, "reorder_rate": 0, "late_rate": 0, "results": false})";

std::variant<std::unique_ptr<telephony::provider>, std::string>
make_carrier(const events::trunk_created& of, telephony::news_sink news) {
  auto settings = telephony::parse_simulated_settings(of.settings);
  if (auto* trouble = std::get_if<std::string>(&settings))
    return std::move(*trouble);
  auto unused = [](events::duration, const std::function<void()>&) {
    std::fputs("an instant carrier needs no timer\n", stderr);
    std::abort();
  };
  return telephony::make_simulated_carrier(
    std::get<telephony::simulated_settings>(std::move(settings)), {}, now, unused, std::move(news));
}

void store_list(store::vault& vault, std::uint32_t contacts) {
  auto writer = vault.begin_list(list);
  for (std::uint32_t i = 0; i < contacts; ++i) {
    char number[20];
    std::snprintf(number, sizeof number, "+1415%07u", i % 10'000'000);
    writer.add({number, {"Customer " + std::to_string(i), "acc_" + std::to_string(i), "basic"}});
  }
  writer.commit();
}

actors::done expect_done(const std::function<void(std::function<void(actors::answer)>)>& ask) {
  std::promise<actors::answer> promise;
  ask([&](actors::answer it) { promise.set_value(std::move(it)); });
  auto answer = promise.get_future().get();
  if (!std::holds_alternative<actors::done>(answer)) {
    std::fputs("the engine refused what the benchmark asked\n", stderr);
    std::abort();
  }
  return std::get<actors::done>(answer);
}

void set_up(actors::engine& engine, std::uint32_t contacts) {
  auto record = [&](events::stream_id stream, const events::event& what) {
    (void)expect_done([&](auto then) { engine.record(stream, what, {"bench"}, then); });
  };
  record(
    events::stream_of(list),
    events::contact_list_uploaded{
      .list = list,
      .name = "bench",
      .rows = contacts,
      .rejected = 0,
      .file_sha256 = {},
      .columns = {{"customer_name", 0, {}}, {"account_id", 0, {}}, {"plan", 0, {}}}});
  record(
    events::stream_of(workflow),
    events::workflow_created{
      .workflow = workflow,
      .name = "bench",
      .agent = "agent",
      .prompt = "Hello {{customer_name}}, your plan is {{plan}}.",
      .required_variables = {}});
  record(
    events::stream_of(trunk),
    events::trunk_created{
      .trunk = trunk,
      .name = "bench",
      .provider = "simulated",
      .settings = std::string{instant_carrier},
      .caller_ids = {"+14155550199"},
      .channels = lines,
      .rate = {}});
  events::campaign_settings settings;
  settings.name = "bench";
  settings.concurrency = lines;
  settings.retry.max_attempts = 3;
  settings.retry.retry_interval_minutes = 0;
  for (auto how : {events::outcome::busy, events::outcome::no_answer, events::outcome::voicemail})
    settings.retry.rules[how] = {.retry = true, .backoff = {}, .interval_minutes = {0}};
  (void)expect_done([&](auto then) {
    engine.command(
      campaign,
      domain::create_campaign{
        {.campaign = campaign,
         .workflow = workflow,
         .list = list,
         .trunk = trunk,
         .contacts = contacts,
         .list_sha256 = {},
         .settings = settings}},
      {"bench"},
      then);
  });
}

/// Looks now and then: a watcher that is told of every batch would cost more
/// than it should in a measurement.
void wait_until_completed(const actors::engine& engine) {
  auto is_completed = [&] {
    auto view = engine.library().look().campaign(campaign);
    return view && view->state.status == domain::campaign_status::completed;
  };
  while (!is_completed())
    std::this_thread::sleep_for(milliseconds{10});
}

} // namespace

measured run_campaign(const std::filesystem::path& data, std::uint32_t contacts) {
  auto opened = app::open_stores(data, {});
  if (const auto* why = std::get_if<std::string>(&opened)) {
    std::fprintf(stderr, "%s\n", why->c_str());
    std::abort();
  }
  auto& all = std::get<app::stores>(opened);
  store_list(*all.vault, contacts);
  actors::engine engine{actors::engine::parts{
    .now = now,
    .real_time = [](events::duration it) { return it; },
    .journal = all.journal.get(),
    .vault = all.vault.get(),
    .rows = all.views.get(),
    .make_provider = make_carrier}};
  set_up(engine, contacts);
  auto events_before = all.journal->head().position;
  auto cpu_before = cpu_now();
  auto began = steady_clock::now();
  (void)expect_done(
    [&](auto then) { engine.command(campaign, domain::start_campaign{}, {"bench"}, then); });
  wait_until_completed(engine);
  auto view = engine.library().look().campaign(campaign);
  return {
    .seconds = duration<double>(steady_clock::now() - began).count(),
    .cpu_seconds = cpu_now() - cpu_before,
    .attempts = view->progress.attempts,
    .events = all.journal->head().position - events_before,
    .bytes_on_disk = bytes_below(data)};
}

} // namespace ringmaster::bench
