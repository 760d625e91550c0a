// Silence is explained: for whoever is not being called, one reason and a time.
#pragma once

#include "domain/campaign.hpp"
#include "domain/contact.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace ringmaster::domain {

enum class wait_reason : std::uint8_t {
  none = 0,            // nothing stands in the way: it is in line for a free line
  campaign_draft,      // not started
  campaign_paused,     // by an operator or the breaker
  campaign_over,       // completed, failed or cancelled
  waiting_for_start,   // its time has not come; `until` is the first moment it may dial
  waiting_for_window,  // closed at this hour; `until` is the exact next opening
  waiting_for_retry,   // `until` is when the retry falls due
  waiting_for_call_at, // `until` is the hour that an operator chose
  waiting_for_other,   // another call to the same person is up; `until` is when it is looked again
  waiting_for_hook,    // the pre-dial hook gave no leave; `until` is when it is asked again
  in_flight,           // being called now
  contact_finished,
};

[[nodiscard]] std::string_view to_string(wait_reason it);

/// Why a contact was put off whom another campaign is calling.
inline constexpr std::string_view is_called_cause = "is_called";

struct wait {
  wait_reason reason = wait_reason::none;
  std::optional<events::instant> until; // nothing: no time can be named

  friend bool operator==(const wait&, const wait&) = default;
};

/// May the campaign dial at all at `now`?
[[nodiscard]] wait judge(const campaign& campaign, events::instant now);

/// Why this contact is not being called at `now`.
[[nodiscard]] wait judge(const campaign& campaign, const contact& contact, events::instant now);

} // namespace ringmaster::domain
