#pragma once

#include "events/time.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace ringmaster::test {

/// Time that stands still until a test moves it. For one thread.
class manual_timer {
public:
  /// 2026-01-05 09:00:00 UTC, a Monday.
  static constexpr events::instant monday_morning{std::chrono::seconds{1'767'603'600}};

  explicit manual_timer(events::instant start = monday_morning) : now_{start} {}

  [[nodiscard]] events::instant now() const { return now_; }

  /// Nothing runs before time moves, however short the delay.
  void after(events::duration delay, std::function<void()> what) {
    waiting_.emplace(now_ + std::max(delay, events::duration{}), std::move(what));
  }

  /// Runs what falls due on the way, each at its own time, in order; also what
  /// these add.
  void advance(events::duration by) {
    auto until = now_ + by;
    while (!waiting_.empty() && waiting_.begin()->first <= until) {
      auto next = waiting_.extract(waiting_.begin());
      now_ = std::max(now_, next.key());
      next.mapped()();
    }
    now_ = until;
  }

  /// When something falls due; nothing: never.
  [[nodiscard]] std::optional<events::instant> next_due() const {
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.begin()->first};
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
  events::instant now_;
  std::multimap<events::instant, std::function<void()>> waiting_; // equal ones stay in order
};

} // namespace ringmaster::test
