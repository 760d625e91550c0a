#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ringmaster::domain {

/// Which numbers a file has had so far, and on which line: 16 bytes a slot, at
/// most four slots in five taken, so 20 to 40 bytes a number.
class numbers_seen {
public:
  numbers_seen();

  /// The line where `number` stood before; nothing if it is new, and then it is
  /// known from now on. Zero is no number.
  std::optional<std::uint64_t> add(std::uint64_t number, std::uint64_t line);

private:
  struct slot {
    std::uint64_t number = 0;
    std::uint64_t line = 0;
  };

  [[nodiscard]] slot& place_of(std::uint64_t number);
  void grow();

  std::vector<slot> slots_; // a power of two
  std::size_t taken_ = 0;
  std::uint64_t salt_;
};

} // namespace ringmaster::domain
