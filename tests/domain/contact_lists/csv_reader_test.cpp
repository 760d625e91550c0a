#include "domain/csv_reader.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace ringmaster::domain;
using namespace std::string_view_literals;

namespace {

struct read_row {
  std::uint64_t line = 0;
  std::vector<std::string> fields;
  friend bool operator==(const read_row&, const read_row&) = default;
};

struct outcome {
  std::vector<read_row> rows;
  std::optional<csv_failure> failure;
};

/// Reads `file` in pieces as long as `next_size` says.
template <class Sizes>
outcome read_in_pieces(std::string_view file, csv_limits limits, Sizes next_size) {
  outcome result;
  csv_reader reader{limits, [&](std::uint64_t line, std::span<const std::string_view> fields) {
                      result.rows.push_back({line, {fields.begin(), fields.end()}});
                      return true;
                    }};
  while (!file.empty() && !result.failure) {
    auto piece = file.substr(0, next_size());
    file.remove_prefix(piece.size());
    result.failure = reader.read(piece);
  }
  if (!result.failure)
    result.failure = reader.finish();
  return result;
}

constexpr csv_limits roomy{.max_field_bytes = 1000, .max_fields = 100};

outcome read(std::string_view file, csv_limits limits = roomy) {
  return read_in_pieces(file, limits, [&] { return file.size(); });
}

std::vector<read_row> rows(std::string_view file) {
  auto result = read(file);
  CHECK_FALSE(result.failure);
  return result.rows;
}

using table = std::vector<read_row>;

} // namespace

TEST_CASE("rows end with LF, CRLF, CR or the file") {
  table expected{{1, {"a", "b"}}, {2, {"c", "d"}}, {3, {"e", "f"}}};
  CHECK(rows("a,b\nc,d\ne,f\n") == expected);
  CHECK(rows("a,b\r\nc,d\r\ne,f\r\n") == expected);
  CHECK(rows("a,b\rc,d\re,f\r") == expected);
  CHECK(rows("a,b\nc,d\r\ne,f") == expected);
}

TEST_CASE("quoted fields hold commas, quotes and line ends") {
  CHECK(
    rows("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n\"\",x\n")
    == table{{1, {"a,b", "say \"hi\"", "two\nlines"}}, {3, {"", "x"}}});
  CHECK(rows("\"\"\"\"\n") == table{{1, {"\""}}});
  CHECK(rows("a,\"b\"") == table{{1, {"a", "b"}}});
}

TEST_CASE("a row is on the line where it begins, whatever its fields hold") {
  CHECK(
    rows("h\n\"1\r\n2\r\n3\"\r\nx\n\"1\r2\"\ny")
    == table{{1, {"h"}}, {2, {"1\r\n2\r\n3"}}, {5, {"x"}}, {6, {"1\r2"}}, {8, {"y"}}});
}

TEST_CASE("empty lines are no rows, but they are lines") {
  CHECK(rows("\n\r\na\n\n\n\r\nb\n\n") == table{{3, {"a"}}, {7, {"b"}}});
  CHECK(rows("").empty());
  CHECK(rows("\r\r\r").empty());
}

TEST_CASE("a quoted nothing is a row") {
  CHECK(rows("a\n\"\"\n") == table{{1, {"a"}}, {2, {""}}});
}

TEST_CASE("empty fields are fields") {
  CHECK(
    rows(",\n,,\na,\n,a")
    == table{{1, {"", ""}}, {2, {"", "", ""}}, {3, {"a", ""}}, {4, {"", "a"}}});
}

TEST_CASE("spaces belong to the field") {
  CHECK(rows(" a , b\n\" c \",d \n") == table{{1, {" a ", " b"}}, {2, {" c ", "d "}}});
}

TEST_CASE("a quote inside an unquoted field stands for itself") {
  CHECK(
    rows("5\" pipe,Bob \"The Man\" Jones\n \"x\",a\"\n")
    == table{{1, {"5\" pipe", "Bob \"The Man\" Jones"}}, {2, {" \"x\"", "a\""}}});
}

TEST_CASE("a byte order mark is passed over, once and only at the beginning") {
  CHECK(
    rows("\xEF\xBB\xBF"
         "a,b\n")
    == table{{1, {"a", "b"}}});
  CHECK(rows("\xEF\xBB\xBF\"a\",b\n") == table{{1, {"a", "b"}}});
  CHECK(rows("\xEF\xBB\xBF\xEF\xBB\xBFx\n") == table{{1, {"\xEF\xBB\xBFx"}}});
  CHECK(rows("a\n\xEF\xBB\xBFx\n") == table{{1, {"a"}}, {2, {"\xEF\xBB\xBFx"}}});
  CHECK(rows("\xEF\xBB\xBF").empty());
}

