#include "projections/rows.hpp"

#include "events/codec.hpp"
#include "rows.pb.h"

#include <cstdio>
#include <cstdlib>

namespace ringmaster::projections::rows {

namespace {

std::int64_t micros(events::instant at) {
  return at.time_since_epoch().count();
}
std::int64_t micros(const std::optional<events::instant>& at) {
  return at ? micros(*at) : 0;
}
events::instant at_micros(std::int64_t count) {
  return events::instant{events::duration{count}};
}
std::optional<events::instant> maybe_at(std::int64_t count) {
  return count == 0 ? std::nullopt : std::optional{at_micros(count)};
}

[[noreturn]] void give_up() {
  std::fputs(
    "ringmaster: a row of the views can't be read; delete views/ and start again\n", stderr);
  std::abort();
}

/// One per thread and kind, so that its memory is used again.
template <class Message>
Message& scratch() {
  thread_local Message message;
  message.Clear();
  return message;
}

template <class Message>
Message& parse(std::string_view bytes) {
  auto& message = scratch<Message>();
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    give_up();
  return message;
}

std::string bytes_of(const google::protobuf::MessageLite& message) {
  std::string bytes;
  message.SerializeToString(&bytes);
  return bytes;
}

void write(BreakerTrip& to, const events::breaker_trip& it) {
  to.set_calls(it.calls);
  to.set_failures(it.failures);
  to.set_threshold_percent(it.threshold_percent);
  to.set_window_seconds(it.window_seconds);
  for (const auto& each : it.failed_calls) {
    auto& call = *to.add_failed_calls();
    call.set_campaign(each.campaign.value);
    call.set_row(each.row);
    call.set_attempt(each.attempt);
  }
}

events::breaker_trip read(const BreakerTrip& from) {
  events::breaker_trip it{
    .calls = from.calls(),
    .failures = from.failures(),
    .threshold_percent = from.threshold_percent(),
    .window_seconds = from.window_seconds(),
    .failed_calls = {}};
  for (const auto& each : from.failed_calls())
    it.failed_calls.push_back({{each.campaign()}, each.row(), each.attempt()});
  return it;
}

void write(Campaign& to, const progress& it) {
  to.set_pending(it.pending);
  to.set_waiting(it.waiting);
  to.set_in_flight(it.in_flight);
  to.set_completed(it.completed);
  to.set_failed(it.failed);
  to.set_cancelled(it.cancelled);
  to.set_processed(it.processed);
  to.set_attempts(it.attempts);
  to.set_answered(it.answered);
  to.mutable_outcomes()->Assign(it.outcomes.begin(), it.outcomes.end());
}

progress read_progress(const Campaign& from, std::uint64_t total) {
  progress it{
    .total = total,
    .pending = from.pending(),
    .waiting = from.waiting(),
    .in_flight = from.in_flight(),
    .completed = from.completed(),
    .failed = from.failed(),
    .cancelled = from.cancelled(),
    .processed = from.processed(),
    .attempts = from.attempts(),
    .answered = from.answered(),
    .outcomes = {}};
  for (int i = 0; i < from.outcomes_size() && i < static_cast<int>(it.outcomes.size()); ++i)
    it.outcomes[static_cast<std::size_t>(i)] = from.outcomes(i);
  return it;
}

} // namespace

std::string encode(const checkpoint& it) {
  auto& to = scratch<Checkpoint>();
  to.set_position(it.position);
  to.set_chain_hash(it.chain_hash);
  to.set_generation(it.generation);
  to.set_format(it.format);
  return bytes_of(to);
}

checkpoint decode_checkpoint(std::string_view bytes) {
  const auto& from = parse<Checkpoint>(bytes);
  return {from.position(), from.chain_hash(), from.generation(), from.format()};
}

std::string encode_version(std::uint64_t version) {
  auto& to = scratch<Version>();
  to.set_version(version);
  return bytes_of(to);
}

std::uint64_t decode_version(std::string_view bytes) {
  return parse<Version>(bytes).version();
}

std::string encode_open(const std::vector<std::uint32_t>& rows) {
  auto& to = scratch<Open>();
  to.mutable_rows()->Assign(rows.begin(), rows.end());
  return bytes_of(to);
}

std::vector<std::uint32_t> decode_open(std::string_view bytes) {
  const auto& from = parse<Open>(bytes);
  return {from.rows().begin(), from.rows().end()};
}

std::string encode_definition(const domain::campaign& it) {
  return rows::encode(events::envelope{
    .stream = events::stream_of(it.id),
    .recorded_at = {},
    .actor = "system",
    .event = events::campaign_created{
      .campaign = it.id,
      .workflow = it.workflow,
      .list = it.list,
      .trunk = it.trunk,
      .contacts = it.contacts,
      .list_sha256 = {},
      .settings = it.settings}});
}

std::string encode(const campaign_view& it) {
  auto& to = scratch<Campaign>();
  to.set_status(static_cast<std::uint32_t>(it.state.status));
  to.set_failure(it.state.failure);
  to.set_hang_up(it.state.hang_up);
  to.set_expired(it.state.expired);
  to.set_archived(it.state.archived);
  to.set_redialed_as(it.state.redialed_as.value);
  to.set_version(it.version);
  to.set_position(it.position);
  to.set_created_at(micros(it.created_at));
  to.set_started_at(micros(it.started_at));
  to.set_ended_at(micros(it.ended_at));
  to.set_paused_at(micros(it.paused_at));
  to.set_running_since(micros(it.running_since));
  to.set_paused_by_restore(it.paused_by_restore);
  if (it.breaker_trip)
    write(*to.mutable_breaker_trip(), *it.breaker_trip);
  if (it.hook_failure) {
    to.mutable_hook_failure()->set_failures(it.hook_failure->failures);
    to.mutable_hook_failure()->set_reason(it.hook_failure->reason);
  }
  for (const auto& [first, last] : it.touched.stretches()) {
    to.add_touched(first);
    to.add_touched(last);
  }
  for (const auto& each : it.state.added) {
    auto& list = *to.add_added();
    list.set_list(each.list.value);
    list.set_contacts(each.contacts);
    list.set_sha256(each.list_sha256);
    list.set_next(each.next);
  }
  write(to, it.progress);
  return bytes_of(to);
}

campaign_view decode_campaign(std::string_view definition, std::string_view bytes) {
  auto created = std::get<events::campaign_created>(decode_envelope(definition).event);
  const auto& from = parse<Campaign>(bytes);
  campaign_view it;
  it.state = {
    .status = static_cast<domain::campaign_status>(from.status()),
    .existed = true,
    .id = created.campaign,
    .workflow = created.workflow,
    .list = created.list,
    .trunk = created.trunk,
    .contacts = created.contacts,
    .settings = std::move(created.settings),
    .failure = from.failure(),
    .hang_up = from.hang_up(),
    .expired = from.expired(),
    .archived = from.archived(),
    .redialed_as = {from.redialed_as()},
    .added = {}};
  it.progress = read_progress(from, created.contacts);
  it.version = from.version();
  it.position = from.position();
  it.created_at = at_micros(from.created_at());
  it.started_at = maybe_at(from.started_at());
  it.ended_at = maybe_at(from.ended_at());
  it.paused_at = maybe_at(from.paused_at());
  it.running_since = at_micros(from.running_since());
  it.paused_by_restore = from.paused_by_restore();
  if (from.has_breaker_trip())
    it.breaker_trip = read(from.breaker_trip());
  if (from.has_hook_failure())
    it.hook_failure = {from.hook_failure().failures(), from.hook_failure().reason()};
  for (int i = 0; i + 1 < from.touched_size(); i += 2)
    it.touched.append(from.touched(i), from.touched(i + 1));
  for (const auto& each : from.added())
    it.state.added.push_back({{each.list()}, each.contacts(), each.sha256(), each.next()});
  return it;
}

domain::campaign_status decode_status(std::string_view bytes) {
  return static_cast<domain::campaign_status>(parse<Campaign>(bytes).status());
}

bool decode_archived(std::string_view bytes) {
  return parse<Campaign>(bytes).archived();
}

std::string encode(const contact_view& it) {
  auto& to = scratch<Contact>();
  to.set_phase(static_cast<std::uint32_t>(it.state.phase));
  to.set_attempts(it.state.attempts);
  to.set_held_back(it.state.held_back);
  to.set_last_outcome(static_cast<std::uint32_t>(it.state.last_outcome));
  to.set_due_at(micros(it.state.due_at));
  to.set_dialed_at(micros(it.state.dialed_at));
  to.set_give_up_at(micros(it.state.give_up_at));
  to.set_initiated_at(micros(it.state.initiated_at));
  to.set_answered_at(micros(it.state.answered_at));
  to.set_ended_at(micros(it.state.ended_at));
  to.set_trunk(it.state.trunk.value);
  to.set_caller_id(it.state.caller_id);
  to.set_disposition(static_cast<std::uint32_t>(it.state.disposition));
  to.set_version(it.version);
  to.mutable_runs()->Assign(it.runs.begin(), it.runs.end());
  to.set_turn(static_cast<std::uint32_t>(it.state.turn));
  to.set_withdrawn(it.state.withdrawn);
  to.set_opted_out(it.state.opted_out);
  to.set_answered_by(static_cast<std::uint32_t>(it.state.answered_by));
  to.set_judged(it.state.judged ? static_cast<std::uint32_t>(*it.state.judged) : 0);
  to.set_judged_by_agent(it.state.judged_by_agent);
  to.set_put_off_because(it.state.put_off_because);
  return bytes_of(to);
}

contact_view decode_contact(const events::contact_key& key, std::string_view bytes) {
  const auto& from = parse<Contact>(bytes);
  return {
    .key = key,
    .state =
      {.phase = static_cast<domain::contact_phase>(from.phase()),
       .attempts = from.attempts(),
       .held_back = from.held_back(),
       .last_outcome = static_cast<events::outcome>(from.last_outcome()),
       .due_at = at_micros(from.due_at()),
       .dialed_at = at_micros(from.dialed_at()),
       .give_up_at = at_micros(from.give_up_at()),
       .initiated_at = at_micros(from.initiated_at()),
       .answered_at = at_micros(from.answered_at()),
       .ended_at = at_micros(from.ended_at()),
       .trunk = {from.trunk()},
       .caller_id = from.caller_id(),
       .disposition = static_cast<events::disposition>(from.disposition()),
       .turn = static_cast<domain::contact_turn>(from.turn()),
       .withdrawn = from.withdrawn(),
       .opted_out = from.opted_out(),
       .answered_by = static_cast<events::answerer>(from.answered_by()),
       .judged = from.judged() == 0 ? std::nullopt
                                    : std::optional{static_cast<events::outcome>(from.judged())},
       .judged_by_agent = from.judged_by_agent(),
       .put_off_because = from.put_off_because()},
    .version = from.version(),
    .runs = {from.runs().begin(), from.runs().end()}};
}

std::string encode(const minute_view& it) {
  auto& to = scratch<Minute>();
  to.set_attempts(it.attempts);
  to.set_answered(it.answered);
  to.mutable_outcomes()->Assign(it.outcomes.begin(), it.outcomes.end());
  to.set_most_in_flight(it.most_in_flight);
  to.set_in_flight(it.in_flight);
  return bytes_of(to);
}

minute_view decode_minute(std::uint64_t minute, std::string_view bytes) {
  const auto& from = parse<Minute>(bytes);
  minute_view it{
    .minute = minute,
    .attempts = from.attempts(),
    .answered = from.answered(),
    .outcomes = {},
    .most_in_flight = from.most_in_flight(),
    .in_flight = from.in_flight()};
  for (int i = 0; i < from.outcomes_size() && i < static_cast<int>(it.outcomes.size()); ++i)
    it.outcomes[static_cast<std::size_t>(i)] = from.outcomes(i);
  return it;
}

std::string encode(const run_view& it) {
  auto& to = scratch<Run>();
  to.set_row(it.key.row);
  to.set_attempt(it.key.attempt);
  to.set_trunk(it.trunk.value);
  to.set_caller_id(it.caller_id);
  to.set_provider_ref(it.provider_ref);
  to.set_dialed_at(micros(it.dialed_at));
  to.set_initiated_at(micros(it.initiated_at));
  to.set_ringing_at(micros(it.ringing_at));
  to.set_answered_at(micros(it.answered_at));
  to.set_ended_at(micros(it.ended_at));
  to.set_outcome(it.outcome ? static_cast<std::uint32_t>(*it.outcome) : 0);
  to.set_cause(it.cause);
  to.set_provider_code(it.provider_code);
  to.set_talk_time_ms(it.talk_time_ms);
  to.set_answered_by(static_cast<std::uint32_t>(it.answered_by));
  to.set_has_result(it.has_result);
  to.set_retry_at(micros(it.retry_at));
  to.set_previous_outcome(static_cast<std::uint32_t>(it.previous_outcome));
  to.set_call_disposition(it.call_disposition);
  to.set_opted_out(it.opted_out);
  to.set_ended_minute(it.ended_minute);
  return bytes_of(to);
}

run_view decode_run(events::campaign_id campaign, std::uint64_t position, std::string_view bytes) {
  const auto& from = parse<Run>(bytes);
  run_view it{
    .key = {campaign, from.row(), from.attempt()},
    .position = position,
    .trunk = {from.trunk()},
    .caller_id = from.caller_id(),
    .provider_ref = from.provider_ref(),
    .dialed_at = at_micros(from.dialed_at()),
    .initiated_at = maybe_at(from.initiated_at()),
    .ringing_at = maybe_at(from.ringing_at()),
    .answered_at = maybe_at(from.answered_at()),
    .ended_at = maybe_at(from.ended_at()),
    .outcome = {},
    .cause = from.cause(),
    .provider_code = from.provider_code(),
    .talk_time_ms = from.talk_time_ms(),
    .answered_by = static_cast<events::answerer>(from.answered_by()),
    .has_result = from.has_result(),
    .call_disposition = from.call_disposition(),
    .opted_out = from.opted_out(),
    .ended_minute = from.ended_minute(),
    .retry_at = maybe_at(from.retry_at()),
    .previous_outcome = static_cast<events::outcome>(from.previous_outcome())};
  if (from.outcome() != 0)
    it.outcome = static_cast<events::outcome>(from.outcome());
  return it;
}

std::string encode(const carried_out& it) {
  auto& to = scratch<CarriedOut>();
  to.set_position(it.position);
  to.set_at(micros(it.at));
  to.set_digest(it.digest);
  to.set_stream_kind(static_cast<std::uint32_t>(it.stream.kind));
  to.set_stream_id(it.stream.id);
  to.set_stream_row(it.stream.row);
  to.set_created(it.created);
  return bytes_of(to);
}

carried_out decode_carried_out(std::string_view bytes) {
  const auto& from = parse<CarriedOut>(bytes);
  return {
    .position = from.position(),
    .at = at_micros(from.at()),
    .digest = from.digest(),
    .stream =
      {static_cast<events::stream_kind>(from.stream_kind()), from.stream_id(), from.stream_row()},
    .created = from.created()};
}

std::string encode(const events::envelope& it) {
  return events::encode(it);
}

events::envelope decode_envelope(std::string_view bytes) {
  auto it = events::decode(bytes);
  if (!it)
    give_up();
  return *std::move(it);
}

} // namespace ringmaster::projections::rows
