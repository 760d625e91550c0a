#pragma once

#include <cstdint>
#include <map>

namespace ringmaster::domain {

/// Rows of a campaign, kept as stretches: a million in a row cost as much as one.
class row_set {
public:
  void insert(std::uint32_t row);
  /// Rows `first` to `last`, behind all that are there already.
  void append(std::uint32_t first, std::uint32_t last);

  [[nodiscard]] bool contains(std::uint32_t row) const;

  /// The lowest row from `row` on that is not here.
  [[nodiscard]] std::uint32_t first_absent(std::uint32_t row) const;

  /// First and last row of each stretch, ascending; between two, some are absent.
  [[nodiscard]] const std::map<std::uint32_t, std::uint32_t>& stretches() const {
    return stretches_;
  }

  friend bool operator==(const row_set&, const row_set&) = default;

private:
  std::map<std::uint32_t, std::uint32_t> stretches_;
};

} // namespace ringmaster::domain