TEST_CASE("half a byte order mark is text") {
  CHECK(rows("\xEF\xBB") == table{{1, {"\xEF\xBB"}}});
  CHECK(rows("\xEFx\n") == table{{1, {"\xEFx"}}});
  CHECK(rows("\xEF\xBB,x\n") == table{{1, {"\xEF\xBB", "x"}}});
}

TEST_CASE("text behind a closing quote ends the reading, with the field's line") {
  auto result = read("a,b\n\"x\",\"y\nz\"oops,c\nd,e\n");
  CHECK(result.rows == table{{1, {"a", "b"}}});
  REQUIRE(result.failure);
  CHECK(result.failure->what == csv_trouble::text_after_quote);
  CHECK(result.failure->line == 2);
}

TEST_CASE("an error is told with the line of its field, not of its row") {
  CHECK(read("a\n\"x\ny\",\"z\"oops\n").failure->line == 3);
  CHECK(read("a\n\"x\ny\",b,\"z").failure->line == 3);
}

TEST_CASE("a stray quote earlier in the file excuses nothing later") {
  auto result = read("5\" pipe,\"x\"oops\n");
  REQUIRE(result.failure);
  CHECK(result.failure->what == csv_trouble::text_after_quote);
}

TEST_CASE("a quote that is never closed is told with the line where it was opened") {
  auto result = read("a,b\nx,\"y\nz\nmore\n");
  REQUIRE(result.failure);
  CHECK(result.failure->what == csv_trouble::unterminated_quote);
  CHECK(result.failure->line == 2);
  CHECK(read("a\n\"").failure.has_value());
}

TEST_CASE("a field may be as long as its bound and no longer") {
  constexpr csv_limits eight{.max_field_bytes = 8, .max_fields = 3};
  CHECK_FALSE(read("12345678,\"12345678\"\n12345678", eight).failure);
  CHECK_FALSE(read("\"1234567\"\"\",\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\n", eight).failure);
  for (auto file :
       {"a\n\n123456789\n"sv,
        "a\n\n123456789"sv,
        "a\n\n\"123456789\"\n"sv,
        "a\n\nx,\"12\n456789\",y"sv}) {
    CAPTURE(file);
    auto result = read(file, eight);
    REQUIRE(result.failure);
    CHECK(result.failure->what == csv_trouble::field_too_long);
    CHECK(result.failure->line == 3);
  }
}

TEST_CASE("fields beyond the bound are dropped, not kept") {
  constexpr csv_limits three{.max_field_bytes = 8, .max_fields = 3};
  auto result = read("a,b,c\na,b,c,d,e\n" + std::string(100'000, ',') + "\nx", three);
  CHECK_FALSE(result.failure);
  CHECK(
    result.rows
    == table{{1, {"a", "b", "c"}}, {2, {"a", "b", "c"}}, {3, {"", "", ""}}, {4, {"x"}}});
}

TEST_CASE("a sink that has enough is not called again") {
  int calls = 0;
  csv_reader reader{
    roomy, [&](std::uint64_t, std::span<const std::string_view>) { return ++calls < 2; }};
  CHECK_FALSE(reader.read("a\nb\nc\nd\n"));
  CHECK_FALSE(reader.read("e\n"));
  CHECK_FALSE(reader.finish());
  CHECK(calls == 2);
}

TEST_CASE("however the file is cut into pieces, it reads the same") {
  constexpr std::uint64_t seed = 4711;
  MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  constexpr std::string_view letters = "aab,,\"\"\n\r\n \xEF\xBB\xBF";
  constexpr csv_limits narrow{.max_field_bytes = 12, .max_fields = 5};
  int failures = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string file = chance() % 4 == 0 ? "\xEF\xBB\xBF" : "";
    for (auto length = chance() % 60; length > 0; --length)
      file += letters[chance() % letters.size()];
    auto whole = read(file, narrow);
    auto bytewise = read_in_pieces(file, narrow, [] { return 1u; });
    auto pieces = read_in_pieces(file, narrow, [&] { return 1 + chance() % 20; });
    CAPTURE(file);
    for (const auto* it : {&bytewise, &pieces}) {
      REQUIRE(it->rows == whole.rows);
      REQUIRE(it->failure.has_value() == whole.failure.has_value());
      if (whole.failure) {
        REQUIRE(it->failure->what == whole.failure->what);
        REQUIRE(it->failure->line == whole.failure->line);
      }
    }
    failures += whole.failure ? 1 : 0;
  }
  CHECK(failures > 1'000);
  CHECK(failures < 19'000);
}
