#include "app/progress_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ringmaster::app {

namespace {

constexpr auto interval = std::chrono::milliseconds{100};
constexpr std::size_t bar_width = 24;

std::string short_number(double value) {
  char text[32];
  if (value >= 1e6)
    std::snprintf(text, sizeof text, "%.1fM", value / 1e6);
  else if (value >= 1e4)
    std::snprintf(text, sizeof text, "%.0fk", value / 1e3);
  else
    std::snprintf(text, sizeof text, "%.0f", value);
  return text;
}

} // namespace

std::string progress_text(
  std::string_view what,
  std::uint64_t done,
  std::uint64_t total,
  std::string_view unit,
  std::chrono::duration<double> passed) {
  auto share =
    total == 0 ? 1.0 : static_cast<double>(std::min(done, total)) / static_cast<double>(total);
  auto full = static_cast<std::size_t>(share * bar_width);
  auto rate = passed.count() > 0 ? static_cast<double>(done) / passed.count() : 0.0;
  std::string text{what};
  text += " [" + std::string(full, '#') + std::string(bar_width - full, '-') + "] ";
  text += std::to_string(static_cast<int>(share * 100)) + "%  ";
  text +=
    short_number(static_cast<double>(done)) + " of " + short_number(static_cast<double>(total));
  text += ' ' + std::string{unit} + "  " + short_number(rate) + "/s";
  if (rate > 0)
    text +=
      "  " + short_number(static_cast<double>(total - std::min(done, total)) / rate) + "s left";
  return text;
}

progress_line::progress_line(
  std::string_view what, std::uint64_t total, std::string_view unit, bool prints)
  : what_{what}, total_{total}, unit_{unit}, visible_{
                                               isatty(STDERR_FILENO) != 0
                                               && !(prints && isatty(STDOUT_FILENO) != 0)} {}

progress_line::~progress_line() {
  if (visible_ && shown_at_ != clock::time_point{})
    std::fputs("\r\033[K", stderr);
}

void progress_line::show(std::uint64_t done) {
  if (!visible_ || clock::now() - shown_at_ < interval)
    return;
  shown_at_ = clock::now();
  std::fprintf(
    stderr, "\r\033[K%s", progress_text(what_, done, total_, unit_, shown_at_ - began_).c_str());
}

} // namespace ringmaster::app
