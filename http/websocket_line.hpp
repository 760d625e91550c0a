#pragma once

#include "http/channel.hpp"
#include "http/hub.hpp"
#include "http/live_line.hpp"

namespace ringmaster::http {

/// A feed over a WebSocket: a message is a text frame, and its own pings and
/// pongs tell whether anybody is there.
class websocket_line : public live_line {
public:
  /// `upgrade`: the request that asks for it.
  websocket_line(
    hub& home, channel stream, const wire::request_header<>& upgrade, std::uint64_t correlation);

  [[nodiscard]] net::any_io_executor executor() override { return socket_.get_executor(); }
  net::awaitable<bool> open() override;
  net::awaitable<bool> send(live_message what) override;
  net::awaitable<bool> send_sign_of_life() override;
  net::awaitable<void> listen() override;
  net::awaitable<void> say_goodbye(live_end why) override;
  void cut() override { beast::get_lowest_layer(socket_).close(); }

private:
  void prepare();

  hub& home_;
  beast::websocket::stream<channel> socket_;
  const wire::request<wire::empty_body> upgrade_;
  const std::uint64_t correlation_;
};

} // namespace ringmaster::http
