#include "domain/lineup.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;

namespace {

constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
constexpr std::size_t plenty = 100;

lineup line_of(std::uint32_t rows, std::size_t near_limit = plenty) {
  return {{{{1}, 1, rows}}, {}, near_limit};
}

contact due(instant at) {
  contact it;
  it.phase = contact_phase::waiting;
  it.attempts = 1;
  it.due_at = at;
  return it;
}

/// The rows that are called at `now`, one after the other.
std::vector<std::uint32_t> called(lineup& line, instant now) {
  std::vector<std::uint32_t> rows;
  while (auto it = line.next(now))
    rows.push_back(it->row);
  return rows;
}

using rows = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("a list is called in its order") {
  auto line = line_of(3);
  CHECK(line.ready(noon, plenty) == 3);
  CHECK(line.ready(noon, 2) == 2);
  CHECK(line.next_at(noon) == noon);
  CHECK(called(line, noon) == rows{1, 2, 3});
  CHECK_FALSE(line.has_untouched());
  CHECK(line.ready(noon, plenty) == 0);
  CHECK_FALSE(line.next_at(noon).has_value());
}

TEST_CASE("what was called before a restart is not called again") {
  row_set touched;
  for (auto row : {1, 2, 4, 5, 8})
    touched.insert(static_cast<std::uint32_t>(row));
  lineup line{{{{1}, 1, 8}}, touched, plenty};
  CHECK(called(line, noon) == rows{3, 6, 7});
}

TEST_CASE("lists that were added are called in their turn, or before all others") {
  row_set touched;
  touched.insert(1);
  touched.insert(7);
  lineup line{{{{2}, 6, 2}, {{1}, 1, 3}}, touched, plenty};
  CHECK(line.next(noon)->row == 6);
  CHECK(line.next(noon)->row == 2);
  line.add({{3}, 8, 2}, /*next=*/true);
  line.add({{4}, 10, 1}, /*next=*/false);
  CHECK(line.ready(noon, plenty) == 4);
  CHECK(called(line, noon) == rows{8, 9, 3, 10});
  CHECK_FALSE(line.has_untouched());
  line.add({{5}, 11, 1}, /*next=*/false);
  CHECK(called(line, noon) == rows{11});
}

TEST_CASE("who is due comes before who was never called") {
  auto line = line_of(2);
  line.wait(7, due(noon + 1s), 3);
  CHECK(line.next(noon)->row == 1);
  CHECK(line.ready(noon + 1s, plenty) == 2);
  auto first = line.next(noon + 1s);
  REQUIRE(first.has_value());
  CHECK(first->row == 7);
  CHECK(first->version == 3);
  CHECK(first->state == due(noon + 1s));
  CHECK(line.next(noon + 1s)->row == 2);
}

TEST_CASE("retries come in the order in which they fall due") {
  auto line = line_of(0);
  line.wait(1, due(noon + 3s), 1);
  line.wait(2, due(noon + 1s), 1);
  line.wait(3, due(noon + 2s), 1);
  CHECK(line.next_at(noon) == noon + 1s);
  CHECK(line.next_at(noon + 5s) == noon + 5s);
  CHECK(called(line, noon + 1s - 1us) == rows{});
  CHECK(called(line, noon + 2s) == rows{2, 3});
  CHECK(called(line, noon + 3s) == rows{1});
}

TEST_CASE("who waits longer waits on disk until the near ones are used up") {
  auto line = line_of(0, 2);
  line.wait(1, due(noon + 1s), 1);
  line.wait(2, due(noon + 2s), 1);
  CHECK_FALSE(line.must_reload());
  line.wait(3, due(noon + 3s), 1); // to disk
  line.wait(4, due(noon + 4s), 1); // to disk
  CHECK(called(line, noon + 1min) == rows{1, 2});
  CHECK(line.must_reload());
  CHECK(line.next_at(noon) == noon);
  line.reload({{noon + 3s, 3}, {noon + 4s, 4}}, false);
  CHECK_FALSE(line.must_reload());
  CHECK(called(line, noon + 1min) == rows{3, 4});
  CHECK_FALSE(line.must_reload());
}

TEST_CASE("a reloaded contact is asked about, as nobody in line knows it") {
  auto line = line_of(0, 2);
  line.reload({{noon, 3}}, false);
  auto it = line.next(noon);
  REQUIRE(it.has_value());
  CHECK(it->row == 3);
  CHECK_FALSE(it->state.has_value());
}

TEST_CASE("who was put first comes before whoever is due, wherever they waited") {
  auto line = line_of(0, 2);
  line.wait(5, due(noon - 2h), 1);
  line.wait(6, due(noon - 1h), 1);
  line.wait(7, due(noon), 1); // to disk
  auto first = due(noon);
  first.turn = contact_turn::first;
  line.remove(7);
  line.wait(7, first, 2); // in memory, and 6 to disk
  CHECK(called(line, noon) == rows{7, 5});
  CHECK(line.must_reload());
}

TEST_CASE("who was taken out of the line is not called") {
  auto line = line_of(5);
  line.remove(1);
  line.remove(4);
  line.wait(9, due(noon), 1);
  line.remove(9);
  line.put_back({.row = 8});
  line.remove(8);
  CHECK(called(line, noon) == rows{2, 3, 5});
}

TEST_CASE("who could not be dialled is not read from disk a second time") {
  auto line = line_of(0, 1);
  line.put_back({.row = 3});
  line.reload({{noon, 3, false}, {noon, 4, false}}, false);
  CHECK(called(line, noon) == rows{3, 4});
}

TEST_CASE("a line is emptied whole, or of those who wait") {
  auto line = line_of(2);
  line.wait(7, due(noon + 1h), 3);
  line.put_back({.row = 9, .state = contact{}});
  CHECK(line.take(line_part::waiting)->row == 7);
  CHECK_FALSE(line.take(line_part::waiting));
  CHECK(line.take(line_part::everybody)->row == 9);
  CHECK(line.take(line_part::everybody)->row == 1);
  CHECK(line.take(line_part::everybody)->row == 2);
  CHECK_FALSE(line.take(line_part::everybody));
}

TEST_CASE("whoever was put back waits still, if he did before") {
  auto line = line_of(0);
  line.put_back({.row = 7, .state = due(noon)});
  line.put_back({.row = 8}); // who knows
  CHECK(line.take(line_part::waiting)->row == 7);
  CHECK(line.take(line_part::waiting)->row == 8);
  CHECK_FALSE(line.take(line_part::everybody));
}

TEST_CASE(
  "a line with room for one retry keeps one in memory, and so does one with room for none") {
  for (std::size_t limit : {0U, 1U}) {
    auto line = line_of(0, limit);
    line.wait(7, due(noon), 3);
    line.wait(8, due(noon + 1s), 3);
    CHECK(line.next(noon + 1h)->row == 7);
    CHECK(line.must_reload());
  }
}

TEST_CASE("who was taken and is given back is called when he is due, not before") {
  auto line = line_of(1);
  line.wait(7, due(noon), 3);
  auto retry = line.take(line_part::everybody);
  auto untouched = line.take(line_part::everybody);
  REQUIRE(retry);
  REQUIRE(untouched);
  line.give_back(*std::move(retry));
  line.give_back(*std::move(untouched));
  CHECK(line.put_back_count() == 1); // as the next, before whoever is due
  CHECK(called(line, noon - 1s) == rows{1});
  CHECK(called(line, noon) == rows{7});
}

TEST_CASE("whoever was put back is in line once, though the due index has him too") {
  auto line = line_of(0, 1);
  line.reload({{noon, 3, false}}, true);
  auto it = line.next(noon);
  REQUIRE(it.has_value());
  line.put_back(*it);
  CHECK_FALSE(line.must_reload());
  line.reload({{noon, 3, false}, {noon + 1s, 4, false}}, false);
  CHECK(called(line, noon + 1min) == rows{3, 4});
}
