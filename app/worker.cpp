#include "app/worker.hpp"

#include <utility>

namespace ringmaster::app {

worker::worker(std::size_t most_waiting)
  : most_waiting_{most_waiting}, thread_{[this](const std::stop_token& stop) { work(stop); }} {}

bool worker::post(std::function<void()> what) {
  std::lock_guard lock{mutex_};
  if (waiting_.size() >= most_waiting_)
    return false;
  waiting_.push_back(std::move(what));
  stirred_.notify_one();
  return true;
}

void worker::work(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  while (stirred_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
    if (stop.stop_requested())
      return;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next();
    next = {}; // what it holds goes here, not under the lock
    lock.lock();
  }
}

} // namespace ringmaster::app
