#include "domain/row_set.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

using ringmaster::domain::row_set;

TEST_CASE("rows are remembered, whatever their order, in as few stretches as can be") {
  CHECK(rc::check("a set of rows", [] {
    row_set rows;
    std::set<std::uint32_t> expected;
    for (auto row : *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0u, 40u))) {
      rows.insert(row);
      expected.insert(row);
    }
    std::set<std::uint32_t> found;
    std::uint32_t behind_last = 0;
    for (const auto& [first, last] : rows.stretches()) {
      RC_ASSERT(found.empty() || first > behind_last); // else they were one
      for (auto row = first; row <= last; ++row)
        found.insert(row);
      behind_last = last + 1;
    }
    RC_ASSERT(found == expected);
    for (std::uint32_t row = 0; row < 42; ++row) {
      RC_ASSERT(rows.contains(row) == expected.contains(row));
      auto absent = row;
      while (expected.contains(absent))
        ++absent;
      RC_ASSERT(rows.first_absent(row) == absent);
    }
  }));
}

TEST_CASE("the last row that there can be is a row like others") {
  constexpr auto last = std::numeric_limits<std::uint32_t>::max();
  row_set rows;
  rows.insert(last);
  rows.insert(last - 1);
  rows.insert(0);
  CHECK(rows.contains(last));
  CHECK(rows.stretches().size() == 2);
}
