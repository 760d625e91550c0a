#include "domain/list_import.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

using namespace ringmaster::domain;

namespace {

std::string example(const std::string& name) {
  std::ifstream file{EXAMPLES + name, std::ios::binary};
  REQUIRE(file);
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_CASE("everybody in the example list can be called") {
  list_import it{"", {}, {.accept = [](contact_row) {}, .reject = [](rejected_row) {}}};
  it.read(example("contacts.csv"));
  auto summary = it.finish();
  REQUIRE(summary);
  CHECK(summary->rows == 200);
  CHECK(summary->rejected == 0);
  for (const auto& column : summary->columns)
    if (column.name != "simulate")
      CHECK(column.empty_rows == 0);
}

TEST_CASE("the example with mistakes makes the typical ones") {
  std::vector<std::string> reasons;
  list_import it{
    "US",
    {},
    {.accept = [](contact_row) {},
     .reject = [&](rejected_row row) { reasons.push_back(row.reason); }}};
  it.read(example("contacts-with-mistakes.csv"));
  auto summary = it.finish();
  REQUIRE(summary);
  CHECK(summary->rows == 2);
  CHECK(
    reasons
    == std::vector<std::string>{
      "empty",
      "not_a_number",
      "too_short",
      "not_in_use",
      "duplicate",
      "too_many_columns",
      "not_a_number",
      "has_extension"});
}
