// Reading a contact CSV: what is a row, what is wrong with it.
#pragma once

#include "domain/contact_row.hpp"
#include "events/event.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::domain {

/// One row that cannot be called, as told to whoever uploaded it.
struct rejected_row {
  std::uint64_t line = 0; // of the file, where the row begins; the header is line 1
  std::string column;     // none for "too_many_columns"
  /// A phone_trouble, "duplicate", "too_many_columns", "invalid_utf8" or "nul_byte".
  std::string reason;
  std::string value;            // as given; bytes that are not text as `\xNN`
  std::uint64_t first_line = 0; // for a duplicate: where the number stood first

  friend bool operator==(const rejected_row&, const rejected_row&) = default;
};

/// Why a file as a whole cannot be read. Of its header: "empty_file",
/// "missing_phone_number_column", "duplicate_column", "unnamed_column",
/// "too_many_columns", "invalid_utf8". Of what follows, where reading on would be
/// guessing: "field_too_long", "text_after_quote", "unterminated_quote",
/// "too_many_rows".
struct import_failure {
  std::string reason;
  std::string detail; // a sentence
  std::uint64_t line = 0;
};

struct import_summary {
  std::uint32_t rows = 0; // accepted
  std::uint64_t rejected = 0;
  std::vector<events::list_column> columns;
  std::string file_sha256;
};

struct import_limits {
  std::uint32_t max_rows = 10'000'000;
  std::size_t max_columns = 200;
  std::size_t max_field_bytes = 16 * 1024;
};

/// Reads a CSV piece by piece: RFC 4180, and what csv_reader allows beyond it.
///
/// Header names are trimmed, A to Z become small, spaces and dashes within become
/// underscores, so that `Customer Name` is {{customer_name}} in a prompt. Lines of
/// nothing but blanks are passed over. Fields missing at the end of a row are
/// empty; fields too many reject it. A value of blanks counts as empty. Only
/// accepted rows claim their number and count among a column's empty ones.
///
/// Memory: 20 to 40 bytes per row, to know a number that came before; the rows
/// themselves go out as they come.
class list_import {
public:
  struct sinks {
    std::function<void(contact_row)> accept; // in the file's order
    std::function<void(rejected_row)> reject;
  };

  list_import(std::string default_country, import_limits limits, sinks to);
  ~list_import();
  list_import(list_import&&) noexcept;

  /// False: the file is beyond reading and `failure()` says why; more bytes
  /// are ignored.
  bool read(std::string_view bytes);

  /// No more bytes. Nothing if the file as a whole failed.
  [[nodiscard]] std::optional<import_summary> finish();

  [[nodiscard]] const std::optional<import_failure>& failure() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::domain
