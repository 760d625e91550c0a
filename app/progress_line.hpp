#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringmaster::app {

/// One line on stderr that shows how far a long work has come, if stderr is a
/// terminal. Gone when the object is. Not for a work that `prints` as it goes, if
/// that goes to the terminal too.
class progress_line {
public:
  /// `what` is being done to `total` of `unit`.
  progress_line(
    std::string_view what,
    std::uint64_t total,
    std::string_view unit = "events",
    bool prints = false);
  ~progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(std::uint64_t done);

private:
  using clock = std::chrono::steady_clock;

  std::string what_;
  std::uint64_t total_;
  std::string unit_;
  bool visible_;
  clock::time_point began_ = clock::now();
  clock::time_point shown_at_{};
};

/// The line itself: `verifying [######----] 61%  3.1M of 5.0M events  1.2M/s  2s left`.
[[nodiscard]] std::string progress_text(
  std::string_view what,
  std::uint64_t done,
  std::uint64_t total,
  std::string_view unit,
  std::chrono::duration<double> passed);

} // namespace ringmaster::app
