#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace ringmaster::http {

/// When a feed has something to say or to look at. What time it is, its caller
/// says.
class live_pace {
public:
  using time = std::chrono::steady_clock::time_point;
  using span = std::chrono::steady_clock::duration;

  /// `sign_of_life`: after so long a silence the other side hears that we are
  /// still there; nothing: something else sees to that.
  live_pace(span progress, span key_check, std::optional<span> sign_of_life)
    : progress_{progress}, key_check_{key_check}, sign_of_life_{sign_of_life} {}

  void want_progress() { progress_waits_ = true; }
  [[nodiscard]] bool progress_is_due(time now) const {
    return progress_waits_ && now >= next_progress_;
  }
  void progress_begins(time now) {
    progress_waits_ = false;
    next_progress_ = now + progress_;
  }

  [[nodiscard]] bool key_check_is_due(time now) const { return now >= next_key_check_; }
  void key_checked(time now) { next_key_check_ = now + key_check_; }

  /// Something was sent, whatever it was.
  void spoken(time now) { last_word_ = now; }
  [[nodiscard]] bool sign_of_life_is_due(time now) const {
    return sign_of_life_ && now >= last_word_ + *sign_of_life_;
  }

  /// The first moment at which anything may be due.
  [[nodiscard]] time wakes_at() const {
    auto at = next_key_check_;
    if (progress_waits_)
      at = std::min(at, next_progress_);
    if (sign_of_life_)
      at = std::min(at, last_word_ + *sign_of_life_);
    return at;
  }

private:
  span progress_;
  span key_check_;
  std::optional<span> sign_of_life_;
  bool progress_waits_ = false;
  time next_progress_{};
  time next_key_check_{};
  time last_word_{};
};

} // namespace ringmaster::http
