// The rules for calling one contact. No clock, no I/O, no threads.
#pragma once

#include "domain/refusal.hpp"
#include "events/event.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace ringmaster::domain {

/// The numbers are on disk in the views.
enum class contact_phase : std::uint8_t {
  untouched = 0,
  dialed,
  ringing,
  answered,
  ended,   // the attempt is over and what follows is not yet said
  waiting, // for `due_at`
  finished,
};

[[nodiscard]] std::string_view to_string(contact_phase it);

/// What a waiting contact waits for. The numbers are on disk in the views.
enum class contact_turn : std::uint8_t {
  usual = 0, // its retry falls due
  first,     // nothing: it was put before whoever is due
  appointed, // the hour that an operator chose
  put_off,   // the pre-dial hook is asked again
};

struct contact {
  contact_phase phase = contact_phase::untouched;
  std::uint32_t attempts = 0;  // dialled so far; the open one counts
  std::uint32_t held_back = 0; // of them, those that came to nothing by no doing of the contact
  events::outcome last_outcome = events::outcome::unknown; // meaningful after a first end
  events::instant due_at{};                                // while waiting; else epoch
  events::instant dialed_at{};                             // of the last attempt
  events::instant give_up_at{};                            // of the open attempt
  events::instant initiated_at{};                          // of the last attempt; epoch: never
  events::instant answered_at{};                           // of the last attempt; epoch: never
  events::instant ended_at{};                              // of the last attempt; epoch: not yet
  events::trunk_id trunk;                                  // of the last attempt
  std::string caller_id = {};                              // that it showed
  events::disposition disposition = events::disposition::failed; // once finished
  contact_turn turn = contact_turn::usual;                       // while waiting
  bool withdrawn = false;                                        // no attempt follows the open one
  bool opted_out = false;                                        // nor ever another
  events::answerer answered_by = events::answerer::unknown;      // of the last attempt
  /// How the open attempt, if answered, is to be taken once it ends.
  std::optional<events::outcome> judged = {};
  bool judged_by_agent = false;     // the last attempt was: the carrier is not asked
  std::string put_off_because = {}; // while waiting for the hook

  /// The carrier has, or may have, a call up for this contact.
  [[nodiscard]] bool in_flight() const {
    return phase == contact_phase::dialed || phase == contact_phase::ringing
           || phase == contact_phase::answered;
  }

  /// Attempts that count against the budget.
  [[nodiscard]] std::uint32_t attempts_spent() const {
    return attempts > held_back ? attempts - held_back : 0;
  }

  friend bool operator==(const contact&, const contact&) = default;
};

/// A waiting contact's place in line: whoever was put first, then by due time.
struct due_contact {
  events::instant due_at;
  std::uint32_t row = 0;
  bool first = false;

  friend std::strong_ordering operator<=>(const due_contact& a, const due_contact& b) {
    return std::tuple{!a.first, a.due_at, a.row} <=> std::tuple{!b.first, b.due_at, b.row};
  }
  friend bool operator==(const due_contact&, const due_contact&) = default;
};

/// Sets out to call. Whether the campaign may dial at all (window, pause,
/// lines) was judged by the campaign at `now`.
struct dial_contact {
  events::instant now;
  std::uint32_t max_attempts = 1;
  events::trunk_id trunk;
  std::string caller_id;
  events::instant give_up_at;
};

/// The carrier said something about attempt `attempt`, or somebody judged it: a
/// verdict may also be on one that is over, and then corrects it. A contact that
/// waits only because of how the call seemed to have ended is done with the
/// correction; one that is done stays done.
struct hear_report {
  std::uint32_t attempt = 0;
  events::call_report report;
  events::instant now; // the engine's; an end is never believed to lie in its future
  const events::retry_policy* retry = nullptr; // not null
  const events::schedule* schedule = nullptr;  // not null
  bool hung_up = false;                        // we have told the carrier to end the call
  bool last_call = false;                      // the campaign was cancelled: nobody is called again
};

/// The carrier would not take the call just now and has not dialled. Not the
/// contact's doing: the attempt is over as `cancelled` and costs no budget.
struct hold_back_contact {
  std::uint32_t attempt = 0;
  std::string why; // as the carrier said it
  events::instant now;
  events::instant due_at; // when to try again; the window is judged then
  bool last_call = false; // the campaign was cancelled: nobody is called again
};

/// The cause that tells a held-back attempt from others that were cancelled.
inline constexpr std::string_view held_back_cause = "not_now";

/// The cause that tells a call that we hung up before anybody answered: it costs
/// no budget either, and the contact is in line again.
inline constexpr std::string_view hung_up_cause = "operator_hung_up";

/// The pre-dial hook gave no leave to call. Nobody was called, and it costs no budget.
struct put_off_contact {
  std::string reason; // a word that names nobody
  events::instant due_at;
};

/// An operator lowered the budget while the contact waited for a retry: what
/// `dial_contact` refuses as `attempts_exhausted` would otherwise wait for ever.
struct give_up_contact {
  std::uint32_t max_attempts = 1;
};

/// Nobody calls the contact again; a call that is up is the last.
struct cancel_contact {};

/// The contact is next, as soon as the campaign may dial. One that is being
/// called is refused, here and below.
struct put_contact_first {
  events::instant now;
};

/// The contact is called at `at`, or at the first opening after it.
struct call_contact_at {
  events::instant at;
  events::instant now;
  const events::schedule* schedule = nullptr; // not null
};

using contact_command = std::variant<
  dial_contact,
  hear_report,
  hold_back_contact,
  put_off_contact,
  give_up_contact,
  cancel_contact,
  put_contact_first,
  call_contact_at>;

/// How a contact ends when nothing is tried again after `how`.
[[nodiscard]] events::disposition disposition_after(events::outcome how);

using contact_facts = std::vector<events::contact_event>;

/// Facts to append, or the one reason there are none. Empty facts mean that
/// nothing new was said: a repeated report, one that comes late (ringing after
/// answered), or one about an attempt that is over.
using contact_decision = std::variant<contact_facts, refusal>;

/// The end of an attempt always comes with what follows from it: a retry or
/// the contact's own end.
[[nodiscard]] contact_decision decide(const contact& state, const contact_command& command);

/// Accepts every event in every state and never judges.
[[nodiscard]] contact evolve(contact state, const events::contact_event& event);

} // namespace ringmaster::domain
