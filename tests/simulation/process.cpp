#include "simulation/process.hpp"

#include "simulation/gateway.hpp"

#include <chrono>
#include <utility>

namespace ringmaster::simulation {

namespace {

caf::behavior network(caf::event_based_actor* self) {
  return {
    [self](const actors::errand& what) { what(self); },
  };
}

} // namespace

/// The views as a process has them: once it is dead, it writes no more.
class process::mortal_rows : public store::key_value {
public:
  mortal_rows(test::memory_key_value& real, const bool& dead) : real_{real}, dead_{dead} {}

  [[nodiscard]] std::unique_ptr<snapshot> look() const override { return real_.look(); }
  void write(const store::key_value_batch& batch) override {
    if (!dead_)
      real_.write(batch);
  }
  void clear() override { real_.clear(); }

private:
  test::memory_key_value& real_;
  const bool& dead_;
};

process::process(const machine& on, std::unique_ptr<store::log_storage> log)
  : journal_{store::journal::over(std::move(log))}, rows_{std::make_unique<mortal_rows>(
                                                      on.views, dead_)} {
  actors::catch_up(*journal_, on.views, [](auto, auto) {});
  actors_.emplace(
    actors::environment{
      .now = on.now,
      .real_time = [](duration wait) { return std::chrono::nanoseconds{wait}; },
      .journal = journal_.get(),
      .vault = &on.vault,
      .make_provider = [&far_ends = on.far_ends, over = over_](
                         const events::trunk_created& trunk, const telephony::news_sink&)
        -> std::variant<std::unique_ptr<telephony::provider>, std::string> {
        return far_ends.at(trunk.trunk)->connect(over);
      },
      .result_token = result_token,
      .ask_hook =
        [&hooks = on.hooks, over = over_](
          const domain::hook_question& what, std::function<void(domain::hook_answer)> then) {
          hooks.ask(over, what, std::move(then));
        },
      .limits = on.limits},
    *rows_);
  over_->news = [registry = actors_->registry()](telephony::call_news news) {
    caf::anon_send(registry, std::move(news));
  };
  network_ = actors_->spawn(network);
  door_.emplace(actors_->door());
  services_ = make_gateway(
    {.now = on.now,
     .new_id = on.new_id,
     .later = [this](std::function<void()> what) { later(std::move(what)); },
     .door = *door_,
     .journal = *journal_,
     .vault = on.vault});
  auto stream = events::engine_stream;
  caf::anon_send(
    actors_->journal(),
    actors::append_request{
      .what =
        {.stream = stream,
         .expected_version = actors_->look().version_of(stream),
         .events = {events::engine_started{journal_->epoch(), "simulated"}},
         .new_work = false},
      .results = {}});
  caf::anon_send(actors_->registry(), actors::wake_running{});
}

void process::die() {
  dead_ = true;
  over_->news = nullptr;
}

void process::request(http::incoming what, http::reply answer) {
  later([this, what = std::move(what), answer = std::move(answer)] {
    http::handle(what, services_, answer);
  });
}

void process::later(std::function<void()> what) {
  caf::anon_send(
    network_, actors::errand{[what = std::move(what)](caf::event_based_actor*) { what(); }});
}

} // namespace ringmaster::simulation
