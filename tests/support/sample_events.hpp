// One event of every type with every field filled, for whoever stores, folds or
// shows events. The golden bytes in tests/golden/ are of these: a changed value
// here no longer matches them.
#pragma once

#include "events/envelope.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace ringmaster::test {

inline constexpr events::campaign_id sample_campaign{0x00d3'5a7c'91e2'4f68};
inline constexpr events::contact_list_id sample_list{0x00d3'5a7c'91e2'4f01};
inline constexpr events::workflow_id sample_workflow{0x00d3'5a7c'91e2'4f02};
inline constexpr events::trunk_id sample_trunk{0x00d3'5a7c'91e2'4f03};
inline constexpr events::api_key_id sample_api_key{0x00d3'5a7c'91e2'4f04};
inline constexpr events::webhook_id sample_webhook{0x00d3'5a7c'91e2'4f05};
inline constexpr events::contact_key sample_contact{sample_campaign, 17};

/// Monday, 2026-11-23, 09:00:00.123456 UTC, and so many seconds.
[[nodiscard]] inline events::instant sample_time(int seconds_later = 0) {
  using namespace std::chrono;
  return sys_days{2026y / November / 23} + hours{9} + microseconds{123456} + seconds{seconds_later};
}

[[nodiscard]] inline events::campaign_settings sample_settings() {
  using namespace events;
  return {
    .name = "Café, \"spring\" round",
    .concurrency = 25,
    .schedule =
      {.timezone = "Europe/Berlin",
       .windows = {{weekday::monday, 540, 1020}, {weekday::sunday, 1320, 1440}}},
    .retry =
      {.max_attempts = 3,
       .retry_interval_minutes = 45,
       .rules =
         {{outcome::voicemail, {true, backoff::list, {5, 30, 240}}},
          {outcome::busy, {true, backoff::exponential, {10}}},
          {outcome::no_answer, {true, backoff::fixed, {60}}}}},
    .breaker =
      {.enabled = true,
       .failure_threshold_percent = 40,
       .window_seconds = 90,
       .min_calls_in_window = 7},
    .not_before = {},
    .expires_at = {}};
}

/// In the order of `events::event`.
[[nodiscard]] inline std::vector<events::event> one_of_each() {
  using namespace events;
  return {
    engine_started{.epoch = 3, .software = "ringmaster 0.1.0"},
    head_signed{
      .position = 4710,
      .hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .generation = "3e2157134b594ac385f441cf2619ffaa",
      .public_key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      .signature = std::string(128, 'e')},
    log_restored{
      .position = 4710,
      .hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .from_generation = "3e2157134b594ac385f441cf2619ffaa",
      .generation = "d15d6c15b0f00a089f86d081884c7d65"},
    contact_list_uploaded{
      .list = sample_list,
      .name = "Spring customers",
      .rows = 1'000'000,
      .rejected = 12,
      .file_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .columns = {{"first_name", 2, {14, 300}}, {"city", 1, {5'000'000'000}}}},
    contact_list_row_erased{.list = sample_list, .row = 470'113},
    workflow_created{
      .workflow = sample_workflow,
      .name = "Reminder",
      .agent = "reminder-agent",
      .prompt = "Hello {{first_name}},\n\tare you still in {{city}}?",
      .required_variables = {"first_name", "city"}},
    trunk_created{
      .trunk = sample_trunk,
      .name = "Main trunk",
      .provider = "simulated",
      .settings = R"({"seed":7})",
      .caller_ids = {"+14155550100", "+14155550101"},
      .channels = 100,
      .rate = {20, 1}},
    trunk_edited{
      .trunk = sample_trunk,
      .name = "Main trunk, evenings",
      .settings = R"({"seed":8})",
      .caller_ids = {"+14155550101", "+14155550102"},
      .channels = 80,
      .rate = {7, 5},
      .caller_id_limits = {.concurrent = 3, .per_day = 400}},
    trunk_removed{.trunk = sample_trunk},
    api_key_created{
      .key = sample_api_key,
      .name = "dispatch",
      .role = key_role::operates,
      .secret_sha256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"},
    api_key_revoked{.key = sample_api_key},
    webhook_created{
      .webhook = sample_webhook,
      .campaign = sample_campaign,
      .settings =
        {.url = "https://example.org/calls?from=ringmaster",
         .events = {"campaign.", "contact.finished.v1"},
         .enabled = true}},
    webhook_edited{
      .webhook = sample_webhook,
      .settings = {.url = "https://example.org/calls", .events = {"contact."}, .enabled = true},
      .reason = "it answered 410 Gone"},
    webhook_removed{.webhook = sample_webhook},
    campaign_created{
      .campaign = sample_campaign,
      .workflow = sample_workflow,
      .list = sample_list,
      .trunk = sample_trunk,
      .contacts = 1'000'000,
      .list_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .settings = sample_settings()},
    campaign_edited{.settings = sample_settings()},
    campaign_started{},
    campaign_paused{
      .why =
        breaker_trip{
          .calls = 10,
          .failures = 6,
          .threshold_percent = 50,
          .window_seconds = 120,
          .failed_calls = {{sample_campaign, 4, 1}, {sample_campaign, 17, 2}}}},
    campaign_resumed{},
    campaign_completed{},
    campaign_failed{.reason = "the trunk is gone"},
    campaign_cancelled{},
    campaign_hang_up_ordered{},
    campaign_expired{},
    campaign_redialed{.as = {0x00d3'5a7c'91e2'4f69}},
    campaign_archived{},
    campaign_unarchived{},
    campaign_contacts_added{
      .list = sample_list,
      .contacts = 250,
      .list_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .next = true},
    campaign_deleted{},
    contact_dialed{
      .attempt = 2,
      .trunk = sample_trunk,
      .caller_id = "+14155550100",
      .at = sample_time(),
      .due_at = sample_time(-60),
      .give_up_at = sample_time(3600)},
    contact_initiated{.attempt = 2, .provider_ref = "CA-0123", .at = sample_time(1)},
    contact_ringing{.attempt = 2, .at = sample_time(2)},
    contact_answered{.attempt = 2, .at = sample_time(9)},
    contact_attempt_ended{
      .attempt = 2,
      .outcome = outcome::completed,
      .cause = "agent_hung_up",
      .provider_code = "SIP 200",
      .talk_time_ms = 61'500,
      .answered_by = answerer::human,
      .at = sample_time(70),
      .has_result = true},
    contact_call_judged{
      .attempt = 2,
      .by = judge::agent,
      .outcome = outcome::voicemail,
      .answered_by = answerer::machine,
      .call_disposition = "left_message",
      .opted_out = true,
      .cause = "voicemail_detected",
      .provider_code = "agent 7",
      .talk_time_ms = 61'500,
      .at = sample_time(75),
      .has_result = true},
    contact_retry_scheduled{.next_attempt = 3, .due_at = sample_time(3600)},
    contact_put_first{.at = sample_time(80)},
    contact_call_at_set{.due_at = sample_time(7200)},
    contact_put_off{.reason = "asked_not_to_be_called", .due_at = sample_time(900)},
    contact_withdrawn{},
    contact_finished{.disposition = disposition::completed}};
}

/// An event with nothing filled in but how the attempt ended.
[[nodiscard]] inline events::contact_attempt_ended
bare_end(events::outcome how, events::answerer who = events::answerer::unknown) {
  events::contact_attempt_ended it;
  it.outcome = how;
  it.answered_by = who;
  return it;
}

/// Where an event of its kind is written.
[[nodiscard]] inline events::stream_id sample_stream(const events::event& it) {
  auto type = events::type_of(it);
  if (type.starts_with("engine."))
    return events::engine_stream;
  if (type.starts_with("contact_list."))
    return events::stream_of(sample_list);
  if (type.starts_with("workflow."))
    return events::stream_of(sample_workflow);
  if (type.starts_with("trunk."))
    return events::stream_of(sample_trunk);
  if (type.starts_with("api_key."))
    return events::stream_of(sample_api_key);
  if (type.starts_with("webhook."))
    return events::stream_of(sample_webhook);
  return type.starts_with("campaign.") ? events::stream_of(sample_campaign)
                                       : events::stream_of(sample_contact);
}

/// An event in the log, with every field of the envelope filled.
[[nodiscard]] inline events::envelope sample_envelope(events::event it) {
  auto stream = sample_stream(it);
  return {
    .position = 4711,
    .stream = stream,
    .version = 5,
    .recorded_at = sample_time(71),
    .actor = "operations key",
    .correlation = 0x0123'4567'89ab'cdef,
    .causation = 4709,
    .writer_epoch = 3,
    .event = std::move(it)};
}

} // namespace ringmaster::test
