#include "webhooks/courier.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::webhooks {

namespace {

/// A clock that is set while we sleep must not make us sleep in.
constexpr std::chrono::minutes longest_sleep{1};

} // namespace

courier::courier(
  deliveries::ports with, std::function<std::chrono::nanoseconds(events::duration)> real_time)
  : now_{with.now}, real_time_{std::move(real_time)}, deliveries_{[&] {
      with.stir = [this] { stir(); };
      return std::move(with);
    }()} {}

void courier::start() {
  thread_ = std::jthread{[this](const std::stop_token& stop) { deliver(stop); }};
}

void courier::stir() {
  std::lock_guard lock{mutex_};
  was_stirred_ = true;
  stirred_.notify_one();
}

void courier::deliver(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto next = deliveries_.step();
    auto sleep = std::chrono::nanoseconds{longest_sleep};
    if (next)
      sleep = std::min(sleep, real_time_(std::max(*next - now_(), events::duration::zero())));
    std::unique_lock lock{mutex_};
    stirred_.wait_for(lock, stop, sleep, [this] { return was_stirred_; });
    was_stirred_ = false;
  }
}

void courier::stop() {
  if (!thread_.joinable())
    return;
  thread_.request_stop();
  thread_.join();
  deliveries_.finish();
}

} // namespace ringmaster::webhooks
