#include "domain/list_import.hpp"
#include "domain/utf8.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace ringmaster::domain;
using namespace std::string_literals;

namespace {

struct imported {
  std::vector<contact_row> rows;
  std::vector<rejected_row> rejects;
  std::optional<import_summary> summary;
  std::optional<import_failure> failure;
};

/// Imports `file` in pieces as long as `next_size` says.
template <class Sizes>
imported import_in_pieces(std::string_view file, import_limits limits, Sizes next_size) {
  imported result;
  list_import it{
    "US",
    limits,
    {.accept = [&](contact_row row) { result.rows.push_back(std::move(row)); },
     .reject = [&](rejected_row row) { result.rejects.push_back(std::move(row)); }}};
  while (!file.empty()) {
    auto piece = file.substr(0, next_size());
    file.remove_prefix(piece.size());
    bool readable = it.read(piece);
    CHECK(readable == !it.failure().has_value());
  }
  result.summary = it.finish();
  result.failure = it.failure();
  CHECK(result.summary.has_value() != result.failure.has_value());
  return result;
}

imported import(std::string_view file, import_limits limits = {}) {
  return import_in_pieces(file, limits, [&] { return file.size(); });
}

/// Why the file as a whole was refused, and at which line.
std::pair<std::string, std::uint64_t> failure(std::string_view file, import_limits limits = {}) {
  auto result = import(file, limits);
  if (!result.failure)
    return {"none", 0};
  CHECK(result.failure->detail.ends_with('.'));
  CHECK(is_valid_utf8(result.failure->detail));
  return {result.failure->reason, result.failure->line};
}

std::pair<std::string, std::uint64_t> why(std::string reason, std::uint64_t line) {
  return {std::move(reason), line};
}

std::vector<std::string> columns(std::string_view header) {
  std::vector<std::string> names;
  auto result = import(header);
  REQUIRE(result.summary);
  for (const auto& column : result.summary->columns)
    names.push_back(column.name);
  return names;
}

/// The only reject of a file with these rows under `phone_number,name`.
rejected_row reject(std::string_view rows) {
  auto result = import("phone_number,name\n" + std::string{rows});
  REQUIRE(result.rejects.size() == 1);
  CHECK(result.summary->rejected == 1);
  CHECK(is_valid_utf8(result.rejects[0].value));
  return result.rejects[0];
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("the reference's list is read as it stands") {
  auto result = import("phone_number,customer_name,account_id,plan\n"
                       "+14155550100,Jane Smith,acc_001,premium\n"
                       "+14155550101,Bob Jones,acc_002,basic\n");
  REQUIRE(result.summary);
  CHECK(result.summary->rows == 2);
  CHECK(result.summary->rejected == 0);
  CHECK(
    result.rows
    == std::vector<contact_row>{
      {"+14155550100", {"Jane Smith", "acc_001", "premium"}},
      {"+14155550101", {"Bob Jones", "acc_002", "basic"}}});
  CHECK(
    columns("phone_number,customer_name,account_id,plan")
    == names{"customer_name", "account_id", "plan"});
}

TEST_CASE("the summary carries the hash of the bytes as received") {
  CHECK(
    import("\xEF\xBB\xBFphone_number\r\n+14155550100\r\n").summary->file_sha256
    == "a2a65b88b2e196a3ed209bb04cf3214af89d1df2f85089521c5f9f1d89eb5d95");
  CHECK(
    import("phone_number\n+14155550100\n").summary->file_sha256
    == "666cfd1cd7258900522c61af928a9e5c2d2ceadb30818430898254c8e4d6f899");
}

TEST_CASE("header names are trimmed and folded to what prompts can spell") {
  CHECK(
    columns(" Phone_Number ,Customer Name,\"ACCOUNT-ID\",\tplan2\t")
    == names{"customer_name", "account_id", "plan2"});
  CHECK(columns("phone_number,ABC XYZ,abc [xyz]@") == names{"abc_xyz", "abc_[xyz]@"});
  CHECK(columns("phone number,Stra\u00dfe,due (USD)") == names{"stra\u00dfe", "due_(usd)"});
}

TEST_CASE("the phone number may stand in any column") {
  auto result = import("name,PHONE-NUMBER,plan\r\nJane,+14155550100,basic\r\n");
  CHECK(result.rows == std::vector<contact_row>{{"+14155550100", {"Jane", "basic"}}});
}

TEST_CASE("numbers that differ in their first digit alone are two people's") {
  auto result = import("phone_number\n+493312345678\n+393312345678\n"); // Potsdam, and in Italy
  CHECK(result.rows == std::vector<contact_row>{{"+493312345678", {}}, {"+393312345678", {}}});
}

TEST_CASE("a list of numbers alone is a list") {
  auto result = import("phone_number\n+14155550100\n  \n+14155550101");
  CHECK(result.rows == std::vector<contact_row>{{"+14155550100", {}}, {"+14155550101", {}}});
  CHECK(result.rejects.empty());
  CHECK(result.summary->columns.empty());
}

TEST_CASE("an empty number in quotes is a row, not an empty line") {
  CHECK(import("phone_number\n\"\"\n").rejects.size() == 1);
}

TEST_CASE("a header without rows is a list of nobody") {
  auto result = import("phone_number,name");
  REQUIRE(result.summary);
  CHECK(result.summary->rows == 0);
  CHECK(result.summary->columns.size() == 1);
}

TEST_CASE("a file without a header is empty") {
  CHECK(failure("") == why("empty_file", 1));
  CHECK(failure("\n\r\n\n") == why("empty_file", 1));
  CHECK(failure("\xEF\xBB\xBF") == why("empty_file", 1));
}

TEST_CASE("a header that cannot be used says why and where") {
  CHECK(failure("name,plan\nJane,basic\n") == why("missing_phone_number_column", 1));
  CHECK(failure("\n\nname\n") == why("missing_phone_number_column", 3));
  CHECK(failure("phone_number,name,Name \n") == why("duplicate_column", 1));
  CHECK(failure("phone_number,Phone Number\n") == why("duplicate_column", 1));
  CHECK(failure("phone_number,name,\n") == why("unnamed_column", 1));
  CHECK(failure("phone_number,\" \",name\n") == why("unnamed_column", 1));
  CHECK(failure("phone_number,na\xffme\n") == why("invalid_utf8", 1));
  CHECK(failure("phone_number,na\0me\n"s) == why("invalid_utf8", 1));
}

TEST_CASE("a column without a name is told by its number") {
  CHECK(import("phone_number,,plan\n").failure->detail == "Column 2 has no name.");
  CHECK(import("a,b,na\xffme\n").failure->detail == "The name of column 3 is not UTF-8 text.");
}

TEST_CASE("a file of semicolons is told to use commas, and no other file is") {
  auto semicolons = [](std::string_view file) {
    auto failure = import(file).failure;
    REQUIRE(failure);
    CHECK(failure->reason == "missing_phone_number_column");
    return failure->detail.find("semicolons") != std::string::npos;
  };
  CHECK(semicolons("phone_number;name\n+14155550100;Jane\n"));
  CHECK_FALSE(semicolons("number\n+14155550100\n"));
  CHECK_FALSE(semicolons("number;or so,name\n"));
}

TEST_CASE("there are as many columns as allowed and no more") {
  constexpr import_limits three{.max_columns = 3};
  CHECK(failure("phone_number,a,b\n", three) == why("none", 0));
  CHECK(failure("phone_number,a,b,c\n", three) == why("too_many_columns", 1));
}

TEST_CASE("there are as many rows as allowed and no more") {
  constexpr import_limits two{.max_rows = 2};
  auto allowed = "phone_number\n+14155550100\nnobody\n+14155550101\n+14155550100\n"s;
  CHECK(failure(allowed, two) == why("none", 0));
  CHECK(failure(allowed + "+14155550102\n+14155550103\n", two) == why("too_many_rows", 6));
}

TEST_CASE("a field is as long as allowed and no longer") {
  constexpr import_limits twenty{.max_field_bytes = 20};
  auto with = [](std::size_t bytes) {
    return "phone_number,note\n+14155550100," + std::string(bytes, 'x');
  };
  CHECK(failure(with(20), twenty) == why("none", 0));
  CHECK(failure(with(21), twenty) == why("field_too_long", 2));
}

TEST_CASE("broken quoting is told with the line of the field") {
  CHECK(failure("phone_number,name\n+14155550100,\"Jane\" Smith\n") == why("text_after_quote", 2));
  CHECK(
    failure("phone_number,name\n+14155550100,\"Jane\n+14155550101,Bob\n")
    == why("unterminated_quote", 2));
}

TEST_CASE("a file that failed stays failed, and gives nothing more") {
  int rows = 0;
  list_import it{"US", {}, {.accept = [&](contact_row) { ++rows; }, .reject = [](rejected_row) {}}};
  CHECK(it.read("phone_number,name\n+14155550100,Jane\n"));
  CHECK_FALSE(it.read("+14155550101,\"Bob\" Jones\n+14155550102,Ann\n"));
  CHECK_FALSE(it.read("+14155550103,Zoe\n"));
  CHECK(rows == 1);
  CHECK_FALSE(it.finish());
  CHECK(it.failure()->reason == "text_after_quote");
}

TEST_CASE("each thing that is wrong with a number has its own reason") {
  auto wrong = [](std::string value, std::string reason) {
    CAPTURE(value);
    CHECK(
      reject(value + ",Jane\n")
      == rejected_row{.line = 2, .column = "phone_number", .reason = reason, .value = value});
  };
  wrong("", "empty");
  wrong(" ", "empty");
  wrong("Jane", "not_a_number");
  wrong("1.41556E+10", "not_a_number");
  wrong("555-0100", "too_short");
  wrong(" +141555501001", "too_long");
  wrong("+12005550100", "not_in_use");
  wrong("415-555-0100 x9", "has_extension");
}

TEST_CASE("without a default country, national formats are rejected") {
  std::vector<rejected_row> rejects;
  list_import it{
    "",
    {},
    {.accept = [](contact_row) {}, .reject = [&](rejected_row row) { rejects.push_back(row); }}};
  CHECK(it.read("phone_number\n+14155550100\n4155550101\n"));
  CHECK(it.finish()->rows == 1);
  CHECK(
    rejects
    == std::vector<rejected_row>{
      {.line = 3, .column = "phone_number", .reason = "no_country", .value = "4155550101"}});
}

TEST_CASE(
  "a number that came before is rejected in whatever spelling, with the line of the first") {
  auto result = import("phone_number,name\n"
                       "+14155550100,Jane\n"
                       "\n"
                       "+14155550101,\"Bob\nJones\"\n"
                       "(415) 555-0100,Jane again\n"
                       "1-415-555-0101,Bob again\n"
                       "415.555.0101,and again\n");
  CHECK(result.summary->rows == 2);
  CHECK(result.summary->rejected == 3);
  CHECK(
    result.rejects
    == std::vector<rejected_row>{
      {6, "phone_number", "duplicate", "(415) 555-0100", 2},
      {7, "phone_number", "duplicate", "1-415-555-0101", 4},
      {8, "phone_number", "duplicate", "415.555.0101", 4}});
}

TEST_CASE("a rejected row does not claim its number") {
  auto result = import("phone_number,name\n+14155550100,Jane,Smith\n+14155550100,Jane\n");
  CHECK(result.summary->rows == 1);
  REQUIRE(result.rejects.size() == 1);
  CHECK(result.rejects[0].reason == "too_many_columns");
}

TEST_CASE("a row with more fields than the header is rejected, with the first too many") {
  CHECK(
    reject("+14155550100,Smith, Jane,premium\n")
    == rejected_row{.line = 2, .column = "", .reason = "too_many_columns", .value = " Jane"});
  constexpr import_limits two{.max_columns = 2};
  CHECK(import("phone_number,name\n+14155550100,a,b,c,d\n", two).rejects.size() == 1);
}

TEST_CASE("fields that are missing at the end of a row are empty") {
  auto result = import("phone_number,name,plan\n+14155550100\n+14155550101,Bob\n");
  CHECK(
    result.rows
    == std::vector<contact_row>{{"+14155550100", {"", ""}}, {"+14155550101", {"Bob", ""}}});
  CHECK(import("name,phone_number\nJane\n").rejects[0].reason == "empty");
}

TEST_CASE("broken text is rejected in any column, and shown in a way that can be read") {
  CHECK(
    reject("+14155550100,Caf\xe9\n")
    == rejected_row{.line = 2, .column = "name", .reason = "invalid_utf8", .value = "Caf\\xe9"});
  CHECK(
    reject("+1415555\xff"
           "0100,Jane\n")
    == rejected_row{
      .line = 2, .column = "phone_number", .reason = "invalid_utf8", .value = "+1415555\\xff0100"});
  CHECK(
    reject("+14155550100,Ja\0ne\n"s)
    == rejected_row{.line = 2, .column = "name", .reason = "nul_byte", .value = "Ja\\x00ne"});
  CHECK(reject("+14155550100,Jane,\xff\n").value == "\\xff");
}

TEST_CASE("values reach the list exactly as given") {
  auto result = import("phone_number,note\n+14155550100,\" two\r\nlines, \"\"quoted\"\" "
                       "\"\n+14155550101, Zo\u00eb \n");
  REQUIRE(result.rows.size() == 2);
  CHECK(result.rows[0].values[0] == " two\r\nlines, \"quoted\" ");
  CHECK(result.rows[1].values[0] == " Zo\u00eb ");
}

TEST_CASE("empty values are counted for each column, with their first hundred lines") {
  std::string file = "phone_number,name,plan\n";
  for (int row = 0; row < 150; ++row)
    file += "+1415555" + std::to_string(1000 + row) + (row % 2 ? ",Jane, \n" : ",,basic\n");
  file += "nobody,,\n"; // rejected, so of no account
  auto columns = import(file).summary->columns;
  REQUIRE(columns.size() == 2);
  CHECK(columns[0].empty_rows == 75);
  CHECK(columns[0].first_empty_lines.size() == 75);
  CHECK(columns[0].first_empty_lines[1] == 4);
  CHECK(columns[1].empty_rows == 75);
  CHECK(columns[1].first_empty_lines.front() == 3);
}

TEST_CASE("the lines of empty values are remembered up to a hundred") {
  std::string file = "phone_number,name\n";
  for (int row = 0; row < 101; ++row)
    file += "+1415555" + std::to_string(1000 + row) + ",\n";
  auto column = import(file).summary->columns[0];
  CHECK(column.empty_rows == 101);
  REQUIRE(column.first_empty_lines.size() == 100);
  CHECK(column.first_empty_lines.back() == 101);
}

TEST_CASE("a column named simulate is a column like any other") {
  auto result = import("phone_number,simulate\n+14155550100,\"busy,no_answer,completed\"\n");
  CHECK(result.rows == std::vector<contact_row>{{"+14155550100", {"busy,no_answer,completed"}}});
}

TEST_CASE("a hundred thousand rows keep their order, their lines and their duplicates") {
  constexpr std::uint64_t seed = 100'000;
  MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  std::string file = "\xEF\xBB\xBFphone_number,note\r\n";
  std::vector<std::string> expected;
  std::vector<std::uint64_t> bad_lines;
  std::uint64_t line = 2;
  for (int row = 0; row < 100'000; ++row) {
    auto digits = std::to_string(4'152'000'000 + row);
    switch (chance() % 10) {
    case 0:
      file += "nobody,x\r\n";
      bad_lines.push_back(line++);
      continue;
    case 1:
      file += "+1" + digits + ",\"two\r\nlines\"\n\n";
      line += 3;
      break;
    default: file += digits + ",note " + digits + "\r\n"; ++line;
    }
    expected.push_back("+1" + digits);
  }
  for (const auto& again : {expected.front(), expected[expected.size() / 2], expected.back()}) {
    file += again + "\n";
    bad_lines.push_back(line++);
  }

  auto result = import_in_pieces(file, {}, [&] { return 1 + chance() % 5000; });
  REQUIRE(result.summary);
  CHECK(result.summary->rows == expected.size());
  CHECK(std::ranges::equal(result.rows, expected, {}, &contact_row::phone_number));
  CHECK(std::ranges::equal(result.rejects, bad_lines, {}, &rejected_row::line));
}

TEST_CASE("however a list is cut into pieces, it imports the same") {
  constexpr std::uint64_t seed = 99;
  MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  std::string file = "\xEF\xBB\xBFName , Phone Number,note\r\n"
                     "Zo\u00eb,+14155550100,\"a, \"\"b\"\"\r\nc\"\r\n"
                     "\r\n"
                     "Bob,(415) 555-0100,again\n"
                     "Ann,+442079460958\n"
                     "caf\xe9,+14155550102,x\n"
                     "Eve,1.4E10,x,y\r"
                     "Max,nobody,\"\n\"\n"
                     "Tom,+14155550103,5\" pipe";
  auto whole = import(file);
  CHECK(whole.rows.size() == 3);
  CHECK(whole.rejects.size() == 4);
  for (int round = 0; round < 500; ++round) {
    auto longest = 1 + chance() % 40;
    auto pieces = import_in_pieces(file, {}, [&] { return 1 + chance() % longest; });
    REQUIRE(pieces.rows == whole.rows);
    REQUIRE(pieces.rejects == whole.rejects);
    REQUIRE(pieces.summary->columns == whole.summary->columns);
    REQUIRE(pieces.summary->file_sha256 == whole.summary->file_sha256);
  }
}

TEST_CASE("a field that never ends is refused early, not collected") {
  list_import it{"US", {}, {.accept = [](contact_row) {}, .reject = [](rejected_row) {}}};
  CHECK(it.read("phone_number,note\n+14155550100,\""));
  std::string kilobyte(1024, 'x');
  int taken = 0;
  while (taken < 1000 && it.read(kilobyte))
    ++taken;
  CHECK(taken == 16);
  CHECK(it.failure()->reason == "field_too_long");
  CHECK(it.failure()->line == 2);
}
