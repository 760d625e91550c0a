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
    if (open_ == most_at_once) {
      lock.unlock();
      return then(too_many());
    }
    ++open_;
  }
  send({std::move(what), std::move(then)});
}

void request_lane::ask(http_client::request what, std::function<void(http_client::result)> then) {
  waiting it{std::move(what), std::move(then)};
  {
    std::unique_lock lock{mutex_};
    if (open_ == most_at_once && queue_.size() == most_waiting) {
      lock.unlock();
      return it.then(too_many());
    }
    if (open_ == most_at_once)
      return queue_.push_back(std::move(it));
    ++open_;
  }
  send(std::move(it));
}

void request_lane::send(waiting it) {
  send_(
    std::move(it.what),
    [self = shared_from_this(), then = std::move(it.then)](http_client::result answer) {
      self->one_is_over();
      then(std::move(answer));
    });
}

void request_lane::one_is_over() {
  std::optional<waiting> next;
  {
    std::lock_guard lock{mutex_};
    if (queue_.empty()) {
      --open_;
    } else {
      next = std::move(queue_.front());
      queue_.pop_front();
    }
  }
  if (next)
    send(*std::move(next));
}

} // namespace ringmaster::telephony
