#include "simulation/inspector.hpp"

#include "domain/schedule.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace ringmaster::simulation {

namespace {

constexpr std::uint64_t checks_between_counts = 32;
constexpr std::uint64_t checks_between_looks = 4'096;

std::uint64_t room(std::uint64_t most, std::uint64_t used) {
  return most - std::min(most, used);
}

} // namespace

bool inspector::check(process& in, const moment& when) {
  for (const auto& [id, it] : auditor_.accounts())
    if (!when.disk_busy)
      auditor_.hold(
        "done_campaigns_are_completed",
        done_campaigns_are_completed(it.state.status, it.unfinished()),
        when.now);
  if (++checks_ % checks_between_counts == 0) {
    auto look = in.actors().look();
    for (const auto& [id, it] : auditor_.accounts()) {
      count(it, look, when.now);
      look_for_idleness(it, when);
    }
    auto oldest = auditor_.oldest_receipt();
    if (oldest && (when.excused || *oldest < patience))
      oldest.reset();
    auditor_.hold("receipts_are_settled", receipts_are_settled(oldest), when.now);
  }
  bool closely = checks_ % checks_between_looks == 0;
  if (closely)
    look_closely(in, when.now);
  return closely;
}

void inspector::count(
  const campaign_account& of, const projections::library_view& look, instant now) {
  auditor_.hold(
    "acknowledged_is_kept", acknowledged_is_kept(of.pause_acknowledged, of.state.status), now);
  if (auto view = look.campaign(of.state.id)) {
    auditor_.hold("counters_close", counters_close(view->progress), now);
    auditor_.hold("counters_are_true", counters_are_true(view->progress, of.progress), now);
  }
}

void inspector::look_for_idleness(const campaign_account& of, const moment& when) {
  auto now = when.engine_now;
  const auto& schedule = of.state.settings.schedule;
  bool idle = !when.excused && of.state.status == domain::campaign_status::running
              && now - of.last_dial > patience && domain::is_open(schedule, now)
              && domain::is_open(schedule, now - patience)
              && of.state.settings.not_before.value_or(instant{}) + patience < now;
  if (!idle) {
    idle_since_.erase(of.state.id);
    return look_for_starvation(of, false, when.now);
  }
  std::uint64_t ready = of.progress.pending;
  for (const auto& [due_at, row] : of.waiting) {
    if (due_at > now - patience)
      break;
    ++ready;
  }
  // A line that has just become free is given out at the trunk's rate.
  auto found = nobody_waits_for_nothing(ready, lines_free_for(of, now));
  look_for_starvation(of, ready > 0 && of.progress.in_flight == 0, when.now);
  if (!found)
    idle_since_.erase(of.state.id);
  else if (idle_since_.emplace(of.state.id, when.now).first->second + patience > when.now)
    found.reset();
  auditor_.hold("nobody_waits_for_nothing", std::move(found), when.now);
}

/// Whoever has no call has the fewest for his weight, and gets the next line; where
/// turns are shared, one of so many as all weigh together.
void inspector::look_for_starvation(const campaign_account& of, bool hungry, instant now) {
  if (!hungry || of.state.settings.pre_dial_hook) {
    hungry_since_.erase(of.state.id);
    return;
  }
  const auto& trunk = auditor_.trunks().at(of.state.trunk);
  hunger current{of.progress.attempts, trunk.dials()};
  auto& since = hungry_since_.emplace(of.state.id, current).first->second;
  if (since.own_calls != current.own_calls)
    since = current;
  std::uint64_t fair = trunk.now().channels;
  for (const auto& [id, it] : auditor_.accounts())
    fair += it.state.trunk == of.state.trunk ? 2ULL * it.state.settings.line_weight : 0;
  auditor_.hold(
    "nobody_is_starved", nobody_is_starved(current.all_calls - since.all_calls, fair), now);
}

std::uint64_t inspector::lines_free_for(const campaign_account& of, instant now) const {
  std::uint64_t up = 0;
  for (const auto& [id, it] : auditor_.accounts())
    up += it.state.trunk == of.state.trunk ? it.progress.in_flight : 0;
  const auto& trunk = auditor_.trunks().at(of.state.trunk);
  const auto& settings = of.state.settings;
  bool starts_slowly =
    settings.ramp_up_seconds > 0
    && (!of.running_since_is_true || now - of.running_since < std::chrono::seconds{settings.ramp_up_seconds});
  auto today = std::chrono::floor<std::chrono::days>(now);
  if (starts_slowly || (trunk.now().caller_id_limits.per_day > 0 && auditor_.unsure_of(today)))
    return 0;
  return std::min(
    {room(trunk.now().channels, up),
     room(settings.concurrency, of.progress.in_flight),
     trunk.room_of_numbers(today)});
}

void inspector::look_closely(process& in, instant now) {
  auto look = in.actors().look();
  for (const auto& [id, it] : auditor_.accounts()) {
    std::set<std::pair<instant, std::uint32_t>> due;
    for (const auto& each : look.due(id, it.contacts.size() + 1))
      due.insert({each.due_at, each.row});
    auditor_.hold("waiting_is_explained", waiting_is_explained(it.waiting, due), now);
  }
}

void inspector::check_the_end(process& in, const test::memory_key_value& views, instant now) {
  look_closely(in, now);
  test::memory_key_value refolded;
  actors::catch_up(in.journal(), refolded, [](auto, auto) {});
  auditor_.hold("views_equal_a_refold", views_equal_a_refold(views.rows(), refolded.rows()), now);
}

} // namespace ringmaster::simulation
