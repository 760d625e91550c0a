#include "events/codec.hpp"

#include "log.pb.h"

#include <google/protobuf/descriptor.pb.h>

#include <type_traits>
#include <utility>

namespace ringmaster::events {

namespace {

std::int64_t micros(instant at) {
  return at.time_since_epoch().count();
}

instant from_micros(std::int64_t count) {
  return instant{duration{count}};
}

template <class Enum>
bool within(int value, Enum first, Enum last) {
  return value >= static_cast<int>(first) && value <= static_cast<int>(last);
}

// -- to protobuf ---------------------------------------------------------------

void write(log::CampaignSettings& to, const campaign_settings& it) {
  to.set_name(it.name);
  to.set_concurrency(it.concurrency);
  to.mutable_schedule()->set_timezone(it.schedule.timezone);
  for (const auto& each : it.schedule.windows) {
    auto& window = *to.mutable_schedule()->add_windows();
    window.set_day(static_cast<std::uint32_t>(each.day));
    window.set_start_minute(each.start_minute);
    window.set_end_minute(each.end_minute);
  }
  auto& retry = *to.mutable_retry();
  retry.set_max_attempts(it.retry.max_attempts);
  retry.set_retry_interval_minutes(it.retry.retry_interval_minutes);
  for (const auto& [how, rule] : it.retry.rules) {
    auto& each = *retry.add_rules();
    each.set_outcome(static_cast<log::Outcome>(how));
    each.set_retry(rule.retry);
    each.set_backoff(static_cast<std::uint32_t>(rule.backoff));
    each.mutable_interval_minutes()->Assign(
      rule.interval_minutes.begin(), rule.interval_minutes.end());
  }
  auto& breaker = *to.mutable_breaker();
  breaker.set_enabled(it.breaker.enabled);
  breaker.set_failure_threshold_percent(it.breaker.failure_threshold_percent);
  breaker.set_window_seconds(it.breaker.window_seconds);
  breaker.set_min_calls_in_window(it.breaker.min_calls_in_window);
}

void write(log::Envelope& to, const engine_started& it) {
  auto& out = *to.mutable_engine_started();
  out.set_epoch(it.epoch);
  out.set_software(it.software);
}

void write(log::Envelope& to, const contact_list_uploaded& it) {
  auto& out = *to.mutable_contact_list_uploaded();
  out.set_contact_list_id(it.list.value);
  out.set_name(it.name);
  out.set_rows(it.rows);
  out.set_rejected(it.rejected);
  out.set_file_sha256(it.file_sha256);
  for (const auto& each : it.columns) {
    auto& column = *out.add_columns();
    column.set_name(each.name);
    column.set_empty_rows(each.empty_rows);
    column.mutable_first_empty_lines()->Assign(
      each.first_empty_lines.begin(), each.first_empty_lines.end());
  }
}

void write(log::Envelope& to, const workflow_created& it) {
  auto& out = *to.mutable_workflow_created();
  out.set_workflow_id(it.workflow.value);
  out.set_name(it.name);
  out.set_agent(it.agent);
  out.set_prompt(it.prompt);
  out.mutable_required_variables()->Assign(
    it.required_variables.begin(), it.required_variables.end());
}

void write(log::Envelope& to, const trunk_created& it) {
  auto& out = *to.mutable_trunk_created();
  out.set_trunk_id(it.trunk.value);
  out.set_name(it.name);
  out.set_provider(it.provider);
  out.set_settings(it.settings);
  out.mutable_caller_ids()->Assign(it.caller_ids.begin(), it.caller_ids.end());
  out.set_channels(it.channels);
  out.set_calls_per_second(it.calls_per_second);
}

void write(log::Envelope& to, const trunk_removed& it) {
  to.mutable_trunk_removed()->set_trunk_id(it.trunk.value);
}

void write(log::Envelope& to, const campaign_created& it) {
  auto& out = *to.mutable_campaign_created();
  out.set_campaign_id(it.campaign.value);
  out.set_workflow_id(it.workflow.value);
  out.set_contact_list_id(it.list.value);
  out.set_trunk_id(it.trunk.value);
  out.set_contacts(it.contacts);
  out.set_list_sha256(it.list_sha256);
  write(*out.mutable_settings(), it.settings);
}

void write(log::Envelope& to, const campaign_edited& it) {
  write(*to.mutable_campaign_edited()->mutable_settings(), it.settings);
}

void write(log::Envelope& to, const campaign_started&) {
  to.mutable_campaign_started();
}

void write(log::Envelope& to, const campaign_paused& it) {
  auto& out = *to.mutable_campaign_paused();
  if (!it.breaker)
    return;
  auto& trip = *out.mutable_breaker();
  trip.set_calls(it.breaker->calls);
  trip.set_failures(it.breaker->failures);
  trip.set_threshold_percent(it.breaker->threshold_percent);
  trip.set_window_seconds(it.breaker->window_seconds);
  for (const auto& each : it.breaker->failed_calls) {
    auto& call = *trip.add_failed_calls();
    call.set_campaign_id(each.campaign.value);
    call.set_row(each.row);
    call.set_attempt(each.attempt);
  }
}

void write(log::Envelope& to, const campaign_resumed&) {
  to.mutable_campaign_resumed();
}

void write(log::Envelope& to, const campaign_completed&) {
  to.mutable_campaign_completed();
}

void write(log::Envelope& to, const campaign_failed& it) {
  to.mutable_campaign_failed()->set_reason(it.reason);
}

void write(log::Envelope& to, const campaign_deleted&) {
  to.mutable_campaign_deleted();
}

void write(log::Envelope& to, const contact_dialed& it) {
  auto& out = *to.mutable_contact_dialed();
  out.set_attempt(it.attempt);
  out.set_trunk_id(it.trunk.value);
  out.set_caller_id(it.caller_id);
  out.set_at(micros(it.at));
  out.set_due_at(micros(it.due_at));
  out.set_give_up_at(micros(it.give_up_at));
}

void write(log::Envelope& to, const contact_initiated& it) {
  auto& out = *to.mutable_contact_initiated();
  out.set_attempt(it.attempt);
  out.set_provider_ref(it.provider_ref);
  out.set_at(micros(it.at));
}

void write(log::Envelope& to, const contact_ringing& it) {
  auto& out = *to.mutable_contact_ringing();
  out.set_attempt(it.attempt);
  out.set_at(micros(it.at));
}

void write(log::Envelope& to, const contact_answered& it) {
  auto& out = *to.mutable_contact_answered();
  out.set_attempt(it.attempt);
  out.set_at(micros(it.at));
}

void write(log::Envelope& to, const contact_attempt_ended& it) {
  auto& out = *to.mutable_contact_attempt_ended();
  out.set_attempt(it.attempt);
  out.set_outcome(static_cast<log::Outcome>(it.outcome));
  out.set_cause(it.cause);
  out.set_provider_code(it.provider_code);
  out.set_talk_time_ms(it.talk_time_ms);
  out.set_answered_by(static_cast<log::Answerer>(it.answered_by));
  out.set_at(micros(it.at));
  out.set_has_result(it.has_result);
}

void write(log::Envelope& to, const contact_retry_scheduled& it) {
  auto& out = *to.mutable_contact_retry_scheduled();
  out.set_next_attempt(it.next_attempt);
  out.set_due_at(micros(it.due_at));
}

void write(log::Envelope& to, const contact_finished& it) {
  to.mutable_contact_finished()->set_disposition(static_cast<log::Disposition>(it.disposition));
}

// -- from protobuf -------------------------------------------------------------

bool read(campaign_settings& it, const log::CampaignSettings& from) {
  it.name = from.name();
  it.concurrency = from.concurrency();
  it.schedule.timezone = from.schedule().timezone();
  for (const auto& each : from.schedule().windows()) {
    if (each.day() < 1 || each.day() > 7 || each.start_minute() >= 1440 || each.end_minute() > 1440)
      return false;
    it.schedule.windows.push_back(
      {static_cast<weekday>(each.day()),
       static_cast<std::uint16_t>(each.start_minute()),
       static_cast<std::uint16_t>(each.end_minute())});
  }
  it.retry.max_attempts = from.retry().max_attempts();
  it.retry.retry_interval_minutes = from.retry().retry_interval_minutes();
  for (const auto& each : from.retry().rules()) {
    if (!within(each.outcome(), outcome::completed, outcome::unknown) || each.backoff() > 2)
      return false;
    it.retry.rules[static_cast<outcome>(each.outcome())] = {
      .retry = each.retry(),
      .backoff = static_cast<backoff>(each.backoff()),
      .interval_minutes = {each.interval_minutes().begin(), each.interval_minutes().end()}};
  }
  it.breaker = {
    .enabled = from.breaker().enabled(),
    .failure_threshold_percent = from.breaker().failure_threshold_percent(),
    .window_seconds = from.breaker().window_seconds(),
    .min_calls_in_window = from.breaker().min_calls_in_window()};
  return true;
}

event read(const log::EngineStarted& from) {
  return engine_started{.epoch = from.epoch(), .software = from.software()};
}

event read(const log::ContactListUploaded& from) {
  contact_list_uploaded it{
    .list = {from.contact_list_id()},
    .name = from.name(),
    .rows = from.rows(),
    .rejected = from.rejected(),
    .file_sha256 = from.file_sha256(),
    .columns = {}};
  for (const auto& each : from.columns())
    it.columns.push_back(
      {.name = each.name(),
       .empty_rows = each.empty_rows(),
       .first_empty_lines = {each.first_empty_lines().begin(), each.first_empty_lines().end()}});
  return it;
}

event read(const log::WorkflowCreated& from) {
  return workflow_created{
    .workflow = {from.workflow_id()},
    .name = from.name(),
    .agent = from.agent(),
    .prompt = from.prompt(),
    .required_variables = {from.required_variables().begin(), from.required_variables().end()}};
}

event read(const log::TrunkCreated& from) {
  return trunk_created{
    .trunk = {from.trunk_id()},
    .name = from.name(),
    .provider = from.provider(),
    .settings = from.settings(),
    .caller_ids = {from.caller_ids().begin(), from.caller_ids().end()},
    .channels = from.channels(),
    .calls_per_second = from.calls_per_second()};
}

event read(const log::TrunkRemoved& from) {
  return trunk_removed{.trunk = {from.trunk_id()}};
}

std::optional<event> read(const log::CampaignCreated& from) {
  campaign_created it{
    .campaign = {from.campaign_id()},
    .workflow = {from.workflow_id()},
    .list = {from.contact_list_id()},
    .trunk = {from.trunk_id()},
    .contacts = from.contacts(),
    .list_sha256 = from.list_sha256(),
    .settings = {}};
  if (!read(it.settings, from.settings()))
    return std::nullopt;
  return it;
}

std::optional<event> read(const log::CampaignEdited& from) {
  campaign_edited it;
  if (!read(it.settings, from.settings()))
    return std::nullopt;
  return it;
}

event read(const log::CampaignPaused& from) {
  if (!from.has_breaker())
    return campaign_paused{};
  breaker_trip trip{
    .calls = from.breaker().calls(),
    .failures = from.breaker().failures(),
    .threshold_percent = from.breaker().threshold_percent(),
    .window_seconds = from.breaker().window_seconds(),
    .failed_calls = {}};
  for (const auto& each : from.breaker().failed_calls())
    trip.failed_calls.push_back({{each.campaign_id()}, each.row(), each.attempt()});
  return campaign_paused{.breaker = std::move(trip)};
}

event read(const log::ContactDialed& from) {
  return contact_dialed{
    .attempt = from.attempt(),
    .trunk = {from.trunk_id()},
    .caller_id = from.caller_id(),
    .at = from_micros(from.at()),
    .due_at = from_micros(from.due_at()),
    .give_up_at = from_micros(from.give_up_at())};
}

event read(const log::ContactInitiated& from) {
  return contact_initiated{
    .attempt = from.attempt(), .provider_ref = from.provider_ref(), .at = from_micros(from.at())};
}

event read(const log::ContactRinging& from) {
  return contact_ringing{.attempt = from.attempt(), .at = from_micros(from.at())};
}

event read(const log::ContactAnswered& from) {
  return contact_answered{.attempt = from.attempt(), .at = from_micros(from.at())};
}

std::optional<event> read(const log::ContactAttemptEnded& from) {
  if (
    !within(from.outcome(), outcome::completed, outcome::unknown)
    || !within(from.answered_by(), answerer::unknown, answerer::fax))
    return std::nullopt;
  return contact_attempt_ended{
    .attempt = from.attempt(),
    .outcome = static_cast<outcome>(from.outcome()),
    .cause = from.cause(),
    .provider_code = from.provider_code(),
    .talk_time_ms = from.talk_time_ms(),
    .answered_by = static_cast<answerer>(from.answered_by()),
    .at = from_micros(from.at()),
    .has_result = from.has_result()};
}

event read(const log::ContactRetryScheduled& from) {
  return contact_retry_scheduled{
    .next_attempt = from.next_attempt(), .due_at = from_micros(from.due_at())};
}

std::optional<event> read(const log::ContactFinished& from) {
  if (!within(from.disposition(), disposition::completed, disposition::cancelled))
    return std::nullopt;
  return contact_finished{.disposition = static_cast<disposition>(from.disposition())};
}

std::optional<event> read_payload(const log::Envelope& from) {
  using payload = log::Envelope::PayloadCase;
  switch (from.payload_case()) {
  case payload::kEngineStarted: return read(from.engine_started());
  case payload::kContactListUploaded: return read(from.contact_list_uploaded());
  case payload::kWorkflowCreated: return read(from.workflow_created());
  case payload::kTrunkCreated: return read(from.trunk_created());
  case payload::kTrunkRemoved: return read(from.trunk_removed());
  case payload::kCampaignCreated: return read(from.campaign_created());
  case payload::kCampaignEdited: return read(from.campaign_edited());
  case payload::kCampaignStarted: return campaign_started{};
  case payload::kCampaignPaused: return read(from.campaign_paused());
  case payload::kCampaignResumed: return campaign_resumed{};
  case payload::kCampaignCompleted: return campaign_completed{};
  case payload::kCampaignFailed: return campaign_failed{from.campaign_failed().reason()};
  case payload::kCampaignDeleted: return campaign_deleted{};
  case payload::kContactDialed: return read(from.contact_dialed());
  case payload::kContactInitiated: return read(from.contact_initiated());
  case payload::kContactRinging: return read(from.contact_ringing());
  case payload::kContactAnswered: return read(from.contact_answered());
  case payload::kContactAttemptEnded: return read(from.contact_attempt_ended());
  case payload::kContactRetryScheduled: return read(from.contact_retry_scheduled());
  case payload::kContactFinished: return read(from.contact_finished());
  case payload::PAYLOAD_NOT_SET: return std::nullopt;
  }
  return std::nullopt;
}

constexpr std::string_view system_actor = "system";

/// One per thread: its strings and arrays keep their memory from event to
/// event, which is what makes encoding cheap.
log::Envelope& scratch() {
  thread_local log::Envelope message;
  message.Clear();
  return message;
}

} // namespace

std::string encode(const envelope& it) {
  auto& to = scratch();
  to.set_position(it.position);
  to.set_stream_kind(static_cast<log::StreamKind>(it.stream.kind));
  to.set_stream_id(it.stream.id);
  to.set_stream_row(it.stream.row);
  to.set_version(it.version);
  to.set_recorded_at(micros(it.recorded_at));
  if (it.actor != system_actor)
    to.set_actor(it.actor);
  to.set_correlation(it.correlation);
  to.set_causation(it.causation);
  to.set_writer_epoch(it.writer_epoch);
  std::visit([&](const auto& payload) { write(to, payload); }, it.event);
  std::string bytes;
  to.SerializeToString(&bytes);
  return bytes;
}

std::optional<envelope> decode(std::string_view bytes) {
  auto& from = scratch();
  if (!from.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return std::nullopt;
  if (!within(from.stream_kind(), stream_kind::engine, stream_kind::contact))
    return std::nullopt;
  auto payload = read_payload(from);
  if (!payload)
    return std::nullopt;
  return envelope{
    .position = from.position(),
    .stream =
      {.kind = static_cast<stream_kind>(from.stream_kind()),
       .id = from.stream_id(),
       .row = from.stream_row()},
    .version = from.version(),
    .recorded_at = from_micros(from.recorded_at()),
    .actor = from.actor().empty() ? std::string{system_actor} : from.actor(),
    .correlation = from.correlation(),
    .causation = from.causation(),
    .writer_epoch = from.writer_epoch(),
    .event = *std::move(payload)};
}

std::string descriptor_set() {
  google::protobuf::FileDescriptorSet files;
  google::protobuf::FileDescriptorProto::descriptor()->file()->CopyTo(files.add_file());
  log::Envelope::descriptor()->file()->CopyTo(files.add_file());
  return files.SerializeAsString();
}

} // namespace ringmaster::events
