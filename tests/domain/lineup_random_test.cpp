// The line against a model of a page: everybody in three sets, nothing on disk.
#include "domain/lineup.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using test::any_between;

namespace {

constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

class model {
public:
  model(std::uint32_t rows, std::size_t near_limit)
    : line_{{{{1}, 1, rows}}, {}, near_limit}, near_limit_{near_limit} {
    for (std::uint32_t row = 1; row <= rows; ++row)
      untouched_.insert(row);
  }

  /// Somebody is called, or nobody is due; then the call ends some way.
  void call_next() {
    reload_if_needed();
    auto who = line_.next(now_);
    auto expected = who_is_next();
    RC_ASSERT(who.has_value() == !expected.empty());
    if (!who)
      return;
    RC_ASSERT(expected.contains(who->row));
    auto before = forget(who->row);
    switch (any_between(0, 4)) {
    case 0: return; // over for good
    case 1: return put_back(who->row, before);
    default: return wait(who->row);
    }
  }

  void pass() { now_ += any_between(0, 40) * 1min; }

  void remove_any() {
    auto row = any_between<std::uint32_t>(1, 40);
    forget(row);
    line_.remove(row);
  }

  void take_and_give_back() {
    auto who = line_.take(line_part::everybody);
    if (!who)
      return;
    RC_ASSERT(is_in_line(who->row));
    who->state = state_of(who->row);
    auto row = who->row;
    if (put_back_.contains(row))
      line_.put_back(*std::move(who));
    else
      line_.give_back(*std::move(who));
    if (untouched_.erase(row) > 0)
      put_back_.insert(row); // his list has gone on: he is the next to be called
  }

  void empty_the_line() {
    now_ += 1'000h;
    while (!untouched_.empty() || !put_back_.empty() || !due_.empty()) {
      reload_if_needed();
      auto who = line_.next(now_);
      RC_ASSERT(who.has_value());
      RC_ASSERT(is_in_line(who->row));
      forget(who->row);
    }
    reload_if_needed();
    RC_ASSERT(!line_.next(now_));
  }

private:
  [[nodiscard]] std::set<std::uint32_t> who_is_next() const {
    if (!put_back_.empty())
      return put_back_;
    if (!due_.empty() && due_.begin()->due_at <= now_)
      return {due_.begin()->row};
    return untouched_.empty() ? std::set<std::uint32_t>{} : std::set{*untouched_.begin()};
  }

  [[nodiscard]] bool is_in_line(std::uint32_t row) const {
    return untouched_.contains(row) || put_back_.contains(row) || find(row) != due_.end();
  }

  [[nodiscard]] std::set<due_contact>::const_iterator find(std::uint32_t row) const {
    return std::ranges::find(due_, row, &due_contact::row);
  }

  [[nodiscard]] contact state_of(std::uint32_t row) const {
    contact it;
    auto due = find(row);
    if (due == due_.end())
      return it;
    it.phase = contact_phase::waiting;
    it.attempts = 1;
    it.due_at = due->due_at;
    it.turn = due->first ? contact_turn::first : contact_turn::usual;
    return it;
  }

  /// As he was.
  contact forget(std::uint32_t row) {
    auto before = state_of(row);
    untouched_.erase(row);
    put_back_.erase(row);
    std::erase_if(due_, [&](const due_contact& it) { return it.row == row; });
    return before;
  }

  void wait(std::uint32_t row) {
    bool first = any_between(0, 6) == 0; // an operator's wish, from now on
    due_.insert({first ? now_ : now_ + any_between(0, 90) * 1min, row, first});
    line_.wait(row, state_of(row), 2);
  }

  /// The due index knows nothing of it.
  void put_back(std::uint32_t row, const contact& before) {
    if (before.phase == contact_phase::waiting)
      due_.insert({before.due_at, row, before.turn == contact_turn::first});
    put_back_.insert(row);
    line_.put_back({row, before, 2});
  }

  void reload_if_needed() {
    if (!line_.must_reload())
      return;
    // While the index is read, somebody who is in it may be put back; it may hold nobody any more.
    if (!due_.empty() && any_between(0, 3) == 0)
      put_back(due_.begin()->row, state_of(due_.begin()->row));
    std::vector<due_contact> due;
    for (const auto& it : due_)
      if (due.size() < near_limit_)
        due.push_back(it);
    line_.reload(due, due.size() < due_.size());
    RC_ASSERT(!line_.must_reload());
  }

  instant now_ = noon;
  lineup line_;
  std::size_t near_limit_;
  std::set<std::uint32_t> untouched_;
  std::set<std::uint32_t> put_back_; // are next; those who waited are in `due_` too
  std::set<due_contact> due_;
};

} // namespace

TEST_CASE("whoever is next is who a plain list of everybody says") {
  CHECK(rc::check("calls, retries, orders and reloads in any order", [] {
    model line{40, any_between<std::size_t>(1, 9)};
    auto steps = any_between(1, 200);
    for (int i = 0; i < steps; ++i) {
      switch (any_between(0, 9)) {
      case 0: line.remove_any(); break;
      case 1: line.take_and_give_back(); break;
      case 2:
      case 3:
      case 4: line.pass(); break;
      default: line.call_next();
      }
    }
    line.empty_the_line();
  }));
}
