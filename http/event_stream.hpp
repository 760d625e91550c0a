#pragma once

#include "http/answer.hpp"
#include "http/channel.hpp"
#include "http/hub.hpp"
#include "http/live_line.hpp"
#include "http/pieces.hpp"

namespace ringmaster::http {

/// A feed as Server-Sent Events: an answer whose body does not end. Events and
/// the snapshot carry an id, GENERATION:POSITION, which a client that comes back
/// shows as Last-Event-ID.
class event_stream : public live_line {
public:
  event_stream(hub& home, channel stream, const manner& how);

  [[nodiscard]] net::any_io_executor executor() override { return stream_.get_executor(); }
  net::awaitable<bool> open() override;
  net::awaitable<bool> send(live_message what) override;
  [[nodiscard]] std::optional<std::chrono::milliseconds> longest_silence() const override;
  net::awaitable<bool> send_sign_of_life() override;
  net::awaitable<void> listen() override;
  net::awaitable<void> say_goodbye(live_end why) override;
  void cut() override { stream_.close(); }

private:
  hub& home_;
  channel stream_;
  const bool head_only_;
  pieces body_;
};

} // namespace ringmaster::http
