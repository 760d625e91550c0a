// Everything that can have happened. A written event is never edited: a change
// of meaning is a new struct with a new `type`, and an upcaster from the old.
#pragma once

#include "events/call.hpp"
#include "events/ids.hpp"
#include "events/policy.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::events {

// -- the engine --------------------------------------------------------------

/// A process took the log over as its one writer. Whoever wrote under an older
/// epoch has no right to write any more.
struct engine_started {
  static constexpr std::string_view type = "engine.started.v1";
  std::uint64_t epoch = 0;
  std::string software;
  friend bool operator==(const engine_started&, const engine_started&) = default;
};

/// The head of the log, as its owner vouches for it: whoever cuts the log there
/// or writes it anew would need the private key. Texts in lower-case hexadecimal.
struct head_signed {
  static constexpr std::string_view type = "engine.head_signed.v1";
  std::uint64_t position = 0; // of the head; before this event
  std::string hash;           // chain hash of that position
  std::string generation;     // of the log when it was signed
  std::string public_key;     // Ed25519
  std::string signature;      // over the four lines in docs/audit.md
  friend bool operator==(const head_signed&, const head_signed&) = default;
};

/// The log was made from a backup of another, up to `position`, and goes its own
/// way from here on: what happened to the other one since is not known here.
struct log_restored {
  static constexpr std::string_view type = "engine.log_restored.v1";
  std::uint64_t position = 0;
  std::string hash; // chain hash of that position, in lower-case hexadecimal
  std::string from_generation;
  std::string generation;
  friend bool operator==(const log_restored&, const log_restored&) = default;
};

// -- the catalogue: what campaigns are made from -------------------------------

struct list_column {
  std::string name;
  std::uint64_t empty_rows = 0;
  std::vector<std::uint64_t> first_empty_lines; // of the file, at most 100
  friend bool operator==(const list_column&, const list_column&) = default;
};

/// A contact list was validated and is in the vault, rows 1 to `rows`.
struct contact_list_uploaded {
  static constexpr std::string_view type = "contact_list.uploaded.v1";
  contact_list_id list;
  std::string name;
  std::uint32_t rows = 0;
  std::uint64_t rejected = 0;
  std::string file_sha256;          // lower-case hex
  std::vector<list_column> columns; // without phone_number
  friend bool operator==(const contact_list_uploaded&, const contact_list_uploaded&) = default;
};

/// What the vault held of one contact is no more, in any campaign: recorded
/// before it is removed, and names nobody.
struct contact_list_row_erased {
  static constexpr std::string_view type = "contact_list.row_erased.v1";
  contact_list_id list;
  std::uint32_t row = 0;
  friend bool operator==(const contact_list_row_erased&, const contact_list_row_erased&) = default;
};

struct workflow_created {
  static constexpr std::string_view type = "workflow.created.v1";
  workflow_id workflow;
  std::string name;
  std::string agent;  // the voice agent that takes the answered call
  std::string prompt; // with {{variables}}
  std::vector<std::string> required_variables;
  friend bool operator==(const workflow_created&, const workflow_created&) = default;
};

/// No rolling `seconds` hold more than `calls` new calls. No calls: no limit.
struct pace {
  std::uint32_t calls = 0;
  std::uint32_t seconds = 1;
  friend bool operator==(const pace&, const pace&) = default;
};

/// Of each caller id on its own. 0: no limit.
struct caller_id_limits {
  std::uint32_t concurrent = 0; // calls up at once
  std::uint32_t per_day = 0;    // dials of one day in UTC
  friend bool operator==(const caller_id_limits&, const caller_id_limits&) = default;
};

struct trunk_created {
  static constexpr std::string_view type = "trunk.created.v1";
  trunk_id trunk;
  std::string name;
  std::string provider; // "simulated"
  std::string settings; // JSON, the provider's own; no secrets
  std::vector<std::string> caller_ids;
  std::uint32_t channels = 0;
  pace rate = {};
  events::caller_id_limits caller_id_limits = {};
  friend bool operator==(const trunk_created&, const trunk_created&) = default;
};

/// All that can be edited, as it is from now on.
struct trunk_edited {
  static constexpr std::string_view type = "trunk.edited.v1";
  trunk_id trunk;
  std::string name;
  std::string settings;
  std::vector<std::string> caller_ids;
  std::uint32_t channels = 0;
  pace rate = {};
  events::caller_id_limits caller_id_limits = {};
  friend bool operator==(const trunk_edited&, const trunk_edited&) = default;
};

struct trunk_removed {
  static constexpr std::string_view type = "trunk.removed.v1";
  trunk_id trunk;
  friend bool operator==(const trunk_removed&, const trunk_removed&) = default;
};

