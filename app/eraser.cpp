#include "app/eraser.hpp"

#include "projections/each_campaign.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace ringmaster::app {

namespace {

constexpr const char* too_much_to_do = "too many requests are waiting";

/// The campaign's contact whose data stand in `place`; zero: it has none.
std::uint32_t contact_at(const domain::campaign& campaign, const domain::list_row& place) {
  for (const auto& list : domain::lists_of(campaign))
    if (list.list == place.list && place.row <= list.rows)
      return list.first + place.row - 1;
  return 0;
}

} // namespace

struct eraser::task {
  store::vault::erasure what;
  actors::asker by;
  std::function<void(actors::answer)> then;
  std::uint64_t position = 0;
  std::vector<events::contact_key> contacts; // of every campaign that has the row
  std::size_t next = 0;
};

void eraser::erase(
  const domain::list_row& row, actors::asker by, std::function<void(actors::answer)> then) {
  by.request.reset(); // sent again, it is done again, and that is the same
  auto it = std::make_shared<task>(task{
    .what = {.list = row.list, .row = row.row, .by = by.actor},
    .by = std::move(by),
    .then = std::move(then),
    .contacts = {}});
  later(it, &eraser::begin);
}

void eraser::resume() {
  for (const auto& it : stores_.vault->begun_erasures()) {
    spdlog::info("going on with an erasure that was begun");
    auto then = [](const actors::answer& what) {
      if (!std::holds_alternative<actors::done>(what))
        spdlog::warn("an erasure that was begun waits for the next start");
    };
    later(
      std::make_shared<task>(
        task{.what = it, .by = {.actor = it.by}, .then = then, .contacts = {}}),
      &eraser::begin);
  }
}

void eraser::later(
  const std::shared_ptr<task>& it, void (eraser::*step)(const std::shared_ptr<task>&)) {
  if (!worker_.post([this, it, step] { (this->*step)(it); }))
    it->then(actors::unavailable{too_much_to_do});
}

void eraser::begin(const std::shared_ptr<task>& it) {
  const auto& what = it->what;
  auto row = stores_.vault->row(what.list, what.row);
  bool erased = stores_.vault->is_erased(what.list, what.row);
  if (!row && !erased)
    return it->then(domain::refusal::not_found);
  stores_.vault->begin_erasure(what);
  if (erased)
    return cancel_contacts(it);
  forget(row->phone_number);
  engine_.record(
    events::stream_of(what.list),
    events::contact_list_row_erased{.list = what.list, .row = what.row},
    it->by,
    [this, it](const actors::answer& answer) {
      if (const auto* done = std::get_if<actors::done>(&answer)) {
        it->position = done->position;
        later(it, &eraser::remove_row);
      } else {
        it->then(answer);
      }
    });
}

/// What holds the number beside the row; while we still know it.
void eraser::forget(const std::string& phone_number) {
  stores_.vault->erase_rejects(phone_number);
  stores_.answers->erase_with(phone_number.substr(phone_number.find_first_not_of('+')));
}

void eraser::remove_row(const std::shared_ptr<task>& it) {
  stores_.vault->erase_row(it->what.list, it->what.row);
  cancel_contacts(it);
}

void eraser::cancel_contacts(const std::shared_ptr<task>& it) {
  projections::each_campaign(engine_.library().look(), [&](const auto& each) {
    if (auto row = contact_at(each.state, {it->what.list, it->what.row}); row != 0)
      it->contacts.push_back({each.state.id, row});
  });
  cancel_next(it);
}

/// One after the other: whoever is over already refuses, and that is fine. What
/// a call brings that is up when its row is gone is not kept.
void eraser::cancel_next(const std::shared_ptr<task>& it) {
  if (it->next == it->contacts.size())
    return later(it, &eraser::finish);
  engine_.order_contact(
    it->contacts[it->next++],
    domain::order_cancel{.hang_up = true},
    {.actor = it->by.actor, .correlation = it->by.correlation},
    [this, it](const actors::answer& answer) {
      if (std::holds_alternative<actors::unavailable>(answer))
        return it->then(answer);
      if (const auto* done = std::get_if<actors::done>(&answer))
        it->position = std::max(it->position, done->position);
      cancel_next(it);
    });
}

void eraser::finish(const std::shared_ptr<task>& it) {
  for (const auto& contact : it->contacts)
    stores_.vault->erase_results(contact);
  stores_.vault->finish_erasure(it->what);
  it->then(actors::done{.position = std::max(it->position, engine_.library().look().position())});
}

void eraser::erase_number(
  std::string phone_number,
  actors::asker by,
  std::function<void(std::variant<erased_rows, actors::unavailable>)> then) {
  bool taken = worker_.post([this, phone_number = std::move(phone_number), by, then] {
    auto rows = std::make_shared<erased_rows>();
    for (const auto& [list, row] : stores_.vault->rows_with(phone_number))
      rows->push_back({list, row});
    forget(phone_number);
    erase_next(std::move(rows), 0, by, then);
  });
  if (!taken)
    then(actors::unavailable{too_much_to_do});
}

void eraser::erase_next(
  std::shared_ptr<erased_rows> rows,
  std::size_t at,
  actors::asker by,
  std::function<void(std::variant<erased_rows, actors::unavailable>)> then) {
  if (at == rows->size())
    return then(std::move(*rows));
  auto row = rows->at(at);
  erase(row, by, [this, rows = std::move(rows), at, by, then](const actors::answer& answer) {
    if (const auto* why = std::get_if<actors::unavailable>(&answer))
      return then(*why);
    erase_next(rows, at + 1, by, then);
  });
}

} // namespace ringmaster::app
