// Every message type that crosses an actor boundary, and every actor's
// protocol. Read this file to learn who may say what to whom.
#pragma once

#include "actors/environment.hpp"
#include "actors/new_secrets.hpp"
#include "domain/breaker.hpp"
#include "domain/campaign.hpp"
#include "domain/contact_order.hpp"
#include "domain/line_pool.hpp"
#include "events/envelope.hpp"
#include "store/journal.hpp"
#include "store/vault.hpp"
#include "telephony/provider.hpp"

#include <caf/all.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringmaster::actors {

using store::append_refusal;
using store::receipt;

// -- JOURNAL -------------------------------------------------------------------

/// Facts for one stream, and the results that these facts name: the vault has
/// them, synced, before the log does.
struct append_request {
  store::append what;
  std::vector<store::vault::result> results;
};

/// Write what waits. The JOURNAL sends it to itself behind everything that is
/// already in its mailbox: that is the group commit.
struct flush {};

/// Vouch for the head of the log, if there is anything that no signature covers:
/// the JOURNAL's own wake-up, and the engine's wish before it stops.
struct sign_head {};
struct head_is_old {};

/// What one sync put on disk.
struct committed {
  std::vector<events::envelope> events;
  store::journal_head head;
};
using committed_ptr = std::shared_ptr<const committed>;

/// The views hold everything up to `position`.
struct views_reached {
  std::uint64_t position = 0;
};

/// The JOURNAL: the one writer of the log.
using journal_actor = caf::typed_actor<
  // Appends; answers once synced. Fails with `append_refusal`.
  caf::replies_to<append_request>::with<receipt>,
  caf::reacts_to<flush>,
  caf::reacts_to<views_reached>,
  // Answers once the signature is synced, or at once if there is nothing to sign.
  caf::replies_to<sign_head>::with<receipt>,
  caf::reacts_to<head_is_old>>;

// -- PROJECTOR and LIVE --------------------------------------------------------

/// Answered once the views show `position`. Position 0: whatever is in the log.
struct await_position {
  std::uint64_t position = 0;
};

/// The PROJECTOR: the one writer of the views.
using projector_actor = caf::typed_actor<
  // The next batch, in order.
  caf::reacts_to<committed_ptr>,
  caf::replies_to<await_position>::with<views_reached>>;

/// Somebody looks on; `stir` runs after the campaign's events became visible,
/// once, until `rearm_watch`.
struct start_watch {
  std::uint64_t watcher = 0;
  events::campaign_id campaign;
  std::function<void()> stir;
};
struct rearm_watch {
  std::uint64_t watcher = 0;
};
struct stop_watch {
  std::uint64_t watcher = 0;
};

/// These campaigns' views have moved.
struct campaigns_moved {
  std::set<events::campaign_id> campaigns;
};

/// LIVE: who watches what.
using live_actor = caf::typed_actor<
  caf::reacts_to<start_watch>,
  caf::reacts_to<rearm_watch>,
  caf::reacts_to<stop_watch>,
  caf::reacts_to<campaigns_moved>>;

// -- SWITCHBOARD ---------------------------------------------------------------

/// Lines that a campaign may use now, each for one attempt.
struct lines_granted {
  std::uint32_t lines = 0;
  std::shared_ptr<telephony::provider> provider;
  bool paced = false;   // the trunk has a rate: `place_request` before each call
  bool counted = false; // the carrier takes so many at once: `placement_answered` after each
};
/// The intent is on disk, and only now a call can be placed: when its turn
/// comes. Lines are granted at the trunk's rate too, but a disk that takes its
/// time lets those that wait for it arrive together.
struct place_request {
  events::trunk_id trunk;
};
struct place_now {};
/// It was handed to the carrier, or was not and never will be, by `left`.
struct turn_over {
  events::trunk_id trunk;
  events::instant left{};
};
/// The carrier has answered about a call: there is room for another on the way to it.
struct placement_answered {
  events::trunk_id trunk;
};
/// Which number is this call to show? `usual` is the contact's last. Asked once for
/// each call that uses a granted line, before it is recorded, and given back with
/// the line.
struct caller_id_request {
  events::trunk_id trunk;
  std::string usual;
  std::string to; // whom it is to ring, E.164
};
struct caller_id_found {
  std::optional<std::string> caller_id; // nothing: an edit left none, the line is given back
  bool is_called = false;               // nothing, for another call to the same person is up
  events::instant taken_at{};
};
/// The call to this number is over, or was never made: it may be called again. Said
/// before anything that may lead to another call.
struct call_over {
  std::string to;
};
struct caller_id_back {
  std::string caller_id;
  events::instant taken_at{};
  bool called = false; // false: it came to nothing, and does not count for that day
};
/// The trunk is not there or can't be used.
struct trunk_gone {
  std::string why;
};