// -- who may ask -----------------------------------------------------------------

/// What a key may do; each role may do what the ones before it may. The numbers
/// are on disk.
enum class key_role : std::uint8_t {
  viewer = 1, // read
  operates,   // also run campaigns and make what they are made from; reads `operator`
  admin,      // also trunks and keys
};

[[nodiscard]] std::string_view to_string(key_role it);
[[nodiscard]] std::optional<key_role> parse_key_role(std::string_view text);

/// Whoever shows the secret is called `name` in the log from now on. The secret
/// itself was shown once and is kept nowhere.
struct api_key_created {
  static constexpr std::string_view type = "api_key.created.v1";
  api_key_id key;
  std::string name;
  key_role role = key_role::viewer;
  std::string secret_sha256; // lower-case hex
  friend bool operator==(const api_key_created&, const api_key_created&) = default;
};

struct api_key_revoked {
  static constexpr std::string_view type = "api_key.revoked.v1";
  api_key_id key;
  friend bool operator==(const api_key_revoked&, const api_key_revoked&) = default;
};

// -- whom to tell ----------------------------------------------------------------

struct webhook_settings {
  std::string url;
  std::vector<std::string> events; // types, or what types begin with
  bool enabled = true;
  friend bool operator==(const webhook_settings&, const webhook_settings&) = default;
};

/// Events from here on are sent to somebody else. What proves that they come from
/// us is a secret, which the vault keeps.
struct webhook_created {
  static constexpr std::string_view type = "webhook.created.v1";
  webhook_id webhook;
  campaign_id campaign; // whose events alone; zero: every campaign's
  webhook_settings settings;
  friend bool operator==(const webhook_created&, const webhook_created&) = default;
};

struct webhook_edited {
  static constexpr std::string_view type = "webhook.edited.v1";
  webhook_id webhook;
  webhook_settings settings; // all of them, as they are from now on
  std::string reason;        // why we did it ourselves; empty: an operator wished so
  friend bool operator==(const webhook_edited&, const webhook_edited&) = default;
};

struct webhook_removed {
  static constexpr std::string_view type = "webhook.removed.v1";
  webhook_id webhook;
  friend bool operator==(const webhook_removed&, const webhook_removed&) = default;
};

// -- one campaign --------------------------------------------------------------

/// Attaches a whole list in one event; its contacts stay implicit until touched.
struct campaign_created {
  static constexpr std::string_view type = "campaign.created.v1";
  campaign_id campaign;
  workflow_id workflow;
  contact_list_id list;
  trunk_id trunk;
  std::uint32_t contacts = 0;
  std::string list_sha256;
  campaign_settings settings;
  friend bool operator==(const campaign_created&, const campaign_created&) = default;
};

struct campaign_edited {
  static constexpr std::string_view type = "campaign.edited.v1";
  campaign_settings settings; // all of them, as they are from now on
  friend bool operator==(const campaign_edited&, const campaign_edited&) = default;
};

struct campaign_started {
  static constexpr std::string_view type = "campaign.started.v1";
  friend bool operator==(const campaign_started&, const campaign_started&) = default;
};

/// Why the breaker spoke: the calls in its window when it did.
struct breaker_trip {
  std::uint32_t calls = 0;
  std::uint32_t failures = 0;
  std::uint32_t threshold_percent = 0;
  std::uint32_t window_seconds = 0;
  std::vector<attempt_key> failed_calls; // the latest, at most 20
  friend bool operator==(const breaker_trip&, const breaker_trip&) = default;
};

/// The log was taken from a backup: whom was called since is not known here.
struct log_was_restored {
  friend bool operator==(const log_was_restored&, const log_was_restored&) = default;
};

/// The pre-dial hook gave no usable answer, so many times in a row.
struct hook_failed {
  std::uint32_t failures = 0;
  std::string reason; // of the last
  friend bool operator==(const hook_failed&, const hook_failed&) = default;
};

/// An operator wished so.
struct operator_wish {
  friend bool operator==(const operator_wish&, const operator_wish&) = default;
};

/// Nothing new is dialled from here on. In the log this stands behind the last
/// `contact.dialed` that the pause let through.
struct campaign_paused {
  static constexpr std::string_view type = "campaign.paused.v2";
  std::variant<operator_wish, breaker_trip, log_was_restored, hook_failed> why;
  friend bool operator==(const campaign_paused&, const campaign_paused&) = default;
};

struct campaign_resumed {
  static constexpr std::string_view type = "campaign.resumed.v1";
  friend bool operator==(const campaign_resumed&, const campaign_resumed&) = default;
};

