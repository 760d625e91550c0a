#include "http/websocket_line.hpp"

#include "http/gatekeeper.hpp"
#include "http/live_socket.hpp"

namespace ringmaster::http {

namespace {

namespace websocket = beast::websocket;

websocket::close_reason reason_of(live_end why) {
  switch (why) {
  case live_end::over: break;
  case live_end::going_away: return websocket::close_code::going_away;
  case live_end::key_revoked: return {websocket::close_code::policy_error, "the key was revoked"};
  case live_end::internal_error: return websocket::close_code::internal_error;
  }
  return websocket::close_code::normal;
}

} // namespace

websocket_line::websocket_line(
  hub& home, channel stream, const wire::request_header<>& upgrade, std::uint64_t correlation)
  : home_{home}, socket_{std::move(stream)}, upgrade_{upgrade}, correlation_{correlation} {}

net::awaitable<bool> websocket_line::open() {
  failure why;
  prepare();
  co_await socket_.async_accept(upgrade_, into(why));
  co_return !why;
}

void websocket_line::prepare() {
  beast::get_lowest_layer(socket_).expires_never(); // the WebSocket has its own clock
  auto offers = upgrade_[wire::field::sec_websocket_protocol];
  bool agreed = wire::token_list{offers}.exists({live_subprotocol.data(), live_subprotocol.size()});
  auto patience = home_.options.idle_timeout;
  socket_.set_option(websocket::stream_base::timeout{patience, patience, true});
  socket_.set_option(websocket::stream_base::decorator{
    [id = request_name(correlation_), agreed](websocket::response_type& it) {
      it.set("X-Request-Id", id);
      if (agreed)
        it.set("Sec-WebSocket-Protocol", std::string{live_subprotocol});
    }});
  bound_messages(socket_);
}

net::awaitable<bool> websocket_line::send(live_message what) {
  failure why;
  auto bytes = net::buffer(what.text);
  co_await socket_.async_write(bytes, into(why));
  co_return !why;
}

net::awaitable<bool> websocket_line::send_sign_of_life() {
  co_return true; // pings are the socket's own
}

net::awaitable<void> websocket_line::listen() {
  failure why;
  beast::flat_buffer ignored;
  while (!why) {
    co_await socket_.async_read(ignored, into(why));
    ignored.clear();
  }
}

net::awaitable<void> websocket_line::say_goodbye(live_end why) {
  failure ignored;
  auto reason = reason_of(why);
  co_await socket_.async_close(reason, into(ignored));
}

} // namespace ringmaster::http
