#include "events/payload.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace ringmaster::events {

namespace {

bool read(campaign_settings& it, const log::CampaignSettings& from) {
  it.name = from.name();
  it.concurrency = from.concurrency();
  it.schedule.timezone = from.schedule().timezone();
  for (const auto& each : from.schedule().windows()) {
    constexpr auto most = std::numeric_limits<std::uint16_t>::max();
    if (
      !within(each.day(), weekday::monday, weekday::sunday) || each.start_minute() > most
      || each.end_minute() > most)
      return false;
    it.schedule.windows.push_back(
      {static_cast<weekday>(each.day()),
       static_cast<std::uint16_t>(each.start_minute()),
       static_cast<std::uint16_t>(each.end_minute())});
  }
  it.retry.max_attempts = from.retry().max_attempts();
  it.retry.retry_interval_minutes = from.retry().retry_interval_minutes();
  for (const auto& each : from.retry().rules()) {
    if (
      !within(each.outcome(), outcome::completed, outcome::unknown)
      || !within(each.backoff(), backoff::fixed, backoff::list))
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
  if (from.has_not_before())
    it.not_before = from_micros(from.not_before());
  if (from.has_expires_at())
    it.expires_at = from_micros(from.expires_at());
  if (from.has_pre_dial_hook())
    it.pre_dial_hook = {
      .url = from.pre_dial_hook().url(),
      .timeout_ms = from.pre_dial_hook().timeout_ms(),
      .secret = from.pre_dial_hook().secret()};
  it.line_weight = std::max(from.line_weight(), 1U);
  it.ramp_up_seconds = from.ramp_up_seconds();
  return true;
}

pace read(const log::Pace& from) {
  return {.calls = from.calls(), .seconds = std::max(from.seconds(), 1U)};
}

caller_id_limits read(const log::CallerIdLimits& from) {
  return {.concurrent = from.concurrent(), .per_day = from.per_day()};
}

event read(const log::EngineStarted& from) {
  return engine_started{.epoch = from.epoch(), .software = from.software()};
}

event read(const log::HeadSigned& from) {
  return head_signed{
    .position = from.position(),
    .hash = from.hash(),
    .generation = from.generation(),
    .public_key = from.public_key(),
    .signature = from.signature()};
}

event read(const log::LogRestored& from) {
  return log_restored{
    .position = from.position(),
    .hash = from.hash(),
    .from_generation = from.from_generation(),
    .generation = from.generation()};
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

event read(const log::ContactListRowErased& from) {
  return contact_list_row_erased{.list = {from.contact_list_id()}, .row = from.row()};
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
    .rate = from.has_pace() ? read(from.pace()) : pace{.calls = from.calls_per_second()},
    .caller_id_limits = read(from.caller_id_limits())};
}

event read(const log::TrunkEdited& from) {
  return trunk_edited{
    .trunk = {from.trunk_id()},
    .name = from.name(),
    .settings = from.settings(),
    .caller_ids = {from.caller_ids().begin(), from.caller_ids().end()},
    .channels = from.channels(),
    .rate = read(from.pace()),
    .caller_id_limits = read(from.caller_id_limits())};
}

event read(const log::TrunkRemoved& from) {
  return trunk_removed{.trunk = {from.trunk_id()}};
}

std::optional<event> read(const log::ApiKeyCreated& from) {
  if (!within(from.role(), key_role::viewer, key_role::admin))
    return std::nullopt;
  return api_key_created{
    .key = {from.api_key_id()},
    .name = from.name(),
    .role = static_cast<key_role>(from.role()),
    .secret_sha256 = from.secret_sha256()};
}

event read(const log::ApiKeyRevoked& from) {
  return api_key_revoked{.key = {from.api_key_id()}};
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

breaker_trip read(const log::BreakerTrip& from) {
  breaker_trip trip{
    .calls = from.calls(),
    .failures = from.failures(),
    .threshold_percent = from.threshold_percent(),
    .window_seconds = from.window_seconds(),
    .failed_calls = {}};
  for (const auto& each : from.failed_calls())
    trip.failed_calls.push_back({{each.campaign_id()}, each.row(), each.attempt()});
  return trip;
}

std::optional<event> read(const log::CampaignPausedV2& from) {
  switch (from.by()) {
  case log::PAUSER_OPERATOR: return campaign_paused{operator_wish{}};
  case log::PAUSER_BREAKER: return campaign_paused{read(from.breaker())};
  case log::PAUSER_RESTORE: return campaign_paused{log_was_restored{}};
  case log::PAUSER_HOOK:
    return campaign_paused{hook_failed{from.hook().failures(), from.hook().reason()}};
  default: return std::nullopt;
  }
}

webhook_settings read(const log::WebhookSettings& from) {
  return {
    .url = from.url(),
    .events = {from.events().begin(), from.events().end()},
    .enabled = from.enabled()};
}

event read(const log::WebhookCreated& from) {
  return webhook_created{
    .webhook = {from.webhook_id()},
    .campaign = {from.campaign_id()},
    .settings = read(from.settings())};
}

event read(const log::WebhookEdited& from) {
  return webhook_edited{
    .webhook = {from.webhook_id()}, .settings = read(from.settings()), .reason = from.reason()};
}

event read(const log::CampaignContactsAdded& from) {
  return campaign_contacts_added{
    .list = {from.contact_list_id()},
    .contacts = from.contacts(),
    .list_sha256 = from.list_sha256(),
    .next = from.next()};
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

std::optional<event> read(const log::ContactCallJudged& from) {
  if (
    !within(from.by(), judge::carrier, judge::agent)
    || !within(from.answered_by(), answerer::unknown, answerer::fax)
    || (from.has_outcome() && !within(from.outcome(), outcome::completed, outcome::unknown)))
    return std::nullopt;
  return contact_call_judged{
    .attempt = from.attempt(),
    .by = static_cast<judge>(from.by()),
    .outcome =
      from.has_outcome() ? std::optional{static_cast<outcome>(from.outcome())} : std::nullopt,
    .answered_by = static_cast<answerer>(from.answered_by()),
    .call_disposition = from.call_disposition(),
    .opted_out = from.opted_out(),
    .cause = from.cause(),
    .provider_code = from.provider_code(),
    .talk_time_ms = from.talk_time_ms(),
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

} // namespace

std::optional<event> read_payload(const log::Envelope& from) {
  using payload = log::Envelope::PayloadCase;
  switch (from.payload_case()) {
  case payload::kEngineStarted: return read(from.engine_started());
  case payload::kHeadSigned: return read(from.head_signed());
  case payload::kLogRestored: return read(from.log_restored());
  case payload::kContactListUploaded: return read(from.contact_list_uploaded());
  case payload::kContactListRowErased: return read(from.contact_list_row_erased());
  case payload::kWorkflowCreated: return read(from.workflow_created());
  case payload::kTrunkCreated: return read(from.trunk_created());
  case payload::kTrunkEdited: return read(from.trunk_edited());
  case payload::kTrunkRemoved: return read(from.trunk_removed());
  case payload::kCampaignCreated: return read(from.campaign_created());
  case payload::kCampaignEdited: return read(from.campaign_edited());
  case payload::kCampaignStarted: return campaign_started{};
  case payload::kCampaignPaused: return std::nullopt; // upcast before
  case payload::kCampaignPausedV2: return read(from.campaign_paused_v2());
  case payload::kCampaignResumed: return campaign_resumed{};
  case payload::kCampaignCompleted: return campaign_completed{};
  case payload::kCampaignFailed: return campaign_failed{from.campaign_failed().reason()};
  case payload::kCampaignCancelled: return campaign_cancelled{};
  case payload::kCampaignHangUpOrdered: return campaign_hang_up_ordered{};
  case payload::kCampaignExpired: return campaign_expired{};
  case payload::kCampaignRedialed:
    return campaign_redialed{{from.campaign_redialed().as_campaign_id()}};
  case payload::kCampaignArchived: return campaign_archived{};
  case payload::kCampaignUnarchived: return campaign_unarchived{};
  case payload::kCampaignContactsAdded: return read(from.campaign_contacts_added());
  case payload::kCampaignDeleted: return campaign_deleted{};
  case payload::kContactDialed: return read(from.contact_dialed());
  case payload::kContactInitiated: return read(from.contact_initiated());
  case payload::kContactRinging: return read(from.contact_ringing());
  case payload::kContactAnswered: return read(from.contact_answered());
  case payload::kContactAttemptEnded: return read(from.contact_attempt_ended());
  case payload::kContactCallJudged: return read(from.contact_call_judged());
  case payload::kContactRetryScheduled: return read(from.contact_retry_scheduled());
  case payload::kContactPutFirst:
    return contact_put_first{from_micros(from.contact_put_first().at())};
  case payload::kContactCallAtSet:
    return contact_call_at_set{from_micros(from.contact_call_at_set().due_at())};
  case payload::kContactPutOff:
    return contact_put_off{
      from.contact_put_off().reason(), from_micros(from.contact_put_off().due_at())};
  case payload::kContactWithdrawn: return contact_withdrawn{};
  case payload::kContactFinished: return read(from.contact_finished());
  case payload::kApiKeyCreated: return read(from.api_key_created());
  case payload::kApiKeyRevoked: return read(from.api_key_revoked());
  case payload::kWebhookCreated: return read(from.webhook_created());
  case payload::kWebhookEdited: return read(from.webhook_edited());
  case payload::kWebhookRemoved: return webhook_removed{{from.webhook_removed().webhook_id()}};
  case payload::PAYLOAD_NOT_SET: return std::nullopt;
  }
  return std::nullopt;
}

} // namespace ringmaster::events
