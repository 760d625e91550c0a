// The promises of docs/reliability.md, each a function that says what breaks it.
#pragma once

#include "domain/campaign.hpp"
#include "domain/contact.hpp"
#include "projections/views.hpp"
#include "simulation/breaker_model.hpp"
#include "simulation/disk.hpp"
#include "support/memory_key_value.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::simulation {

/// Nothing: the promise is kept.
using complaint = std::optional<std::string>;

// -- at the instant of a dial, on the carrier's side ---------------------------

/// The carrier sees no attempt twice; remembers this one.
[[nodiscard]] complaint
no_attempt_twice(std::set<events::attempt_key>& seen, const events::attempt_key& call);

/// The intent was on disk before the carrier heard of it.
[[nodiscard]] complaint
nothing_unrecorded(const domain::contact& on_disk, const events::attempt_key& call);

[[nodiscard]] complaint nothing_outside_a_window(const events::schedule& when, events::instant now);

[[nodiscard]] complaint nothing_after_a_pause(bool pause_acknowledged);

/// Cancelling a contact was acknowledged: nobody calls it again.
[[nodiscard]] complaint nobody_who_was_cancelled(bool cancelled);

/// Not once the campaign's time is up.
[[nodiscard]] complaint
nothing_out_of_season(const events::campaign_settings& of, events::instant now);

/// `up` calls of what `cap` bounds, with this one.
[[nodiscard]] complaint nothing_above_a_cap(std::string_view cap, std::size_t up, std::size_t most);

/// No rolling window holds more calls than the rate makes in it. `placed` are the
/// trunk's calls by time, the last of them at this instant.
[[nodiscard]] complaint
nothing_above_the_rate(const std::deque<events::instant>& placed, events::pace allowed);

/// Another call to the same number is up.
[[nodiscard]] complaint nobody_twice_at_once(bool is_called);

/// Somebody asked to be called no more, and that was acknowledged.
[[nodiscard]] complaint nobody_who_opted_out(bool opted_out);

/// The campaign has a hook, and its last word about this call was leave to make it.
[[nodiscard]] complaint nobody_without_leave(bool has_hook, bool leave);

// -- in the log, event by event --------------------------------------------------

[[nodiscard]] complaint
no_attempt_above_the_budget(const domain::contact& before, const events::retry_policy& policy);

/// Whoever waits is not called before he is due, and nobody before the campaign may begin.
[[nodiscard]] complaint nobody_before_his_time(
  const domain::contact& before, const events::campaign_settings& of, events::instant now);

/// A contact is dialled only while its campaign runs, and never once it is done.
[[nodiscard]] complaint
no_dial_out_of_turn(domain::campaign_status campaign, const domain::contact& before);

/// A slow start: one call at once to begin with, then evenly more.
[[nodiscard]] complaint nothing_above_the_slow_start(
  std::uint64_t in_flight,
  const events::campaign_settings& of,
  events::instant running_since,
  events::instant now);

/// `dials` from one number on one day in UTC, with this one.
[[nodiscard]] complaint
no_number_above_its_day(const std::string& number, std::uint32_t dials, std::uint32_t most);

/// Every contact is finished once.
[[nodiscard]] complaint no_second_end(const domain::contact& before);

/// Nobody is called by two campaigns that were made of one by accident.
[[nodiscard]] complaint no_second_redial(const domain::campaign& before, bool forced);

/// The breaker had spoken by the time of the dial, and nobody heard.
[[nodiscard]] complaint no_dial_behind_a_trip(
  const breaker_model& model,
  const events::breaker_policy& policy,
  events::instant tripped_at,
  events::instant dialed_at);

/// It tripped above the threshold, over calls that there were.
[[nodiscard]] complaint no_trip_without_cause(
  const breaker_model& model,
  const events::breaker_policy& policy,
  const events::breaker_trip& trip);

/// The hook had failed so often since the campaign was started or resumed.
[[nodiscard]] complaint
no_pause_without_failures(const events::hook_failed& it, std::uint32_t failures);

/// A result that its agent brings again changes nothing.
[[nodiscard]] complaint repeats_leave_no_trace(std::uint32_t verdicts, std::uint32_t results);

// -- when somebody was told that something is on record ---------------------------

/// The end of a call.
[[nodiscard]] complaint
recorded_ends_are_on_record(const domain::contact& on_disk, const events::attempt_key& call);

/// What an agent brought, whatever the carrier says beside it.
[[nodiscard]] complaint results_are_kept(
  const std::optional<projections::run_view>& run,
  const std::optional<projections::contact_view>& contact,
  const std::optional<events::call_result>& kept,
  const events::call_verdict& brought);

// -- when nothing is on its way ----------------------------------------------------

[[nodiscard]] complaint counters_close(const projections::progress& it);

/// What the views count is what the log holds.
[[nodiscard]] complaint
counters_are_true(const projections::progress& views, const projections::progress& log);

[[nodiscard]] complaint
done_campaigns_are_completed(domain::campaign_status status, std::uint64_t unfinished);

/// Every waiting contact is in the due index, with a time.
[[nodiscard]] complaint waiting_is_explained(
  const std::set<std::pair<events::instant, std::uint32_t>>& waiting,
  const std::set<std::pair<events::instant, std::uint32_t>>& due_index);

/// What was acknowledged is so, crash or not.
[[nodiscard]] complaint
acknowledged_is_kept(bool pause_acknowledged, domain::campaign_status status);

/// No answer names a position that the log has not reached.
[[nodiscard]] complaint acknowledged_is_on_disk(std::uint64_t position, std::uint64_t on_disk);

/// Somebody could be called, a line is free, and nothing stands in the way.
[[nodiscard]] complaint nobody_waits_for_nothing(std::uint64_t ready, std::uint64_t free_lines);

/// Whoever wants a line has a call, or got a turn among so many of others.
[[nodiscard]] complaint nobody_is_starved(std::uint64_t turns_of_others, std::uint64_t fair);

/// Who brought news is told what became of them.
[[nodiscard]] complaint receipts_are_settled(std::optional<events::duration> oldest);

[[nodiscard]] complaint views_equal_a_refold(
  const test::memory_key_value::table& views, const test::memory_key_value::table& refolded);

/// Everybody of a campaign that is over has come to an end.
[[nodiscard]] complaint nobody_is_lost(domain::campaign_status status, std::uint64_t unfinished);

/// Contact by contact, settings that no promise depends on change nothing.
[[nodiscard]] complaint settings_change_nothing(
  const std::map<events::stream_id, std::vector<std::string>>& plain,
  const std::map<events::stream_id, std::vector<std::string>>& varied);

/// The chain over the stored bytes holds from the first event to the last.
[[nodiscard]] complaint log_verifies(const kept_log& log);

} // namespace ringmaster::simulation
