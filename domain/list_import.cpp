#include "domain/list_import.hpp"

#include "domain/csv_reader.hpp"
#include "domain/numbers_seen.hpp"
#include "domain/phone_number.hpp"
#include "domain/utf8.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>
#include <variant>

namespace ringmaster::domain {

namespace {

using fields = std::span<const std::string_view>;

constexpr std::string_view phone_column = "phone_number";
constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_empty_lines = 100; // of a column, that are remembered

bool is_blank(std::string_view text) {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

/// As prompts spell it: `Customer Name` is {{customer_name}}. Other characters
/// than letters, digits and these stay; such a column reaches the call's
/// context and no prompt.
std::string folded(std::string_view name) {
  if (is_blank(name))
    return {};
  name.remove_prefix(name.find_first_not_of(blanks));
  std::string result{name.substr(0, name.find_last_not_of(blanks) + 1)};
  for (char& it : result) {
    if (it >= 'A' && it <= 'Z')
      it = static_cast<char>(it - 'A' + 'a');
    if (it == ' ' || it == '-')
      it = '_';
  }
  return result;
}

/// No assigned number has more than 17 digits, so each is its own key.
std::uint64_t key_of(std::string_view e164) {
  std::uint64_t key = 0;
  std::from_chars(e164.data() + 1, e164.data() + e164.size(), key);
  return key;
}

class sha256 {
public:
  sha256() : context_{EVP_MD_CTX_new(), EVP_MD_CTX_free} {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }

  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

  [[nodiscard]] std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string result;
    for (auto byte : std::span{digest}.first(size)) {
      result += hex[byte / 16];
      result += hex[byte % 16];
    }
    return result;
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

import_failure failure_of(const csv_failure& error, const import_limits& limits) {
  switch (error.what) {
  case csv_trouble::field_too_long:
    return {
      "field_too_long",
      "The field that begins on line " + std::to_string(error.line) + " is longer than "
        + std::to_string(limits.max_field_bytes) + " bytes; perhaps a closing quote is missing.",
      error.line};
  case csv_trouble::text_after_quote:
    return {
      "text_after_quote",
      "In the quoted field that begins on line " + std::to_string(error.line)
        + " something follows the closing quote; a quote inside a quoted field is written twice.",
      error.line};
  case csv_trouble::unterminated_quote: break;
  }
  return {
    "unterminated_quote",
    "The quoted field that begins on line " + std::to_string(error.line)
      + " is still open where the file ends.",
    error.line};
}

} // namespace

struct list_import::state {
  state(std::string default_country, import_limits its_limits, sinks to)
    : country{std::move(default_country)}, limits{its_limits}, sink{std::move(to)},
      // One field more than there may be, to see that there are too many.
      csv{{limits.max_field_bytes, limits.max_columns + 1}, [this](std::uint64_t line, fields row) {
            return take(line, row);
          }} {}

  void note(const std::optional<csv_failure>& error) {
    if (error && !failure)
      failure = failure_of(*error, limits);
  }

  bool take(std::uint64_t line, fields row) {
    bool empty_line = row.size() == 1 && !row[0].empty() && is_blank(row[0]);
    if (empty_line)
      return true;
    if (names.empty())
      failure = read_header(line, row);
    else
      read_row(line, row);
    return !failure;
  }

  // -- the header --------------------------------------------------------------

  std::optional<import_failure> read_header(std::uint64_t line, fields row) {
    if (row.size() > limits.max_columns)
      return import_failure{
        "too_many_columns",
        "The header names more than " + std::to_string(limits.max_columns) + " columns.",
        line};
    for (auto name : row)
      if (auto trouble = add_column(name))
        return import_failure{std::move(trouble->first), std::move(trouble->second), line};
    auto found = std::ranges::find(names, phone_column);
    if (found == names.end())
      return import_failure{"missing_phone_number_column", without_phone_column(), line};
    phone = static_cast<std::size_t>(found - names.begin());
    for (const auto& name : names)
      if (name != phone_column)
        summary.columns.push_back({.name = name, .empty_rows = 0, .first_empty_lines = {}});
    return {};
  }

  /// What is wrong with the name: a stable reason, and a sentence.
  std::optional<std::pair<std::string, std::string>> add_column(std::string_view as_given) {
    auto number = std::to_string(names.size() + 1);
    if (!is_valid_utf8(as_given) || as_given.find('\0') != std::string_view::npos)
      return {{"invalid_utf8", "The name of column " + number + " is not UTF-8 text."}};
    auto name = folded(as_given);
    if (name.empty())
      return {{"unnamed_column", "Column " + number + " has no name."}};
    if (std::ranges::find(names, name) != names.end())
      return {{"duplicate_column", "Two columns are named `" + name + "`."}};
    names.push_back(std::move(name));
    return {};
  }

  [[nodiscard]] std::string without_phone_column() const {
    std::string sentence = "The header has no column `phone_number`.";
    bool other_separator = names.size() == 1 && names[0].find_first_of(";\t") != std::string::npos;
    if (other_separator)
      sentence += " Columns are separated by commas, not by semicolons or tabs.";
    return sentence;
  }

  // -- the rows ----------------------------------------------------------------

  void read_row(std::uint64_t line, fields row) {
    if (auto trouble = unreadable(row))
      return refuse(line, std::move(*trouble));
    // Trailing fields may be missing: they are empty.
    auto as_given = phone < row.size() ? row[phone] : std::string_view{};
    auto number = to_e164(as_given, country);
    if (const auto* trouble = std::get_if<phone_trouble>(&number))
      return refuse_number(line, as_given, to_string(*trouble), 0);
    auto& e164 = std::get<std::string>(number);
    if (auto first_line = seen.add(key_of(e164), line))
      return refuse_number(line, as_given, "duplicate", *first_line);
    if (summary.rows == limits.max_rows) {
      failure = import_failure{
        "too_many_rows",
        "A list holds at most " + std::to_string(limits.max_rows) + " contacts.",
        line};
      return;
    }
    ++summary.rows;
    sink.accept({.phone_number = std::move(e164), .values = values_of(line, row)});
  }

  [[nodiscard]] std::optional<rejected_row> unreadable(fields row) const {
    if (row.size() > names.size())
      return rejected_row{
        .column = {}, .reason = "too_many_columns", .value = printable(row[names.size()])};
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (!is_valid_utf8(row[at]))
        return rejected_row{
          .column = names[at], .reason = "invalid_utf8", .value = printable(row[at])};
      if (row[at].find('\0') != std::string_view::npos)
        return rejected_row{.column = names[at], .reason = "nul_byte", .value = printable(row[at])};
    }
    return {};
  }

  void refuse_number(
    std::uint64_t line,
    std::string_view as_given,
    std::string_view reason,
    std::uint64_t first_line) {
    refuse(
      line,
      {.column = std::string{phone_column},
       .reason = std::string{reason},
       .value = std::string{as_given},
       .first_line = first_line});
  }

  void refuse(std::uint64_t line, rejected_row why) {
    ++summary.rejected;
    why.line = line;
    sink.reject(std::move(why));
  }

  std::vector<std::string> values_of(std::uint64_t line, fields row) {
    std::vector<std::string> values;
    values.reserve(summary.columns.size());
    for (std::size_t at = 0; at < names.size(); ++at) {
      if (at == phone)
        continue;
      auto value = at < row.size() ? row[at] : std::string_view{};
      if (is_blank(value))
        count_empty(summary.columns[values.size()], line);
      values.emplace_back(value);
    }
    return values;
  }

  static void count_empty(events::list_column& column, std::uint64_t line) {
    if (++column.empty_rows <= most_empty_lines)
      column.first_empty_lines.push_back(line);
  }

  std::string country;
  import_limits limits;
  sinks sink;
  csv_reader csv;
  sha256 digest;
  std::optional<import_failure> failure;

  std::vector<std::string> names; // of all columns, folded; none before the header
  std::size_t phone = 0;
  numbers_seen seen;
  import_summary summary;
};

list_import::list_import(std::string default_country, import_limits limits, sinks to)
  : state_{std::make_unique<state>(std::move(default_country), limits, std::move(to))} {}

list_import::~list_import() = default;
list_import::list_import(list_import&&) noexcept = default;

bool list_import::read(std::string_view bytes) {
  if (state_->failure)
    return false;
  state_->digest.add(bytes);
  state_->note(state_->csv.read(bytes));
  return !state_->failure;
}

std::optional<import_summary> list_import::finish() {
  if (!state_->failure)
    state_->note(state_->csv.finish());
  if (!state_->failure && state_->names.empty())
    state_->failure = import_failure{"empty_file", "The file is empty.", 1};
  if (state_->failure)
    return {};
  state_->summary.file_sha256 = state_->digest.finish();
  return std::move(state_->summary);
}

const std::optional<import_failure>& list_import::failure() const {
  return state_->failure;
}

} // namespace ringmaster::domain
