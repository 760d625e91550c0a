#pragma once

#include "http/channel.hpp"

#include <chrono>
#include <memory>

namespace ringmaster::http {

/// Ends what is under way on a stream when the time is over, and leaves it open, so
/// that an answer can say why: Beast's own clock closes it. To be made and to go on
/// the stream's strand, with nothing else that times it.
class deadline {
public:
  deadline(channel& of, std::chrono::nanoseconds left)
    : state_{std::make_shared<state>(of, net::steady_timer{of.get_executor(), left})} {
    of.expires_never();
    wait(state_);
  }
  deadline(const deadline&) = delete;
  deadline& operator=(const deadline&) = delete;
  ~deadline() {
    state_->over = true;
    state_->bell.cancel();
  }

  [[nodiscard]] bool rung() const { return state_->rung; }

private:
  static constexpr std::chrono::milliseconds again{20};

  struct state {
    state(channel& stream, net::steady_timer timer) : of{stream}, bell{std::move(timer)} {}
    channel& of; // no more once it is over
    net::steady_timer bell;
    bool rung = false;
    bool over = false;
  };

  /// Rings until it is heard: between two steps of one reading there is nothing to end.
  static void wait(const std::shared_ptr<state>& its) {
    its->bell.async_wait([its](failure) {
      failure unheard;
      if (its->over)
        return;
      its->rung = true;
      its->of.socket().cancel(unheard);
      its->bell.expires_after(again);
      wait(its);
    });
  }

  std::shared_ptr<state> state_;
};

} // namespace ringmaster::http
