// Removes people from all that is kept, while the server serves.
#pragma once

#include "actors/engine.hpp"
#include "app/stores.hpp"
#include "app/worker.hpp"
#include "domain/campaign_rows.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::app {

/// The event that names nobody comes first; then nobody calls the contact any
/// more, and what the stores hold of it goes. A crash on the way leaves an
/// erasure begun, which `resume` goes through again.
class eraser {
public:
  /// All must outlive what was asked of it.
  eraser(stores& from, actors::engine& engine, worker& on)
    : stores_{from}, engine_{engine}, worker_{on} {}

  /// `done`: the log's position behind it. A row that is erased already is so.
  /// `unavailable`: begun, and asking again goes on with it.
  void
  erase(const domain::list_row& row, actors::asker by, std::function<void(actors::answer)> then);

  using erased_rows = std::vector<domain::list_row>;
  /// Every row of any list with this number (E.164), and what rejects hold of it.
  void erase_number(
    std::string phone_number,
    actors::asker by,
    std::function<void(std::variant<erased_rows, actors::unavailable>)> then);

  /// What an earlier process began.
  void resume();

private:
  struct task;

  void begin(const std::shared_ptr<task>& it);
  void remove_row(const std::shared_ptr<task>& it);
  void cancel_contacts(const std::shared_ptr<task>& it);
  void cancel_next(const std::shared_ptr<task>& it);
  void finish(const std::shared_ptr<task>& it);
  void erase_next(
    std::shared_ptr<erased_rows> rows,
    std::size_t at,
    actors::asker by,
    std::function<void(std::variant<erased_rows, actors::unavailable>)> then);
  void forget(const std::string& phone_number);
  /// On the worker, or `then` hears that there is too much to do.
  void later(const std::shared_ptr<task>& it, void (eraser::*step)(const std::shared_ptr<task>&));

  stores& stores_;
  actors::engine& engine_;
  worker& worker_;
};

} // namespace ringmaster::app
