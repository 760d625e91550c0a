#include "events/payload.hpp"

#include <cstdint>
#include <variant>

namespace ringmaster::events {

namespace {

void write(log::CampaignSettings& to, const campaign_settings& it) {
  to.set_name(it.name);
  to.set_concurrency(it.concurrency);
  to.mutable_schedule()->set_timezone(it.schedule.timezone);
  for (const auto& each : it.schedule.windows) {
    auto& window = *to.mutable_schedule()->add_windows();
    window.set_day(static_cast<log::Weekday>(each.day));
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
    each.set_backoff(static_cast<log::Backoff>(rule.backoff));
    each.mutable_interval_minutes()->Assign(
      rule.interval_minutes.begin(), rule.interval_minutes.end());
  }
  auto& breaker = *to.mutable_breaker();
  breaker.set_enabled(it.breaker.enabled);
  breaker.set_failure_threshold_percent(it.breaker.failure_threshold_percent);
  breaker.set_window_seconds(it.breaker.window_seconds);
  breaker.set_min_calls_in_window(it.breaker.min_calls_in_window);
  if (it.not_before)
    to.set_not_before(to_micros(*it.not_before));
  if (it.expires_at)
    to.set_expires_at(to_micros(*it.expires_at));
  if (it.line_weight != 1)
    to.set_line_weight(it.line_weight);
  to.set_ramp_up_seconds(it.ramp_up_seconds);
  if (!it.pre_dial_hook)
    return;
  auto& hook = *to.mutable_pre_dial_hook();
  hook.set_url(it.pre_dial_hook->url);
  hook.set_timeout_ms(it.pre_dial_hook->timeout_ms);
  hook.set_secret(it.pre_dial_hook->secret);
}

void write(log::Pace& to, const pace& it) {
  to.set_calls(it.calls);
  to.set_seconds(it.seconds);
}

/// `to` is a trunk's.
template <class Message>
void write_limits(Message& to, const caller_id_limits& it) {
  if (it == caller_id_limits{})
    return;
  to.mutable_caller_id_limits()->set_concurrent(it.concurrent);
  to.mutable_caller_id_limits()->set_per_day(it.per_day);
}

void write(log::Envelope& to, const head_signed& it) {
  auto& out = *to.mutable_head_signed();
  out.set_position(it.position);
  out.set_hash(it.hash);
  out.set_generation(it.generation);
  out.set_public_key(it.public_key);
  out.set_signature(it.signature);
}

void write(log::Envelope& to, const log_restored& it) {
  auto& out = *to.mutable_log_restored();
  out.set_position(it.position);
  out.set_hash(it.hash);
  out.set_from_generation(it.from_generation);
  out.set_generation(it.generation);
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

void write(log::Envelope& to, const contact_list_row_erased& it) {
  auto& out = *to.mutable_contact_list_row_erased();
  out.set_contact_list_id(it.list.value);
  out.set_row(it.row);
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
  if (it.rate.seconds == 1)
    out.set_calls_per_second(it.rate.calls);
  else
    write(*out.mutable_pace(), it.rate);
  write_limits(out, it.caller_id_limits);
}

void write(log::Envelope& to, const trunk_edited& it) {
  auto& out = *to.mutable_trunk_edited();
  out.set_trunk_id(it.trunk.value);
  out.set_name(it.name);
  out.set_settings(it.settings);
  out.mutable_caller_ids()->Assign(it.caller_ids.begin(), it.caller_ids.end());
  out.set_channels(it.channels);
  if (it.rate != pace{})
    write(*out.mutable_pace(), it.rate);
  write_limits(out, it.caller_id_limits);
}

void write(log::Envelope& to, const api_key_created& it) {
  auto& out = *to.mutable_api_key_created();
  out.set_api_key_id(it.key.value);
  out.set_name(it.name);
  out.set_role(static_cast<log::KeyRole>(it.role));
  out.set_secret_sha256(it.secret_sha256);
}

void write(log::Envelope& to, const api_key_revoked& it) {
  to.mutable_api_key_revoked()->set_api_key_id(it.key.value);
}

void write(log::WebhookSettings& to, const webhook_settings& it) {
  to.set_url(it.url);
  to.mutable_events()->Assign(it.events.begin(), it.events.end());
  to.set_enabled(it.enabled);
}

void write(log::Envelope& to, const webhook_created& it) {
  auto& out = *to.mutable_webhook_created();
  out.set_webhook_id(it.webhook.value);
  if (it.campaign)
    out.set_campaign_id(it.campaign.value);
  write(*out.mutable_settings(), it.settings);
}

void write(log::Envelope& to, const webhook_edited& it) {
  auto& out = *to.mutable_webhook_edited();
  out.set_webhook_id(it.webhook.value);
  write(*out.mutable_settings(), it.settings);
  out.set_reason(it.reason);
}

void write(log::Envelope& to, const webhook_removed& it) {
  to.mutable_webhook_removed()->set_webhook_id(it.webhook.value);
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

void write(log::CampaignPausedV2& to, const operator_wish&) {
  to.set_by(log::PAUSER_OPERATOR);
}

void write(log::CampaignPausedV2& to, const breaker_trip& it) {
  to.set_by(log::PAUSER_BREAKER);
  auto& trip = *to.mutable_breaker();
  trip.set_calls(it.calls);
  trip.set_failures(it.failures);
  trip.set_threshold_percent(it.threshold_percent);
  trip.set_window_seconds(it.window_seconds);
  for (const auto& each : it.failed_calls) {
    auto& call = *trip.add_failed_calls();
    call.set_campaign_id(each.campaign.value);
    call.set_row(each.row);
    call.set_attempt(each.attempt);
  }
}

void write(log::CampaignPausedV2& to, const log_was_restored&) {
  to.set_by(log::PAUSER_RESTORE);
}

void write(log::CampaignPausedV2& to, const hook_failed& it) {
  to.set_by(log::PAUSER_HOOK);
  to.mutable_hook()->set_failures(it.failures);
  to.mutable_hook()->set_reason(it.reason);
}

void write(log::Envelope& to, const campaign_paused& it) {
  auto& out = *to.mutable_campaign_paused_v2();
  std::visit([&](const auto& why) { write(out, why); }, it.why);
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

void write(log::Envelope& to, const campaign_cancelled&) {
  to.mutable_campaign_cancelled();
}

void write(log::Envelope& to, const campaign_hang_up_ordered&) {
  to.mutable_campaign_hang_up_ordered();
}

void write(log::Envelope& to, const campaign_expired&) {
  to.mutable_campaign_expired();
}

void write(log::Envelope& to, const campaign_redialed& it) {
  to.mutable_campaign_redialed()->set_as_campaign_id(it.as.value);
}

void write(log::Envelope& to, const campaign_archived&) {
  to.mutable_campaign_archived();
}

void write(log::Envelope& to, const campaign_unarchived&) {
  to.mutable_campaign_unarchived();
}

void write(log::Envelope& to, const campaign_contacts_added& it) {
  auto& out = *to.mutable_campaign_contacts_added();
  out.set_contact_list_id(it.list.value);
  out.set_contacts(it.contacts);
  out.set_list_sha256(it.list_sha256);
  out.set_next(it.next);
}

void write(log::Envelope& to, const campaign_deleted&) {
  to.mutable_campaign_deleted();
}

void write(log::Envelope& to, const contact_dialed& it) {
  auto& out = *to.mutable_contact_dialed();
  out.set_attempt(it.attempt);
  out.set_trunk_id(it.trunk.value);
  out.set_caller_id(it.caller_id);
  out.set_at(to_micros(it.at));
  out.set_due_at(to_micros(it.due_at));
  out.set_give_up_at(to_micros(it.give_up_at));
}

void write(log::Envelope& to, const contact_initiated& it) {
  auto& out = *to.mutable_contact_initiated();
  out.set_attempt(it.attempt);
  out.set_provider_ref(it.provider_ref);
  out.set_at(to_micros(it.at));
}

void write(log::Envelope& to, const contact_ringing& it) {
  auto& out = *to.mutable_contact_ringing();
  out.set_attempt(it.attempt);
  out.set_at(to_micros(it.at));
}

void write(log::Envelope& to, const contact_answered& it) {
  auto& out = *to.mutable_contact_answered();
  out.set_attempt(it.attempt);
  out.set_at(to_micros(it.at));
}

void write(log::Envelope& to, const contact_attempt_ended& it) {
  auto& out = *to.mutable_contact_attempt_ended();
  out.set_attempt(it.attempt);
  out.set_outcome(static_cast<log::Outcome>(it.outcome));
  out.set_cause(it.cause);
  out.set_provider_code(it.provider_code);
  out.set_talk_time_ms(it.talk_time_ms);
  out.set_answered_by(static_cast<log::Answerer>(it.answered_by));
  out.set_at(to_micros(it.at));
  out.set_has_result(it.has_result);
}

void write(log::Envelope& to, const contact_call_judged& it) {
  auto& out = *to.mutable_contact_call_judged();
  out.set_attempt(it.attempt);
  out.set_by(static_cast<log::Judge>(it.by));
  if (it.outcome)
    out.set_outcome(static_cast<log::Outcome>(*it.outcome));
  if (it.answered_by != answerer::unknown)
    out.set_answered_by(static_cast<log::Answerer>(it.answered_by));
  out.set_call_disposition(it.call_disposition);
  out.set_opted_out(it.opted_out);
  out.set_cause(it.cause);
  out.set_provider_code(it.provider_code);
  out.set_talk_time_ms(it.talk_time_ms);
  out.set_at(to_micros(it.at));
  out.set_has_result(it.has_result);
}

void write(log::Envelope& to, const contact_retry_scheduled& it) {
  auto& out = *to.mutable_contact_retry_scheduled();
  out.set_next_attempt(it.next_attempt);
  out.set_due_at(to_micros(it.due_at));
}

void write(log::Envelope& to, const contact_put_first& it) {
  to.mutable_contact_put_first()->set_at(to_micros(it.at));
}

void write(log::Envelope& to, const contact_call_at_set& it) {
  to.mutable_contact_call_at_set()->set_due_at(to_micros(it.due_at));
}

void write(log::Envelope& to, const contact_put_off& it) {
  to.mutable_contact_put_off()->set_reason(it.reason);
  to.mutable_contact_put_off()->set_due_at(to_micros(it.due_at));
}

void write(log::Envelope& to, const contact_withdrawn&) {
  to.mutable_contact_withdrawn();
}

void write(log::Envelope& to, const contact_finished& it) {
  to.mutable_contact_finished()->set_disposition(static_cast<log::Disposition>(it.disposition));
}

} // namespace

void write_payload(log::Envelope& to, const event& it) {
  std::visit([&](const auto& payload) { write(to, payload); }, it);
}

} // namespace ringmaster::events
