// The running system as the world outside sees it: plain functions, no actors.
#pragma once

#include "actors/environment.hpp"
#include "domain/breaker.hpp"
#include "domain/contact_order.hpp"
#include "domain/line_pool.hpp"
#include "events/envelope.hpp"
#include "store/key_value.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ringmaster::actors {

/// Who asks, for the log.
struct asker {
  std::string actor;
  std::uint64_t correlation = 0;
  /// The stream's version that the asker saw: refused if it has moved on since.
  std::optional<std::uint64_t> seen_version = {};
  /// What the request is known by, if it may be sent again.
  std::optional<events::request_mark> request = {};
};

/// The facts are on disk, and the views show them.
struct done {
  std::uint64_t position = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t contacts = 0; // that `cancel_line` cancelled
};
/// Nothing was done, or nobody knows; asking again is safe.
struct unavailable {
  std::string why;
};
using answer = std::variant<done, domain::refusal, unavailable>;

/// The actor system over opened stores. Every function may be called from any
/// thread; answers come exactly once, on a thread of the engine's, and must not
/// block it.
class engine {
public:
  struct parts {
    telephony::clock now;
    std::function<std::chrono::nanoseconds(events::duration)> real_time;
    store::journal* journal = nullptr;
    store::vault* vault = nullptr;
    store::key_value* rows = nullptr; // of the views; caught up with the journal
    provider_factory make_provider;
    /// What a voice agent shows to bring the result of a call; a secret.
    std::function<std::string(const events::attempt_key&)> result_token = {};
    /// Vouches for a head of the log, every minute that has events and at the
    /// end. Not set: nobody does.
    std::function<events::head_signed(const store::journal_head&)> sign_head = {};
    /// Asks a pre-dial hook for leave to call, and answers exactly once, from any
    /// thread. Not set: none gives any.
    std::function<void(domain::hook_question, std::function<void(domain::hook_answer)>)> ask_hook =
      {};
    /// Called when the views hold more than before; must not block.
    std::function<void()> views_moved = {};
    actors::limits limits = {};
    /// Threads for the actors without one of their own; JOURNAL and PROJECTOR
    /// have theirs.
    std::size_t workers = 1;
    std::string software = "ringmaster";
  };

  /// Records that this process took over, settles the calls that were up, and
  /// dials on. The stores must outlive it.
  explicit engine(parts from);

  /// Takes no more commands and dials no more; what was acknowledged is on disk.
  ~engine();

  void command(
    events::campaign_id campaign,
    domain::campaign_command what,
    asker by,
    std::function<void(answer)> then);

  void order_contact(
    const events::contact_key& contact,
    domain::contact_order what,
    asker by,
    std::function<void(answer)> then);

  /// Cancels whoever is in line, each by an event; for a million that takes a while.
  void cancel_line(
    events::campaign_id campaign,
    domain::line_part which,
    asker by,
    std::function<void(answer)> then);

  /// A new list, workflow, trunk or key; a trunk's removal, a key's revocation.
  void
  record(events::stream_id stream, events::event what, asker by, std::function<void(answer)> then);

  /// Hands what came to a trunk's callback address to its provider. A trunk that
  /// is gone, or has no callbacks, answers 404.
  void receive(
    events::trunk_id trunk,
    telephony::callback what,
    std::function<void(telephony::callback_reply)> then);

  /// News from elsewhere than a provider; their receipt tells what became of them.
  void hear(telephony::call_news news);

  void
  breaker(events::campaign_id campaign, std::function<void(domain::breaker_window::tally)> then);

  /// Who has the trunk's lines, who waits, and why.
  void trunk_lines(events::trunk_id trunk, std::function<void(domain::line_report)> then);

  /// Calls once the views show `position`.
  void when_visible(std::uint64_t position, std::function<void()> then);

  /// `stir` runs once, after the campaign's views have moved, and again after
  /// each `rearm`; never after `stop` has returned and a stir under way is over.
  std::uint64_t start_watch(events::campaign_id campaign, std::function<void()> stir);
  void rearm_watch(std::uint64_t watcher);
  void stop_watch(std::uint64_t watcher);

  [[nodiscard]] const projections::library& library() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::actors
