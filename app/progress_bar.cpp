#include "app/progress_bar.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

namespace ringmaster::app {

namespace {

/// Long enough that the rate does not jump, short enough to follow a change.
constexpr auto rate_span = std::chrono::seconds{10};

std::string duration_text(double seconds) {
  auto whole = static_cast<long>(seconds + 0.5);
  char text[48];
  if (whole < 60)
    std::snprintf(text, sizeof text, "%lds", whole);
  else if (whole < 3'600)
    std::snprintf(text, sizeof text, "%ldm%02lds", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ldh%02ldm", whole / 3'600, whole / 60 % 60);
  return text;
}

std::string count(const nlohmann::json& progress, const char* name) {
  return std::to_string(progress.value(name, std::uint64_t{0}));
}

/// What the campaign waits for, if it does.
std::optional<std::string> wait_of(const nlohmann::json& progress) {
  auto reason = progress.find("next_dial_reason");
  auto at = progress.find("next_dial_at");
  bool waits = reason != progress.end() && reason->is_string() && at != progress.end()
               && at->is_string() && reason->get_ref<const std::string&>().starts_with("waiting");
  if (!waits)
    return std::nullopt;
  auto until = at->get<std::string>();
  if (auto fraction = until.find('.'); fraction != std::string::npos)
    until.replace(fraction, std::string::npos, "Z");
  return reason->get<std::string>() + " until " + until;
}

/// The status, and why, where there is a reason: a breaker that tripped, a list that is gone.
std::string status_of(const nlohmann::json& progress) {
  auto status = progress.value("status", "");
  auto why = progress.find("status_reason");
  if (why != progress.end() && why->is_string())
    status += ": " + why->get<std::string>();
  return status;
}

} // namespace

double progress_bar::contacts_per_second() const {
  if (finished_.size() < 2)
    return 0;
  auto span = std::chrono::duration<double>(finished_.back().first - finished_.front().first);
  return span.count() <= 0 ? 0
                           : (finished_.back().second - finished_.front().second) / span.count();
}

std::string progress_bar::line(const nlohmann::json& progress, moment now, std::size_t columns) {
  auto total = progress.value("total", 0.0);
  auto done = progress.value("completed", 0.0) + progress.value("failed", 0.0)
              + progress.value("cancelled", 0.0);
  finished_.emplace_back(now, done);
  while (finished_.size() > 2 && finished_.front().first + rate_span < now)
    finished_.pop_front();
  auto share = total > 0 ? done / total : 1.0;
  constexpr std::size_t width = 24;
  auto filled = std::min(width, static_cast<std::size_t>(share * width));
  char percent[16];
  std::snprintf(percent, sizeof percent, "%5.1f%%", share * 100);
  std::string text = '[' + std::string(filled, '#') + std::string(width - filled, '.') + "] "
                     + percent + "  done " + count(progress, "completed") + "  failed "
                     + count(progress, "failed") + "  in flight " + count(progress, "in_flight")
                     + "  waiting " + count(progress, "waiting") + "  pending "
                     + count(progress, "pending");
  auto wait = wait_of(progress);
  if (auto rate = contacts_per_second(); rate > 0) {
    char speed[32];
    std::snprintf(speed, sizeof speed, "  %.1f/s", rate);
    text += speed;
    if (done < total && !wait) // a rate says nothing of how long a wait is
      text += "  left " + duration_text((total - done) / rate);
  }
  text += "  " + wait.value_or(status_of(progress));
  return text.substr(0, columns);
}

} // namespace ringmaster::app
