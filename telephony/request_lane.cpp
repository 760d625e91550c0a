#include "telephony/request_lane.hpp"

#include <optional>
#include <utility>

namespace ringmaster::telephony {

namespace {

http_client::not_sent too_many() {
  return {"too many requests to the carrier are open"};
}

} // namespace

void request_lane::ask_now(
  http_client::request what, std::function<void(http_client::result)> then) {
  {
    std::unique_lock lock{mutex_};
    if (urgent_ == most_urgent) {
      lock.unlock();
      return then(too_many());
    }
    ++urgent_;
  }
  send({std::move(what), std::move(then)}, &request_lane::urgent_is_over);
}

void request_lane::ask(http_client::request what, std::function<void(http_client::result)> then) {
  waiting it{std::move(what), std::move(then)};
  {
    std::unique_lock lock{mutex_};
    if (in_turn_ == most_in_turn && queue_.size() == most_waiting) {
      lock.unlock();
      return it.then(too_many());
    }
    if (in_turn_ == most_in_turn)
      return queue_.push_back(std::move(it));
    ++in_turn_;
  }
  send(std::move(it), &request_lane::turn_is_over);
}

void request_lane::send(waiting it, void (request_lane::*over)()) {
  send_(
    std::move(it.what),
    [self = shared_from_this(), over, then = std::move(it.then)](http_client::result answer) {
      (*self.*over)();
      then(std::move(answer));
    });
}

void request_lane::urgent_is_over() {
  std::lock_guard lock{mutex_};
  --urgent_;
}

void request_lane::turn_is_over() {
  std::optional<waiting> next;
  {
    std::lock_guard lock{mutex_};
    if (queue_.empty()) {
      --in_turn_;
    } else {
      next = std::move(queue_.front());
      queue_.pop_front();
    }
  }
  if (next)
    send(*std::move(next), &request_lane::turn_is_over);
}

} // namespace ringmaster::telephony
