#pragma once

#include "store/key_value.hpp"

#include <cstdint>
#include <string>

namespace ringmaster::store {

/// What some rows are, in one line: two stores with the same rows have the same.
struct rows_digest {
  std::uint64_t rows = 0;
  std::string sha256; // lower-case hexadecimal; chained row by row, in the order of the keys

  friend bool operator==(const rows_digest&, const rows_digest&) = default;
};

[[nodiscard]] rows_digest digest(const key_value& of);

} // namespace ringmaster::store
