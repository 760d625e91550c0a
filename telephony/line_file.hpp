// A text file that is only ever appended to, a line per fact.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// Each line is one write: what `append` returned true for outlives the process
/// (not the machine, there is no sync). A line ends in ` .`, by which a whole one
/// is told from one that a crash cut short. Any thread may append at any time.
class line_file {
public:
  /// Makes the file and its directory, if they are not there.
  explicit line_file(const std::filesystem::path& path);
  ~line_file();
  line_file(const line_file&) = delete;
  line_file& operator=(const line_file&) = delete;

  /// `text` is without the end of the line. False: it is not in the file.
  [[nodiscard]] bool append(std::string text);

  [[nodiscard]] bool is_open() const { return file_ >= 0; }
  [[nodiscard]] std::uint64_t size() const;

  /// Calls `handle(offset, text)` for every line from `from` on that has an end,
  /// and returns where the next one will begin. The text of a line that was cut
  /// short, or begun in its middle, is empty.
  using handler = std::function<void(std::uint64_t offset, std::string_view text)>;
  std::uint64_t for_each(std::uint64_t from, const handler& handle) const;

  /// The text of the line at `offset`, if it is whole and not longer than `longest`.
  [[nodiscard]] std::string line_at(std::uint64_t offset, std::size_t longest) const;

  /// As `for_each`, of a file that may not be there and is not made.
  static void read(const std::filesystem::path& path, const handler& handle);

private:
  line_file() = default;

  int file_ = -1;
  std::atomic<bool> torn_ = false; // the last line in the file has no end
};

/// Up to the next blank, which goes with it.
[[nodiscard]] std::string_view take_word(std::string_view& line);

} // namespace ringmaster::telephony
