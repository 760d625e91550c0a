#include "app/server.hpp"

#include "actors/engine.hpp"
#include "app/clock.hpp"
#include "app/defaults_file.hpp"
#include "app/providers.hpp"
#include "app/start_checks.hpp"
#include "app/stores.hpp"
#include "app/telling.hpp"
#include "app/wiring.hpp"
#include "events/codec.hpp"
#include "http/gatekeeper.hpp"
#include "store/signing.hpp"
#include "telephony/real_timer.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <memory>
#include <optional>
#include <thread>

namespace ringmaster::app {

namespace {

constexpr std::string_view software = "ringmaster/0.1.0";

/// A log that ends this far in the future was written under another clock.
constexpr auto clock_tolerance = std::chrono::seconds{5};

/// Where the engine's clock starts, or why it must not: dialling by a clock
/// that is behind the log calls people at the wrong hour.
std::variant<events::instant, std::string>
starting_time(const store::journal& journal, double factor) {
  auto machine = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  auto logged = journal.head().recorded_at;
  if (factor != 1.0)
    return std::max(machine, logged);
  if (logged > machine + clock_tolerance)
    return "the log's last event is of " + events::to_rfc3339(logged)
           + ", which this machine's clock (" + events::to_rfc3339(machine)
           + ") has not reached. Set the clock; or, if the log was written with --time-factor, "
             "serve it with --time-factor again.";
  return machine;
}

/// Blocks the signals in every thread started later, so that `wait` gets them.
sigset_t block_signals() {
  sigset_t ours;
  sigemptyset(&ours);
  for (int it : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&ours, it);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ours;
}

void reload_certificate(http::server& of) {
  auto trouble = of.reload_certificate();
  if (trouble.empty())
    spdlog::info("the TLS certificate was read anew");
  else
    spdlog::error("the TLS certificate stays as it was: {}", trouble);
}

/// Until we are told to stop. SIGHUP has the certificate read anew.
void serve_until_stopped(const sigset_t& signals, http::server& gateway, bool has_tls) {
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP)
    if (has_tls)
      reload_certificate(gateway);
}

/// The journal and the views have a thread each; more workers than the other
/// cores only take the queue from one another (measured on 2 cores: one worker
/// needs a tenth less CPU time than four).
std::size_t engine_workers() {
  constexpr unsigned own_threads = 2;
  auto cores = std::thread::hardware_concurrency();
  return cores > own_threads ? cores - own_threads : 1;
}

int refuse(const std::string& why) {
  spdlog::error("{}", why);
  return 1;
}

} // namespace

int serve(const configuration& with) {
  set_up_log(with.log);
  if (auto why = trouble_with_public_url(with))
    return refuse(*why);
  auto signals = block_signals();
  auto opened = open_stores(
    with.data, {.reserve_bytes = with.reserve_megabytes << 20, .software = std::string{software}});
  if (auto* why = std::get_if<std::string>(&opened))
    return refuse(*why);
  auto& all = std::get<stores>(opened);
  auto start = starting_time(*all.journal, with.time_factor);
  if (auto* why = std::get_if<std::string>(&start))
    return refuse(*why);
  auto key = store::signing_key::load_or_create(with.signing_key_file());
  if (auto* why = std::get_if<std::string>(&key))
    return refuse(*why);
  if (auto why = open_secrets(all, with.secrets_directory(), with.secrets_key_file()))
    return refuse(*why);
  engine_clock clock{std::get<events::instant>(start), with.time_factor};
  auto timer = std::make_unique<telephony::real_timer>(with.time_factor);
  telling telling{clock, all, with.webhooks_allow_private_addresses};
  providers kinds{with, clock, *timer, *all.secrets};
  if (auto why = trouble_with_campaigns(*all.views, with))
    return refuse(*why);
  std::optional<actors::engine> engine;
  engine.emplace(actors::engine::parts{
    .now = [&] { return clock.now(); },
    .real_time = [&](events::duration it) { return clock.real_time(it); },
    .journal = all.journal.get(),
    .vault = all.vault.get(),
    .rows = all.views.get(),
    .make_provider =
      [&](const events::trunk_created& trunk, telephony::news_sink news) {
        return kinds.make(trunk, std::move(news));
      },
    .result_token = [&](const events::attempt_key& call) { return kinds.result_token(call); },
    .sign_head =
      [&](const store::journal_head& head) {
        return std::get<store::signing_key>(key).sign(head, all.journal->generation());
      },
    .ask_hook = telling.hook_asker(),
    .views_moved = [&] { telling.stir(); },
    .workers = engine_workers(),
    .software = std::string{software}});
  constexpr std::size_t most_copies_waiting = 16;
  std::optional<worker> copier{std::in_place, most_copies_waiting};
  eraser erasing{all, *engine, *copier};
  auto services =
    make_services(clock, all, *engine, kinds, *copier, erasing, with.reserve_megabytes << 20U);
  auto defaults = load_campaign_defaults(with.campaign_defaults, clock.now());
  if (auto* why = std::get_if<std::string>(&defaults))
    return refuse(*why);
  services.results_accepted_for = std::chrono::hours{with.results_accepted_hours};
  services.campaign_defaults = std::get<events::campaign_settings>(std::move(defaults));
  services.longest_wait = with.http.longest_wait;
  telling.wire(services, *engine, *copier);
  auto listening = http::server::start(with.http, services);
  if (auto* why = std::get_if<std::string>(&listening))
    return refuse(*why);
  auto& gateway = std::get<std::unique_ptr<http::server>>(listening);
  bool has_tls = !with.http.tls_certificate.empty();
  spdlog::info(
    "serving on {}://{}:{}, data in {}, {} events in the log",
    has_tls ? "https" : "http",
    with.http.address,
    gateway->port(),
    with.data.string(),
    all.journal->head().position);
  if (!http::has_keys(services))
    spdlog::warn("no API key: only this machine is served, and everybody on it may do everything");
  erasing.resume();
  telling.begin(*engine);
  serve_until_stopped(signals, *gateway, has_tls);
  spdlog::info("stopping");
  gateway.reset(); // first the callers, then what they call
  telling.stop();
  copier.reset();
  engine.reset();
  timer.reset();
  spdlog::info("stopped at position {}", all.journal->head().position);
  return 0;
}

} // namespace ringmaster::app
