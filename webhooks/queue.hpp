// What one webhook is sent next. The log itself is the queue: here are positions.
#pragma once

#include "store/outbox.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace ringmaster::webhooks {

/// An event on its way.
struct delivery {
  std::uint64_t position = 0;
  events::campaign_id campaign;

  friend bool operator==(const delivery&, const delivery&) = default;
};

struct queue_limits {
  /// Events that were read and are neither taken nor owed. Beyond: reads no further.
  std::size_t window = 256;
  /// On their way at once, one of each campaign.
  std::size_t at_once = 8;
  /// Owed since somebody took anything. Beyond: reads no further, so that a
  /// receiver that is gone costs no second log.
  std::size_t owed_in_silence = 100'000;
};

/// One webhook's events: in order within a campaign, campaigns beside one another.
///
/// An event that fails is owed, with all of its campaign behind it, and tried again
/// from there; other campaigns go on. What is owed or parked is on disk before
/// the cursor passes it, and the cursor itself only ever lags: a crash at any step
/// sends again what was on its way, and leaves nothing out.
class queue {
public:
  /// Goes on where `book` says it stood, or behind `begins_after`. `book` must
  /// outlive it.
  queue(
    events::webhook_id webhook,
    std::uint64_t begins_after,
    store::outbox& book,
    const queue_limits& limits = {});

  /// The log was looked at up to here.
  [[nodiscard]] std::uint64_t read_up_to() const { return read_; }
  [[nodiscard]] bool has_room() const;
  /// The event at `read_up_to() + 1`, of which campaign, if it is wanted at all.
  void take_in(std::optional<events::campaign_id> wanted, events::instant now);

  /// One to send now, to be settled by one of the three below.
  [[nodiscard]] std::optional<delivery> next(events::instant now);
  void delivered(const delivery& it, events::instant now);
  /// `chance` from 0 to 1 spreads the next try.
  void failed(const delivery& it, std::string why, events::instant now, double chance);
  /// Nobody knows and nobody is to blame: it is sent again.
  void put_back(const delivery& it);

  /// When the first of those that are owed is tried again.
  [[nodiscard]] std::optional<events::instant> next_try_at() const;
  [[nodiscard]] std::size_t on_their_way() const { return on_their_way_; }

  /// All that was parked is owed anew. How many that are.
  std::size_t retry_parked(events::instant now);

  /// Everything up to here is settled.
  [[nodiscard]] std::uint64_t cursor() const;
  /// What is to be written to `book` so that a restart goes on at `cursor`; nothing
  /// if it knows. To be written before it is asked again.
  [[nodiscard]] std::optional<store::outbox_changes> unsaved();

  /// Since the server started.
  struct history {
    std::optional<events::instant> delivered_at; // the last
    std::optional<events::instant> failed_at;    // the last
    std::string last_error;                      // of it
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;
    std::uint64_t parked = 0;
  };
  [[nodiscard]] const history& past() const { return past_; }

private:
  struct backlog {
    std::optional<store::owed_event> owed; // the first
    std::deque<std::uint64_t> fresh;       // in the window, the first may be on its way
    std::uint64_t on_its_way = 0;          // 0: none
    unsigned failures = 0;                 // in a row
    events::instant next_try{};

    [[nodiscard]] bool empty() const { return !owed && fresh.empty() && on_its_way == 0; }
  };
  using lanes = std::map<events::campaign_id, backlog>;

  [[nodiscard]] static std::uint64_t ready_in(const backlog& it, events::instant now);
  [[nodiscard]] lanes::iterator find_ready(events::instant now);
  backlog& land(const delivery& it);
  void settle_owed(backlog& of, std::optional<store::parked_event> as_parked);
  void owe_fresh(backlog& of, events::campaign_id campaign, events::instant now);
  void write(store::outbox_changes what);
  void drop_if_empty(events::campaign_id campaign);

  events::webhook_id webhook_;
  store::outbox& book_;
  queue_limits limits_;
  std::uint64_t read_ = 0;
  std::uint64_t saved_ = 0; // the cursor as `book_` has it
  std::set<std::uint64_t> window_;
  lanes lanes_;
  events::campaign_id last_served_;
  std::size_t on_their_way_ = 0;
  std::size_t owed_in_silence_ = 0;
  std::vector<store::owed_event> unwritten_; // owed, and the cursor does not pass them yet
  history past_;
};

} // namespace ringmaster::webhooks
