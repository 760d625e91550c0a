// CSV (RFC 4180) from bytes that come in pieces of any size, with the line of
// the file at which each row begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace ringmaster::domain {

enum class csv_trouble : std::uint8_t {
  field_too_long = 1,
  text_after_quote,  // `"Jane" Smith`: where the field ends is anybody's guess
  unterminated_quote // at the end of the file
};

struct csv_failure {
  csv_trouble what{};
  std::uint64_t line = 0; // where the field begins
};

struct csv_limits {
  std::size_t max_field_bytes = 0;
  std::size_t max_fields = 0; // of a row; those beyond are dropped
};

/// Beyond the RFC: a byte order mark and empty lines are passed over, a bare LF
/// or CR ends a row too, and a quote inside an unquoted field stands for itself.
/// Spaces belong to the field. Memory: one row.
class csv_reader {
public:
  /// The fields live until it returns. False: enough, read no further.
  using on_row = std::function<bool(std::uint64_t line, std::span<const std::string_view> fields)>;

  csv_reader(csv_limits limits, on_row row);
  ~csv_reader();

  /// An error is final, and so is the sink's "enough": nothing more is read.
  std::optional<csv_failure> read(std::string_view bytes);
  std::optional<csv_failure> finish();

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::domain
