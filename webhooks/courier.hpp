#pragma once

#include "webhooks/deliveries.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ringmaster::webhooks {

/// The thread that delivers.
class courier {
public:
  /// `with.stir` is set here. `real_time`: how long to wait, by the machine's clock,
  /// until so much of the engine's time has passed.
  courier(
    deliveries::ports with, std::function<std::chrono::nanoseconds(events::duration)> real_time);
  ~courier() { stop(); }
  courier(const courier&) = delete;
  courier& operator=(const courier&) = delete;

  [[nodiscard]] deliveries& work() { return deliveries_; }
  /// Once what the ports speak to is there.
  void start();
  /// There may be something to do; from any thread.
  void stir();
  /// Sends nothing more; what was answered by now is on disk. What `send` is at may
  /// still come back, until the object goes.
  void stop();

private:
  void deliver(const std::stop_token& stop);

  std::function<events::instant()> now_;
  std::function<std::chrono::nanoseconds(events::duration)> real_time_;
  std::mutex mutex_;
  std::condition_variable_any stirred_;
  bool was_stirred_ = false;
  deliveries deliveries_;
  std::jthread thread_;
};

} // namespace ringmaster::webhooks
