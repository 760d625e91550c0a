// Who is called next: whoever was put first, then who is due, then the list in
// its order.
#pragma once

#include "domain/campaign_rows.hpp"
#include "domain/contact_order.hpp"
#include "domain/row_set.hpp"
#include "events/time.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace ringmaster::domain {

/// The line of one campaign. Holds a cursor over the untouched rows and the
/// nearest due retries; whoever waits longer waits on disk, so that memory does
/// not grow with the number of waiting contacts.
class lineup {
public:
  struct candidate {
    std::uint32_t row = 0;
    /// What is known of the contact; nothing: ask the views.
    std::optional<contact> state = std::nullopt;
    std::uint64_t version = 0; // of its stream, if `state` is known
  };

  /// The lists' rows in the order of `lists`, but for `touched`. `near_limit`
  /// bounds the retries kept in memory.
  lineup(const std::vector<list_span>& lists, row_set touched, std::size_t near_limit);

  /// Another list, before all that are there if `next`.
  void add(const list_span& list, bool next);

  /// Takes the next one out of the line; nothing if nobody is due at `now`.
  /// Not to be called while `must_reload`.
  [[nodiscard]] std::optional<candidate> next(events::instant now);

  /// Takes somebody out of the line, whenever due; nothing if of that part nobody
  /// is in memory.
  [[nodiscard]] std::optional<candidate> take(line_part part);

  /// The contact waits for its `due_at`.
  void wait(std::uint32_t row, contact state, std::uint64_t version);

  /// Somebody who was taken, and whose state is known by now: he waits as he did, or
  /// is the next to be called if nobody has called him yet.
  void give_back(candidate who);

  /// Takes the contact out of the line, wherever in memory it stands. One that
  /// waits on disk is gone when the due index no longer has it.
  void remove(std::uint32_t row);

  /// The contact could not be dialled and is next again.
  void put_back(candidate who) { put_back_.push_back(std::move(who)); }
  [[nodiscard]] std::size_t put_back_count() const { return put_back_.size(); }

  /// Whoever is in memory is used up and there are more retries on disk.
  [[nodiscard]] bool must_reload() const {
    return put_back_.empty() && near_.empty() && more_on_disk_;
  }

  /// What the due index holds, earliest first, without contacts that are being
  /// called; `more`: it holds others behind these. Those put back may be among
  /// them: the index knows nothing of that.
  void reload(const std::vector<due_contact>& due, bool more);

  [[nodiscard]] bool has_untouched() const { return !untouched_.empty(); }

  /// When somebody will be there for `next`; nothing: nobody waits in line.
  [[nodiscard]] std::optional<events::instant> next_at(events::instant now) const;

  /// At most `most`: how many `next` could give at `now`.
  [[nodiscard]] std::size_t ready(events::instant now, std::size_t most) const;

private:
  /// Rows of one list that are still to come; the first of them is untouched.
  struct stretch {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  [[nodiscard]] candidate next_untouched();
  void skip_touched();

  std::deque<stretch> untouched_; // in the order in which they are called
  row_set touched_;
  std::vector<candidate> put_back_;
  std::map<due_contact, candidate> near_;
  std::size_t near_limit_;
  bool more_on_disk_ = false;
  due_contact horizon_{}; // if there is more on disk: none of it comes earlier
};

} // namespace ringmaster::domain
