// How a caller outside reaches the actors: plain functions, whatever thread or
// scheduler the actors run on.
#pragma once

#include "actors/new_secrets.hpp"
#include "domain/breaker.hpp"
#include "domain/campaign.hpp"
#include "domain/contact_order.hpp"
#include "domain/line_pool.hpp"
#include "events/envelope.hpp"
#include "projections/library.hpp"
#include "telephony/provider.hpp"

#include <chrono>
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

/// How far the views are, to whom they are to show a position of the log.
enum class sight {
  shown,
  beyond_the_log, // nothing has that position yet, and maybe nothing ever will
  not_in_time,
};

/// The actors that a doorway leads to (actors/behind_door.hpp).
struct behind_door;

/// Every function may be called from any thread; answers come exactly once, on
/// a thread of the actors', and must not block it.
class doorway {
public:
  /// `within` must outlive it.
  explicit doorway(behind_door& within) : within_{&within} {}

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

  /// A new list, workflow, trunk or key; a trunk's edit or removal, a key's revocation.
  /// `secrets` come with the edit of a trunk; null: they stay.
  void record(
    events::stream_id stream,
    events::event what,
    asker by,
    std::function<void(answer)> then,
    std::shared_ptr<const new_secrets> secrets = {});

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

  /// Calls once the views show `position`, or `within` has passed. 0: all that is on
  /// disk now.
  void when_visible(
    std::uint64_t position, std::chrono::seconds within, std::function<void(sight)> then);

  /// `stir` runs once, after the campaign's views have moved, and again after
  /// each `rearm`; never after `stop` has returned and a stir under way is over.
  std::uint64_t start_watch(events::campaign_id campaign, std::function<void()> stir);
  void rearm_watch(std::uint64_t watcher);
  void stop_watch(std::uint64_t watcher);

  [[nodiscard]] const projections::library& library() const;

private:
  behind_door* within_;
};

} // namespace ringmaster::actors