/// Gives back `returned` lines, used or not, and says how many more the campaign
/// could use this instant, in place of what it said before. Answered by
/// `lines_granted`, at once or as lines come free.
struct want_lines {
  events::campaign_id campaign;
  events::trunk_id trunk;
  std::uint32_t returned = 0;
  std::uint32_t unplaced = 0; // of the returned, granted and no call placed on them
  std::uint32_t lines = 0;
  std::uint32_t weight = 1;
  std::vector<caller_id_back> caller_ids; // of the returned
  caf::actor who;                         // gets `lines_granted`, `trunk_gone`
};
struct provider_request {
  events::trunk_id trunk;
};
struct provider_found {
  std::shared_ptr<telephony::provider> provider; // null: the trunk is gone
};
/// The carrier said "not now, in `asked`": nothing is granted on this trunk for at
/// least so long.
struct rest_trunk {
  events::trunk_id trunk;
  events::duration asked{};
  std::string why; // as the carrier has it
};
/// An edit of the trunk is being recorded: nothing is granted until `release_trunk`,
/// which has it looked at anew. Answered at once; `if_idle` fails with
/// `domain::refusal` while calls are up.
struct hold_trunk {
  events::trunk_id trunk;
  bool if_idle = false;
};
struct trunk_held {};
struct release_trunk {
  events::trunk_id trunk;
  bool other_secrets = false; // its provider is made anew, though its settings are the same
};
/// Who has the trunk's lines, who waits, and why. Nobody, if it was not used since
/// the start.
struct line_report_request {
  events::trunk_id trunk;
};
struct share_lines {
  events::trunk_id trunk;
  events::instant at{};
};

/// The SWITCHBOARD: lines of every trunk, shared evenly between campaigns.
using switchboard_actor = caf::typed_actor<
  caf::reacts_to<want_lines>,
  caf::reacts_to<rest_trunk>,
  caf::replies_to<provider_request>::with<provider_found>,
  caf::replies_to<caller_id_request>::with<caller_id_found>,
  caf::reacts_to<call_over>,
  // Answered at the trunk's rate, in the order of asking; `turn_over` must follow.
  caf::replies_to<place_request>::with<place_now>,
  caf::reacts_to<turn_over>,
  caf::reacts_to<placement_answered>,
  caf::replies_to<hold_trunk>::with<trunk_held>,
  caf::reacts_to<release_trunk>,
  caf::replies_to<line_report_request>::with<domain::line_report>,
  // A rate or a rest has passed; look again.
  caf::reacts_to<share_lines>>;

// -- CONTACT -------------------------------------------------------------------

/// Who asked, for the log.
struct origin {
  std::string actor = "system";
  std::uint64_t correlation = 0;
  /// The stream's version that the asker saw: refused if it has moved on since.
  std::optional<std::uint64_t> seen_version = {};
  /// What the request is known by, if it may be sent again.
  std::optional<events::request_mark> request = {};
};

/// An operator's wish for one contact. The version seen is not asked about.
struct contact_request {
  events::contact_key contact;
  domain::contact_order order;
  actors::origin origin;
};

struct campaign_receipt {
  std::uint64_t position = 0; // 0: it was already so
  std::uint64_t in_flight = 0;
  std::uint64_t contacts = 0; // cancelled by a `line_request`
};

