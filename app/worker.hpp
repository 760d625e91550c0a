// One thread for work of the gateway that blocks and is long: copying contacts.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ringmaster::app {

/// Does pieces of work one after the other. With the object ends the piece under
/// way; those that wait are dropped.
class worker {
public:
  explicit worker(std::size_t most_waiting);

  /// From any thread; false when as many as allowed wait already.
  [[nodiscard]] bool post(std::function<void()> what);

private:
  void work(const std::stop_token& stop);

  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable_any stirred_;
  std::deque<std::function<void()>> waiting_;
  std::jthread thread_; // last: it goes first
};

} // namespace ringmaster::app
