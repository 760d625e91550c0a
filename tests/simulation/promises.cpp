#include "simulation/promises.hpp"

#include "domain/pre_dial.hpp"
#include "domain/schedule.hpp"
#include "events/codec.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::simulation {

using domain::campaign_status;
using events::instant;

namespace {

complaint unless(bool kept, std::string otherwise) {
  return kept ? std::nullopt : complaint{std::move(otherwise)};
}

std::string tell(const projections::progress& it) {
  return "total " + std::to_string(it.total) + ", pending " + std::to_string(it.pending)
         + ", waiting " + std::to_string(it.waiting) + ", in flight " + std::to_string(it.in_flight)
         + ", completed " + std::to_string(it.completed) + ", failed " + std::to_string(it.failed)
         + ", cancelled " + std::to_string(it.cancelled) + ", attempts "
         + std::to_string(it.attempts);
}

} // namespace

complaint no_attempt_twice(std::set<events::attempt_key>& seen, const events::attempt_key& call) {
  return unless(seen.insert(call).second, to_string(call) + " came to the carrier twice");
}

complaint nothing_unrecorded(const domain::contact& on_disk, const events::attempt_key& call) {
  return unless(
    on_disk.phase == domain::contact_phase::dialed && on_disk.attempts == call.attempt,
    to_string(call) + " came to the carrier, and on disk the contact is "
      + std::string{domain::to_string(on_disk.phase)} + " after " + std::to_string(on_disk.attempts)
      + " attempts");
}

complaint nothing_outside_a_window(const events::schedule& when, instant now) {
  return unless(domain::is_open(when, now), "dialled at " + domain::local_text(when, now));
}

complaint nothing_after_a_pause(bool pause_acknowledged) {
  return unless(!pause_acknowledged, "dialled after a pause was acknowledged");
}

complaint nobody_who_was_cancelled(bool cancelled) {
  return unless(!cancelled, "dialled a contact that was cancelled");
}

complaint nothing_out_of_season(const events::campaign_settings& of, instant now) {
  return unless(!of.expires_at || now < *of.expires_at, "dialled after the campaign's time was up");
}

complaint nobody_before_his_time(
  const domain::contact& before, const events::campaign_settings& of, instant now) {
  if (of.not_before && now < *of.not_before)
    return "dialled before " + events::to_rfc3339(*of.not_before) + ", when the campaign may begin";
  return unless(
    before.phase != domain::contact_phase::waiting || before.due_at <= now,
    "dialled before " + events::to_rfc3339(before.due_at) + ", when he was due");
}

complaint nothing_above_a_cap(std::string_view cap, std::size_t up, std::size_t most) {
  return unless(
    up <= most,
    std::to_string(up) + " calls up, the " + std::string{cap} + " allows " + std::to_string(most));
}

complaint nothing_above_the_rate(const std::deque<instant>& placed, events::pace allowed) {
  auto before = placed.back() - std::chrono::seconds{allowed.seconds};
  auto calls = placed.end() - std::ranges::upper_bound(placed, before);
  return unless(
    allowed.calls == 0 || calls <= allowed.calls,
    std::to_string(calls) + " calls within " + std::to_string(allowed.seconds)
      + " s, the trunk allows " + std::to_string(allowed.calls));
}

complaint nobody_twice_at_once(bool is_called) {
  return unless(!is_called, "called somebody whom another call is ringing");
}

complaint nobody_who_opted_out(bool opted_out) {
  return unless(!opted_out, "dialled somebody who opted out");
}

complaint nobody_without_leave(bool has_hook, bool leave) {
  return unless(!has_hook || leave, "dialled without leave of the campaign's hook");
}

complaint
no_attempt_above_the_budget(const domain::contact& before, const events::retry_policy& policy) {
  return unless(
    before.attempts_spent() < policy.max_attempts,
    "attempt " + std::to_string(before.attempts_spent() + 1) + " of "
      + std::to_string(policy.max_attempts));
}

complaint no_dial_out_of_turn(campaign_status campaign, const domain::contact& before) {
  // A campaign fails because it can't go on, not because somebody asked it to
  // hold: a dial under way at that moment may be recorded behind it.
  bool may = campaign == campaign_status::running || campaign == campaign_status::failed;
  return unless(
    may && !before.in_flight() && before.phase != domain::contact_phase::finished,
    "dialled a contact that is " + std::string{domain::to_string(before.phase)}
      + " of a campaign that is " + std::string{domain::to_string(campaign)});
}