/// The carrier's answer to our asking what became of a call.
struct looked_up {
  telephony::look_up_answer answer;
};
/// The pre-dial hook's answer.
struct hook_answered {
  domain::hook_answer answer;
};
/// Nobody is to be dialled just now: whoever still waits for the hook's leave goes
/// back in line.
struct stand_back {};
/// The carrier's answer to `place`.
struct placed {
  telephony::place_answer answer;
};
/// Nobody said anything for too long: ask, and past the deadline settle.
struct check_call {};
/// Nothing more is sent to you.
struct leave {};
/// The campaign has stopped.
struct wind_up {
  bool last_call = false; // for good: no retry follows
  bool hang_up = false;   // do not let the call end by itself
};

/// The CONTACT: the only writer of one contact's stream while it is called. Once it
/// has said `contact_over` it sends news back, and waits for its leave.
using contact_actor = caf::typed_actor<
  caf::reacts_to<telephony::call_news>,
  caf::reacts_to<hook_answered>,
  caf::reacts_to<stand_back>,
  caf::reacts_to<placed>,
  caf::reacts_to<looked_up>,
  caf::reacts_to<check_call>,
  caf::reacts_to<wind_up>,
  caf::reacts_to<leave>,
  // Only `order_cancel`; answers once it is on disk. Fails with `domain::refusal`.
  caf::replies_to<contact_request>::with<campaign_receipt>>;

// -- CAMPAIGN ------------------------------------------------------------------

struct campaign_request {
  events::campaign_id campaign;
  domain::campaign_command command;
  actors::origin origin;
};
/// Whoever is in line is to be cancelled.
struct line_request {
  events::campaign_id campaign;
  domain::line_part part = domain::line_part::everybody;
  actors::origin origin;
};

/// The carrier has the call, or never will: a change need not wait for it.
struct contact_settled_in {
  std::uint32_t row = 0;
};
/// The pre-dial hook has answered about this contact, or what was wrong with its
/// answer.
struct hook_heard {
  std::uint32_t row = 0;
  std::optional<std::string> failure;
};
/// The attempt is over and on disk, or was never made.
struct contact_over {
  std::uint32_t row = 0;
  std::uint32_t attempt = 0;
  domain::contact state;
  std::uint64_t version = 0;
  std::uint64_t position = 0; // 0: it was never dialled, and is as it was
  bool called = false;        // false: put off, or done without a call
  bool unplaced = false;      // its line was granted, and the carrier never heard of it
  events::instant ended_at{};
  std::optional<rest_trunk> rest;
  caller_id_back caller_id;
  std::string to; // whom others may call now; empty: nobody was kept from it
};
/// News that a contact was sent when its attempt was over.
struct news_too_late {
  telephony::call_news news;
};
/// Time to look who is due.
struct wake_up {
  std::uint64_t number = 0;
};
/// Use the lines that are there. Sent behind what waits in the mailbox, so that
/// many ends make one round.
struct fill_lines {};
struct breaker_request {
  events::campaign_id campaign;
};

/// The CAMPAIGN: the only writer of one campaign's stream, and the one who
/// picks its contacts.
using campaign_actor = caf::typed_actor<
  // Decides one command; answers once its facts are on disk, and, for a change
  // that bears on dialling, once nothing is dialled as it was before. Fails with
  // `domain::refusal`.
  caf::replies_to<campaign_request>::with<campaign_receipt>,
  // The same for one contact, and for all who are in line: these are cancelled
  // one by one, and should the process die meanwhile the others stay in line.
  caf::replies_to<contact_request>::with<campaign_receipt>,
  caf::replies_to<line_request>::with<campaign_receipt>,
  caf::replies_to<breaker_request>::with<domain::breaker_window::tally>,
  caf::reacts_to<telephony::call_news>,
  caf::reacts_to<lines_granted>,
  caf::reacts_to<trunk_gone>,
  caf::reacts_to<contact_settled_in>,
  caf::reacts_to<hook_heard>,
  caf::reacts_to<contact_over>,
  caf::reacts_to<news_too_late>,
  caf::reacts_to<fill_lines>,
  caf::reacts_to<wake_up>,
  caf::reacts_to<leave>>;

// -- REGISTRY ------------------------------------------------------------------

