// The read models, as queries see them.
#pragma once

#include "domain/campaign.hpp"
#include "domain/contact.hpp"
#include "domain/row_set.hpp"
#include "events/envelope.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::projections {

/// Where every contact of a campaign stands. Closes at every position:
/// pending + waiting + in_flight + completed + failed + cancelled = total.
struct progress {
  std::uint64_t total = 0;
  std::uint64_t pending = 0; // never dialled, and not waiting
  std::uint64_t waiting = 0; // for a retry, or for the place or hour that an operator chose
  std::uint64_t in_flight = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t processed = 0; // dialled at least once
  std::uint64_t attempts = 0;  // dialled, open ones too
  std::uint64_t answered = 0;  // attempts that somebody or something answered
  /// Ended attempts by outcome, indexed by its number; 0 is unused.
  std::array<std::uint64_t, 10> outcomes{};

  friend bool operator==(const progress&, const progress&) = default;
};

struct campaign_view {
  domain::campaign state;
  projections::progress progress;
  std::uint64_t version = 0;  // of the campaign's stream
  std::uint64_t position = 0; // of the last event that touched any of this
  events::instant created_at{};
  std::optional<events::instant> started_at;        // first start
  std::optional<events::instant> ended_at;          // completed, failed or cancelled
  std::optional<events::instant> paused_at;         // while paused
  std::optional<events::breaker_trip> breaker_trip; // while paused by the breaker
  std::optional<events::hook_failed> hook_failure;  // while paused because the hook is silent
  bool paused_by_restore = false;                   // while paused because the log is a backup's
  /// While running: since when, by start or resume. The breaker's window holds
  /// nothing from before.
  events::instant running_since{};
  domain::row_set touched; // of whom the log has said something

  friend bool operator==(const campaign_view&, const campaign_view&) = default;
};

struct contact_view {
  events::contact_key key;
  domain::contact state;
  std::uint64_t version = 0;       // of the contact's stream
  std::vector<std::uint64_t> runs; // positions of its contact.dialed, oldest first

  friend bool operator==(const contact_view&, const contact_view&) = default;
};

/// One attempt as users see it, without what the vault holds.
struct run_view {
  events::attempt_key key;
  std::uint64_t position = 0; // of its contact.dialed
  events::trunk_id trunk;
  std::string caller_id;
  std::string provider_ref;
  events::instant dialed_at{};
  std::optional<events::instant> initiated_at;
  std::optional<events::instant> ringing_at;
  std::optional<events::instant> answered_at;
  std::optional<events::instant> ended_at;
  std::optional<events::outcome> outcome; // nothing while it is up
  std::string cause;
  std::string provider_code;
  std::uint64_t talk_time_ms = 0;
  events::answerer answered_by = events::answerer::unknown;
  bool has_result = false;
  std::string call_disposition;            // the agent's own word for how it went; empty: none
  bool opted_out = false;                  // in this call the person asked for no more
  std::uint64_t ended_minute = 0;          // of the log's time, in whose figures the outcome stands
  std::optional<events::instant> retry_at; // what followed
  // Of the attempt before; meaningful from the second on.
  events::outcome previous_outcome = events::outcome::unknown;

  friend bool operator==(const run_view&, const run_view&) = default;
};

/// A command that its client may send again, as it was carried out.
struct carried_out {
  std::uint64_t position = 0; // of its first event
  events::instant at{};
  std::string digest; // of the request
  events::stream_id stream;
  bool created = false; // what the stream is about

  friend bool operator==(const carried_out&, const carried_out&) = default;
};

/// What a campaign did within one minute of the log's time. A minute in which
/// nothing happened has none.
struct minute_view {
  std::uint64_t minute = 0; // since 1970
  std::uint64_t attempts = 0;
  std::uint64_t answered = 0;
  std::array<std::uint64_t, 10> outcomes{}; // of attempts that ended, by their number
  std::uint64_t most_in_flight = 0;
  std::uint64_t in_flight = 0; // at its end

  friend bool operator==(const minute_view&, const minute_view&) = default;
};

[[nodiscard]] inline std::uint64_t minute_of(events::instant at) {
  return static_cast<std::uint64_t>(
    std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count());
}

struct list_view {
  events::contact_list_uploaded list;
  events::instant uploaded_at{};
  std::uint64_t version = 0;
};

struct workflow_view {
  events::workflow_created workflow;
  events::instant created_at{};
  std::uint64_t version = 0;
};

struct trunk_view {
  events::trunk_created trunk;
  events::instant created_at{};
  bool removed = false;
  std::uint64_t version = 0;
};

struct api_key_view {
  events::api_key_created key;
  events::instant created_at{};
  std::string created_by;
  std::optional<events::instant> revoked_at;
  std::uint64_t version = 0;
};

struct webhook_view {
  events::webhook_id id;
  events::campaign_id campaign; // whose events alone; zero: every campaign's
  events::webhook_settings settings;
  events::instant created_at{};
  std::string created_by;
  std::uint64_t created_position = 0; // what is behind it is sent
  std::string disabled_because;       // by ourselves; empty: it is enabled, or an operator did it
  bool removed = false;
  std::uint64_t version = 0;
};

} // namespace ringmaster::projections