struct campaign_completed {
  static constexpr std::string_view type = "campaign.completed.v1";
  friend bool operator==(const campaign_completed&, const campaign_completed&) = default;
};

/// The campaign cannot go on.
struct campaign_failed {
  static constexpr std::string_view type = "campaign.failed.v1";
  std::string reason;
  friend bool operator==(const campaign_failed&, const campaign_failed&) = default;
};

/// Nobody more is called. Whoever was in line is cancelled with the campaign,
/// without an event of their own; calls that are up go on to their end.
struct campaign_cancelled {
  static constexpr std::string_view type = "campaign.cancelled.v1";
  friend bool operator==(const campaign_cancelled&, const campaign_cancelled&) = default;
};

/// Calls that are up when the campaign was paused or cancelled are not left to
/// end by themselves. Holds until the campaign is resumed.
struct campaign_hang_up_ordered {
  static constexpr std::string_view type = "campaign.hang_up_ordered.v1";
  friend bool
  operator==(const campaign_hang_up_ordered&, const campaign_hang_up_ordered&) = default;
};

/// Its time was up: as if it had been cancelled.
struct campaign_expired {
  static constexpr std::string_view type = "campaign.expired.v1";
  friend bool operator==(const campaign_expired&, const campaign_expired&) = default;
};

/// Those whom the campaign did not reach are the contacts of another one.
struct campaign_redialed {
  static constexpr std::string_view type = "campaign.redialed.v1";
  campaign_id as;
  friend bool operator==(const campaign_redialed&, const campaign_redialed&) = default;
};

/// Out of sight, but for those who ask for it.
struct campaign_archived {
  static constexpr std::string_view type = "campaign.archived.v1";
  friend bool operator==(const campaign_archived&, const campaign_archived&) = default;
};

struct campaign_unarchived {
  static constexpr std::string_view type = "campaign.unarchived.v1";
  friend bool operator==(const campaign_unarchived&, const campaign_unarchived&) = default;
};

/// The rows of another list are the campaign's too, behind those that it had.
struct campaign_contacts_added {
  static constexpr std::string_view type = "campaign.contacts_added.v1";
  contact_list_id list;
  std::uint32_t contacts = 0;
  std::string list_sha256;
  bool next = false; // called before those who were in the list's order so far
  friend bool operator==(const campaign_contacts_added&, const campaign_contacts_added&) = default;
};

/// A draft was thrown away.
struct campaign_deleted {
  static constexpr std::string_view type = "campaign.deleted.v1";
  friend bool operator==(const campaign_deleted&, const campaign_deleted&) = default;
};

// -- one contact ---------------------------------------------------------------

/// We set out to call the contact. On disk before the carrier hears of it: a
/// crash in between costs one attempt, never a second ring.
struct contact_dialed {
  static constexpr std::string_view type = "contact.dialed.v1";
  std::uint32_t attempt = 0;
  trunk_id trunk;
  std::string caller_id;
  instant at{};         // when the rules were judged
  instant due_at{};     // since when the contact was waiting for this; epoch: since the start
  instant give_up_at{}; // when we settle for `unknown` if nobody tells us more
  friend bool operator==(const contact_dialed&, const contact_dialed&) = default;
};

struct contact_initiated {
  static constexpr std::string_view type = "contact.initiated.v1";
  std::uint32_t attempt = 0;
  std::string provider_ref;
  instant at{};
  friend bool operator==(const contact_initiated&, const contact_initiated&) = default;
};

struct contact_ringing {
  static constexpr std::string_view type = "contact.ringing.v1";
  std::uint32_t attempt = 0;
  instant at{};
  friend bool operator==(const contact_ringing&, const contact_ringing&) = default;
};

struct contact_answered {
  static constexpr std::string_view type = "contact.answered.v1";
  std::uint32_t attempt = 0;
  instant at{};
  friend bool operator==(const contact_answered&, const contact_answered&) = default;
};

struct contact_attempt_ended {
  static constexpr std::string_view type = "contact.attempt_ended.v1";
  std::uint32_t attempt = 0;
  events::outcome outcome = outcome::unknown;
  std::string cause;
  std::string provider_code;
  std::uint64_t talk_time_ms = 0;
  events::answerer answered_by = answerer::unknown;
  instant at{};            // by the provider's clock, or ours if it gave none
  bool has_result = false; // the vault holds a result under this attempt's name
  friend bool operator==(const contact_attempt_ended&, const contact_attempt_ended&) = default;
};

struct contact_retry_scheduled {
  static constexpr std::string_view type = "contact.retry_scheduled.v1";
  std::uint32_t next_attempt = 0;
  instant due_at{}; // inside a window
  friend bool operator==(const contact_retry_scheduled&, const contact_retry_scheduled&) = default;
};

