#include "app/metrics.hpp"

#include "events/call.hpp"

#include <unistd.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <variant>

namespace ringmaster::app {

namespace {

using measures::page;

/// More than the views are behind while they keep up, and a fifth of where the
/// log begins to wait for them.
constexpr std::uint64_t most_lag = 10'000;

double number(std::uint64_t it) {
  return static_cast<double>(it);
}

template <class... Event>
constexpr auto names_of(const std::variant<Event...>*) {
  return std::array<std::string_view, sizeof...(Event)>{Event::type...};
}

std::uint64_t lag_of(const stores& of, const projections::library& views) {
  auto shown = views.look().position(); // first, so that it is never ahead
  return of.journal->head().position - shown;
}

void add_log(page& to, const store::journal& journal) {
  const auto& of = journal.measures();
  to.counters("ringmaster_appends_total", "Appends to the log.")
    .value(number(of.appends.value()), {{"result", "done"}})
    .value(number(of.conflicts.value()), {{"result", "conflict"}})
    .value(number(of.busy.value()), {{"result", "busy"}});
  to.add("ringmaster_log_commit_seconds", "Time to write a batch and sync it.", of.commit_seconds);
  to.add("ringmaster_log_batch_events", "Events that share one sync.", of.batch_events);
  to.counters("ringmaster_events_total", "Events written to the log.");
  constexpr auto names = names_of(static_cast<const events::event*>(nullptr));
  for (std::size_t at = 0; at < names.size(); ++at)
    to.value(number(of.events[at].value()), {{"type", std::string{names[at]}}});
  to.counters("ringmaster_attempts_ended_total", "Attempts by how they ended.");
  for (std::size_t at = 1; at < of.outcomes.size(); ++at)
    to.value(
      number(of.outcomes[at].value()),
      {{"outcome", std::string{to_string(static_cast<events::outcome>(at))}}});
  to.gauges("ringmaster_log_position", "Events in the log.").value(number(journal.head().position));
}

void add_campaigns(page& to, const projections::library& views) {
  auto look = views.look();
  std::uint64_t in_flight = 0;
  auto running = look.running_campaigns();
  for (auto id : running)
    if (auto campaign = look.campaign(id))
      in_flight += campaign->progress.in_flight;
  to.gauges("ringmaster_campaigns_running", "Campaigns that run.").value(number(running.size()));
  to.gauges("ringmaster_lines_in_use", "Calls that running campaigns have up.")
    .value(number(in_flight));
}

void add_gateway(page& to, const http::gateway_measures& of) {
  to.counters("ringmaster_http_requests_total", "Answers to requests.");
  for (std::size_t method = 0; method < of.methods.size(); ++method)
    for (unsigned at = 0; at < http::gateway_measures::statuses; ++at)
      if (auto count = of.answers[method][at].value(); count > 0)
        to.value(
          number(count),
          {{"method", std::string{of.methods[method]}},
           {"status", std::to_string(at + http::gateway_measures::first_status)}});
  to.add(
    "ringmaster_http_request_seconds",
    "From a request's head to the end of its answer.",
    of.answer_seconds);
  to.counters("ringmaster_callbacks_total", "What carriers and voice agents told us.")
    .value(number(of.callbacks_recorded.value()), {{"result", "recorded"}})
    .value(number(of.callbacks_refused.value()), {{"result", "refused"}})
    .value(number(of.callbacks_failed.value()), {{"result", "failed"}});
  to.counters("ringmaster_http_turned_away_total", "Connections refused at a limit.")
    .value(number(of.turned_away.value()));
  to.gauges("ringmaster_http_connections", "Open connections.")
    .value(static_cast<double>(of.connections.load()));
  to.gauges("ringmaster_live_feeds", "Open live feeds.")
    .value(static_cast<double>(of.live_feeds.load()));
}

std::uint64_t free_bytes(const stores& of) {
  std::error_code why;
  auto space = std::filesystem::space(of.directory, why);
  return why ? 0 : space.available;
}

} // namespace

std::string metrics_page(
  const stores& of,
  const projections::library& views,
  const http::gateway_measures& gateway,
  const command_counts& commands) {
  page it;
  it.counters("ringmaster_commands_total", "Commands to the engine.")
    .value(number(commands.done.value()), {{"result", "done"}})
    .value(number(commands.refused.value()), {{"result", "refused"}})
    .value(number(commands.unavailable.value()), {{"result", "unavailable"}});
  add_log(it, *of.journal);
  it.gauges("ringmaster_views_lag_events", "Events that the views have yet to show.")
    .value(number(lag_of(of, views)));
  add_campaigns(it, views);
  add_gateway(it, gateway);
  it.gauges("ringmaster_disk_free_bytes", "Free on the disk of the data directory.")
    .value(number(free_bytes(of)));
  return it.take();
}

std::vector<http::health_check>
check_health(const stores& of, const projections::library& views, std::uint64_t reserve_bytes) {
  bool writable = access((of.directory / "journal").c_str(), W_OK) == 0;
  auto lag = lag_of(of, views);
  auto free = free_bytes(of);
  return {
    {.name = "log",
     .passed = writable,
     .detail = writable ? "can be written" : "cannot be written"},
    {.name = "views",
     .passed = lag <= most_lag,
     .detail = std::to_string(lag) + " events behind the log"},
    {.name = "disk",
     .passed = free > reserve_bytes,
     .detail = std::to_string(free >> 20U) + " MB free, " + std::to_string(reserve_bytes >> 20U)
               + " in reserve"}};
}

} // namespace ringmaster::app