/// A campaign has nothing to do and would leave memory; `heard` messages came
/// to it through the REGISTRY. If more are on their way, it stays.
struct may_leave {
  events::campaign_id campaign;
  std::uint64_t heard = 0;
};
/// Wakes every running campaign. Sent once, at start.
struct wake_running {};

/// The REGISTRY: which campaigns are awake; the way to each of them.
using registry_actor = caf::typed_actor<
  caf::replies_to<campaign_request>::with<campaign_receipt>,
  caf::replies_to<contact_request>::with<campaign_receipt>,
  caf::replies_to<line_request>::with<campaign_receipt>,
  caf::replies_to<breaker_request>::with<domain::breaker_window::tally>,
  caf::reacts_to<telephony::call_news>,
  caf::reacts_to<may_leave>,
  caf::reacts_to<wake_running>>;

// -- CATALOGUE -----------------------------------------------------------------

/// A new list, workflow, trunk or key; a trunk's edit or removal, a key's
/// revocation.
struct catalogue_request {
  events::stream_id stream;
  events::event event;
  actors::origin origin;
  std::shared_ptr<const new_secrets> secrets = {}; // of an edited trunk; null: they stay
};

/// The CATALOGUE: the only writer of lists, workflows, trunks, keys and webhooks.
using catalogue_actor = caf::typed_actor<
  // Fails with `domain::refusal`.
  caf::replies_to<catalogue_request>::with<receipt>>;

// -- the gateway's door ----------------------------------------------------------

/// Something to ask of the actors on behalf of a caller outside, run inside the
/// DOOR so that answers have somewhere to come to.
using errand = std::function<void(caf::event_based_actor*)>;

} // namespace ringmaster::actors

CAF_BEGIN_TYPE_ID_BLOCK(ringmaster, first_custom_type_id)

  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::append_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::store::receipt))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::store::append_refusal))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::domain::refusal))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::flush))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::sign_head))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::head_is_old))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::committed_ptr))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::views_reached))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::await_position))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::start_watch))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::rearm_watch))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::stop_watch))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::campaigns_moved))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::lines_granted))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::trunk_gone))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::want_lines))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::provider_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::provider_found))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::place_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::place_now))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::placement_answered))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::turn_over))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::call_over))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::news_too_late))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::caller_id_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::caller_id_found))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::rest_trunk))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::hold_trunk))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::trunk_held))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::release_trunk))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::line_report_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::domain::line_report))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::share_lines))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::telephony::call_news))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::looked_up))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::hook_answered))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::stand_back))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::hook_heard))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::placed))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::check_call))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::wind_up))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::contact_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::line_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::campaign_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::campaign_receipt))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::contact_settled_in))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::contact_over))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::wake_up))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::fill_lines))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::breaker_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::domain::breaker_window::tally))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::leave))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::may_leave))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::wake_running))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::catalogue_request))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::errand))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::journal_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::projector_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::live_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::switchboard_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::contact_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::campaign_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::registry_actor))
  CAF_ADD_TYPE_ID(ringmaster, (ringmaster::actors::catalogue_actor))

CAF_END_TYPE_ID_BLOCK(ringmaster)

// Messages stay inside the process; only events are ever serialised.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::append_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::store::receipt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::sign_head)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::head_is_old)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::committed_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::views_reached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::await_position)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::start_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::rearm_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::stop_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::campaigns_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::lines_granted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::trunk_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::want_lines)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::provider_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::provider_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::place_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::place_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::placement_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::turn_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::call_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::news_too_late)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::caller_id_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::caller_id_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::rest_trunk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::hold_trunk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::trunk_held)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::release_trunk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::line_report_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::domain::line_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::share_lines)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::telephony::call_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::looked_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::hook_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::stand_back)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::hook_heard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::placed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::check_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::wind_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::contact_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::line_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::campaign_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::campaign_receipt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::contact_settled_in)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::contact_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::wake_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::fill_lines)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::breaker_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::domain::breaker_window::tally)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::leave)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::may_leave)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::wake_running)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::catalogue_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ringmaster::actors::errand)

CAF_ERROR_CODE_ENUM(ringmaster::domain::refusal, "refusal")
CAF_ERROR_CODE_ENUM(ringmaster::store::append_refusal, "append")