complaint nothing_above_the_slow_start(
  std::uint64_t in_flight,
  const events::campaign_settings& of,
  instant running_since,
  instant now) {
  std::chrono::duration<double> passed = now - running_since;
  auto share = of.ramp_up_seconds == 0 ? 1.0 : passed.count() / of.ramp_up_seconds;
  auto most = 1 + std::clamp(share, 0.0, 1.0) * (of.concurrency - 1);
  constexpr double rounding = 1e-6; // of a share that comes to a whole call
  return unless(
    static_cast<double>(in_flight) <= most + rounding,
    std::to_string(in_flight) + " calls up, and so early the slow start allows "
      + std::to_string(most));
}

complaint
no_number_above_its_day(const std::string& number, std::uint32_t dials, std::uint32_t most) {
  return unless(
    most == 0 || dials <= most,
    std::to_string(dials) + " dials of one day from " + number + ", which may have "
      + std::to_string(most));
}

complaint no_second_end(const domain::contact& before) {
  return unless(before.phase != domain::contact_phase::finished, "finished twice");
}

complaint no_second_redial(const domain::campaign& before, bool forced) {
  return unless(
    !before.redialed_as || forced,
    to_string(before.id) + " was redialed as " + to_string(before.redialed_as) + " already");
}

complaint no_dial_behind_a_trip(
  const breaker_model& model,
  const events::breaker_policy& policy,
  instant tripped_at,
  instant dialed_at) {
  return unless(
    dialed_at <= tripped_at || !model.trips(policy, dialed_at),
    "dialled at " + events::to_rfc3339(dialed_at) + ", the breaker had to trip at "
      + events::to_rfc3339(tripped_at));
}

complaint no_trip_without_cause(
  const breaker_model& model,
  const events::breaker_policy& policy,
  const events::breaker_trip& trip) {
  bool above =
    trip.calls >= policy.min_calls_in_window
    && trip.failures * 100ULL > std::uint64_t{trip.calls} * policy.failure_threshold_percent;
  bool true_calls =
    std::ranges::all_of(trip.failed_calls, [&](const auto& call) { return model.failed(call); });
  return unless(
    policy.enabled && above && true_calls,
    "tripped over " + std::to_string(trip.failures) + " failures of " + std::to_string(trip.calls)
      + (true_calls ? "" : ", of which some were none"));
}

complaint no_pause_without_failures(const events::hook_failed& it, std::uint32_t failures) {
  return unless(
    it.failures >= domain::most_hook_failures && it.failures <= failures,
    "paused after " + std::to_string(it.failures) + " failures of the hook, of which there were "
      + std::to_string(failures));
}

complaint repeats_leave_no_trace(std::uint32_t verdicts, std::uint32_t results) {
  return unless(
    verdicts <= results,
    std::to_string(verdicts) + " verdicts on record, and the agent brought "
      + std::to_string(results) + " results");
}

complaint
recorded_ends_are_on_record(const domain::contact& on_disk, const events::attempt_key& call) {
  return unless(
    on_disk.attempts > call.attempt || (on_disk.attempts == call.attempt && !on_disk.in_flight()),
    "the end of " + to_string(call) + " is said to be on record, and on disk the contact is "
      + std::string{domain::to_string(on_disk.phase)});
}

complaint results_are_kept(
  const std::optional<projections::run_view>& run,
  const std::optional<projections::contact_view>& contact,
  const std::optional<events::call_result>& kept,
  const events::call_verdict& brought) {
  bool shown = run && run->has_result && run->call_disposition == brought.disposition && contact
               && (contact->state.opted_out || !brought.opted_out);
  bool whole = kept && kept->transcript == brought.result->transcript
               && kept->gathered_context == brought.result->gathered_context;
  return unless(
    shown && whole,
    "the result \"" + brought.disposition + "\" was acknowledged, and "
      + (shown ? "the vault holds " + (kept ? kept->transcript : std::string{"none"}) : std::string{"its run does not show it"}));
}

complaint counters_close(const projections::progress& it) {
  return unless(
    it.pending + it.waiting + it.in_flight + it.completed + it.failed + it.cancelled == it.total,
    "the counters do not close: " + tell(it));
}