/// Something was learned of a call beside its course, while it was up or after
/// it. What it does not say stays as it was.
struct contact_call_judged {
  static constexpr std::string_view type = "contact.call_judged.v1";
  std::uint32_t attempt = 0; // any that was made
  judge by = judge::carrier;
  std::optional<events::outcome> outcome = {};      // of a call that is over: how it really ended
  events::answerer answered_by = answerer::unknown; // unknown: not said
  std::string call_disposition;                     // the agent's own word; empty: not said
  bool opted_out = false;                           // the contact is not called again
  std::string cause;                                // of `outcome`, as the two below
  std::string provider_code;
  std::uint64_t talk_time_ms = 0;
  instant at{};
  bool has_result = false; // the vault holds a result under this attempt's name
  friend bool operator==(const contact_call_judged&, const contact_call_judged&) = default;
};

/// When the call was answered of which a verdict says that it lasted for some time.
[[nodiscard]] inline instant answered_at(const contact_call_judged& it) {
  return it.at - std::chrono::milliseconds{it.talk_time_ms};
}

/// The contact is next in line, before whoever is due, and behind those who were
/// put first before it.
struct contact_put_first {
  static constexpr std::string_view type = "contact.put_first.v1";
  instant at{};
  friend bool operator==(const contact_put_first&, const contact_put_first&) = default;
};

/// An operator chose the hour of the next call.
struct contact_call_at_set {
  static constexpr std::string_view type = "contact.call_at_set.v1";
  instant due_at{}; // inside a window
  friend bool operator==(const contact_call_at_set&, const contact_call_at_set&) = default;
};

/// The pre-dial hook gave no leave to call, for this reason. Nobody was called, and
/// the contact's budget is as it was.
struct contact_put_off {
  static constexpr std::string_view type = "contact.put_off.v1";
  std::string reason; // a word that names nobody
  instant due_at{};   // when to ask again; the window is judged then
  friend bool operator==(const contact_put_off&, const contact_put_off&) = default;
};

/// The call that is up is the contact's last, whatever comes of it.
struct contact_withdrawn {
  static constexpr std::string_view type = "contact.withdrawn.v1";
  friend bool operator==(const contact_withdrawn&, const contact_withdrawn&) = default;
};

/// How a contact ended for good.
enum class disposition : std::uint8_t { completed = 1, failed, cancelled };

[[nodiscard]] std::string_view to_string(disposition it);

/// Nothing more will be tried. Every contact reaches this exactly once.
struct contact_finished {
  static constexpr std::string_view type = "contact.finished.v1";
  events::disposition disposition = disposition::failed;
  friend bool operator==(const contact_finished&, const contact_finished&) = default;
};

using engine_event = std::variant<engine_started, head_signed, log_restored>;

using campaign_event = std::variant<
  campaign_created,
  campaign_edited,
  campaign_started,
  campaign_paused,
  campaign_resumed,
  campaign_completed,
  campaign_failed,
  campaign_cancelled,
  campaign_hang_up_ordered,
  campaign_expired,
  campaign_redialed,
  campaign_archived,
  campaign_unarchived,
  campaign_contacts_added,
  campaign_deleted>;

using contact_event = std::variant<
  contact_dialed,
  contact_initiated,
  contact_ringing,
  contact_answered,
  contact_attempt_ended,
  contact_call_judged,
  contact_retry_scheduled,
  contact_put_first,
  contact_call_at_set,
  contact_put_off,
  contact_withdrawn,
  contact_finished>;

/// Any event: what the log holds.
using event = std::variant<
  engine_started,
  head_signed,
  log_restored,
  contact_list_uploaded,
  contact_list_row_erased,
  workflow_created,
  trunk_created,
  trunk_edited,
  trunk_removed,
  api_key_created,
  api_key_revoked,
  webhook_created,
  webhook_edited,
  webhook_removed,
  campaign_created,
  campaign_edited,
  campaign_started,
  campaign_paused,
  campaign_resumed,
  campaign_completed,
  campaign_failed,
  campaign_cancelled,
  campaign_hang_up_ordered,
  campaign_expired,
  campaign_redialed,
  campaign_archived,
  campaign_unarchived,
  campaign_contacts_added,
  campaign_deleted,
  contact_dialed,
  contact_initiated,
  contact_ringing,
  contact_answered,
  contact_attempt_ended,
  contact_call_judged,
  contact_retry_scheduled,
  contact_put_first,
  contact_call_at_set,
  contact_put_off,
  contact_withdrawn,
  contact_finished>;

[[nodiscard]] std::string_view type_of(const event& it);

} // namespace ringmaster::events
