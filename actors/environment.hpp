// What every actor may reach besides other actors.
#pragma once

#include "domain/pre_dial.hpp"
#include "events/time.hpp"
#include "projections/library.hpp"
#include "projections/projection.hpp"
#include "store/journal.hpp"
#include "store/vault.hpp"
#include "telephony/provider.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace ringmaster::actors {

/// Bounds and deadlines; each has the answer it gives at the bound beside it.
struct limits {
  /// Appends waiting for the journal's next sync. Beyond: `busy`.
  std::size_t open_appends = 50'000;
  /// Events that the views may be behind before the journal waits for them.
  std::uint64_t view_lag = 50'000;
  /// Requests of the gateway that await an answer. Beyond: unavailable.
  std::size_t open_errands = 10'000;
  /// Retries a campaign keeps in memory. Beyond: read again from disk.
  std::size_t near_retries = 10'000;
  /// Rows read ahead of the cursor.
  std::size_t rows_ahead = 256;
  /// Silence after which the carrier is asked about a call not yet answered:
  /// 60 s of ringing and 45 s for slow carriers (docs/telephony.md).
  events::duration unanswered_silence = std::chrono::seconds{105};
  /// Silence after which it is asked about one that was, and again: the end of a call
  /// may be lost, and its line with it.
  events::duration answered_silence = std::chrono::minutes{5};
  /// An attempt that nobody ended by then is settled as `unknown`.
  events::duration attempt_deadline = std::chrono::hours{2};
  /// A campaign that is not running leaves memory after so long without a message.
  events::duration idle_campaign = std::chrono::minutes{1};
  /// The log's head is signed so long after the first event that no signature covers.
  events::duration unsigned_for = std::chrono::minutes{1};
};

/// Makes the provider behind a trunk, or says why it can't be made.
using provider_factory =
  std::function<std::variant<std::unique_ptr<telephony::provider>, std::string>(
    const events::trunk_created& trunk, telephony::news_sink news)>;

/// Owned by whoever starts the engine; outlives every actor.
struct environment {
  telephony::clock now;
  /// How long to wait, by the machine's clock, until `engine_time` has passed.
  std::function<std::chrono::nanoseconds(events::duration engine_time)> real_time;
  store::journal* journal = nullptr;
  store::vault* vault = nullptr;
  const projections::library* library = nullptr;
  projections::projection* projection = nullptr; // the PROJECTOR's alone
  provider_factory make_provider;
  /// What a voice agent shows to bring the result of a call; a secret. Not set:
  /// agents get none.
  std::function<std::string(const events::attempt_key&)> result_token = {};
  /// Vouches for a head of the log. Not set: nobody does.
  std::function<events::head_signed(const store::journal_head&)> sign_head = {};
  /// Asks for leave to call; answers exactly once, from any thread. Not set: no hook
  /// gives any. What it owns must outlive no actor.
  std::function<void(domain::hook_question, std::function<void(domain::hook_answer)>)> ask_hook =
    {};
  /// The views hold more than before.
  std::function<void()> views_moved = {};
  actors::limits limits;
};

} // namespace ringmaster::actors