complaint counters_are_true(const projections::progress& views, const projections::progress& log) {
  bool same = views.total == log.total && views.pending == log.pending
              && views.waiting == log.waiting && views.in_flight == log.in_flight
              && views.completed == log.completed && views.failed == log.failed
              && views.cancelled == log.cancelled && views.attempts == log.attempts;
  return unless(same, "the views say " + tell(views) + "; the log says " + tell(log));
}

complaint done_campaigns_are_completed(campaign_status status, std::uint64_t unfinished) {
  bool open = status == campaign_status::running || status == campaign_status::paused;
  return unless(
    !open || unfinished > 0,
    "everybody is done, and the campaign is " + std::string{domain::to_string(status)});
}

complaint waiting_is_explained(
  const std::set<std::pair<instant, std::uint32_t>>& waiting,
  const std::set<std::pair<instant, std::uint32_t>>& due_index) {
  if (waiting != due_index)
    return std::to_string(waiting.size()) + " contacts wait by the log, and "
           + std::to_string(due_index.size()) + " by the due index";
  bool timed = std::ranges::all_of(waiting, [](const auto& it) { return it.first > instant{}; });
  return unless(timed, "a contact waits for no time");
}

complaint acknowledged_is_kept(bool pause_acknowledged, campaign_status status) {
  return unless(
    !pause_acknowledged || status != campaign_status::running,
    "a pause was acknowledged, and the campaign is running");
}

complaint acknowledged_is_on_disk(std::uint64_t position, std::uint64_t on_disk) {
  return unless(
    position <= on_disk,
    "position " + std::to_string(position) + " was acknowledged, and on disk are "
      + std::to_string(on_disk) + " events");
}

complaint nobody_waits_for_nothing(std::uint64_t ready, std::uint64_t free_lines) {
  return unless(
    ready == 0 || free_lines == 0,
    std::to_string(ready) + " contacts could be called on " + std::to_string(free_lines)
      + " free lines");
}

complaint nobody_is_starved(std::uint64_t turns_of_others, std::uint64_t fair) {
  return unless(
    turns_of_others <= fair,
    "others had " + std::to_string(turns_of_others) + " turns, and a campaign that waits none");
}

complaint receipts_are_settled(std::optional<events::duration> oldest) {
  return unless(
    !oldest,
    "news were brought "
      + std::to_string(
        std::chrono::floor<std::chrono::seconds>(oldest.value_or(events::duration{})).count())
      + " s ago, and nobody was told what became of them");
}

complaint views_equal_a_refold(
  const test::memory_key_value::table& views, const test::memory_key_value::table& refolded) {
  if (views == refolded)
    return std::nullopt;
  auto [mine, theirs] = std::mismatch(views.begin(), views.end(), refolded.begin(), refolded.end());
  std::string key = mine != views.end() ? mine->first : theirs->first;
  return "the views hold " + std::to_string(views.size()) + " rows, a refold of the log "
         + std::to_string(refolded.size()) + "; they differ from the row of kind "
         + std::to_string(key.empty() ? 0 : static_cast<unsigned char>(key.front()));
}

complaint settings_change_nothing(
  const std::map<events::stream_id, std::vector<std::string>>& plain,
  const std::map<events::stream_id, std::vector<std::string>>& varied) {
  if (plain == varied)
    return std::nullopt;
  auto [mine, theirs] = std::mismatch(plain.begin(), plain.end(), varied.begin(), varied.end());
  auto stream = mine != plain.end() ? mine->first : theirs->first;
  return "under other settings " + to_string(stream) + " ends otherwise; "
         + std::to_string(plain.size()) + " contacts before, " + std::to_string(varied.size())
         + " now";
}

complaint log_verifies(const kept_log& log) {
  store::chain_hasher chain;
  store::chain_hash before{};
  for (std::size_t i = 0; i < log.records.size(); ++i) {
    if (chain.next(before, log.records[i].bytes) != log.records[i].hash)
      return "the chain breaks at position " + std::to_string(i + 1);
    before = log.records[i].hash;
  }
  return std::nullopt;
}

complaint nobody_is_lost(campaign_status status, std::uint64_t unfinished) {
  bool over = status == campaign_status::completed || status == campaign_status::cancelled;
  return unless(
    over && unfinished == 0,
    std::to_string(unfinished) + " contacts never came to an end, and the campaign is "
      + std::string{domain::to_string(status)});
}

} // namespace ringmaster::simulation
