#include "domain/csv_field.hpp"

#include <doctest/doctest.h>

using ringmaster::domain::csv_field;

TEST_CASE("a field is quoted only where a reader of CSV would misread it") {
  CHECK(csv_field("Jane") == "Jane");
  CHECK(csv_field("") == "");
  CHECK(csv_field("Smith, Jane") == "\"Smith, Jane\"");
  CHECK(csv_field("the \"best\"") == "\"the \"\"best\"\"\"");
  CHECK(csv_field("two\nlines") == "\"two\nlines\"");
  CHECK(csv_field("a\rb") == "\"a\rb\"");
}

TEST_CASE("no spreadsheet takes a field for a formula") {
  for (auto formula :
       {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "+1415x", "+x1", "+"})
    CHECK(csv_field(formula) == std::string{'\''}.append(formula));
  CHECK(csv_field("\r=1") == "\"'\r=1\"");
  CHECK(csv_field("=A1,B1") == "\"'=A1,B1\"");
}

TEST_CASE("a phone number is no formula") {
  for (auto number : {"+14155550100", "+1"})
    CHECK(csv_field(number) == number);
}
