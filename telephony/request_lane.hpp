// Requests to one carrier: only so many at once.
#pragma once

#include "http_client/client.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace ringmaster::telephony {

/// Sends one request; `then` is called exactly once, on any thread.
using http_sender =
  std::function<void(http_client::request, std::function<void(http_client::result)> then)>;

/// Any thread may ask.
class request_lane : public std::enable_shared_from_this<request_lane> {
public:
  /// Carriers take about a hundred requests of an account at once; a quarter of them
  /// is left to its owner. Neither kind of request takes the room of the other.
  static constexpr std::uint32_t most_urgent = 50;
  static constexpr std::uint32_t most_in_turn = 25;
  static constexpr std::size_t most_waiting = 20'000;

  explicit request_lane(http_sender send) : send_{std::move(send)} {}

  /// At once, or, beyond the bound, `not_sent`: what was decided for this moment
  /// must not happen at another.
  void ask_now(http_client::request what, std::function<void(http_client::result)> then);

  /// In its turn; `not_sent` where too many wait already.
  void ask(http_client::request what, std::function<void(http_client::result)> then);

private:
  struct waiting {
    http_client::request what;
    std::function<void(http_client::result)> then;
  };

  void send(waiting it, void (request_lane::*over)());
  void urgent_is_over();
  void turn_is_over();

  const http_sender send_;
  // Carriers' threads and actors ask alike, and none of them may wait for another.
  std::mutex mutex_;
  std::uint32_t urgent_ = 0;
  std::uint32_t in_turn_ = 0;
  std::deque<waiting> queue_;
};

} // namespace ringmaster::telephony
