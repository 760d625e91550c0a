#pragma once

#include "http/asio.hpp"

#include <boost/asio/ssl.hpp>

#include <memory>
#include <utility>

namespace ringmaster::http {

using tls_context = net::ssl::context;

/// A connection with TLS or without, as one type: what is said on it is the
/// same. Times out as a beast::tcp_stream does. Can be moved between operations.
class channel {
public:
  using executor_type = beast::tcp_stream::executor_type;

  /// Without a context: plain. The handshake is yet to be done.
  channel(tcp::socket socket, std::shared_ptr<tls_context> tls)
    : context_{std::move(tls)}, tcp_{std::make_unique<beast::tcp_stream>(std::move(socket))} {
    if (context_)
      tls_ = std::make_unique<secured>(*tcp_, *context_);
  }

  [[nodiscard]] executor_type get_executor() { return tcp_->get_executor(); }
  [[nodiscard]] tcp::socket& socket() { return tcp_->socket(); }
  /// Not once it was moved on, or closed.
  [[nodiscard]] bool is_open() const { return tcp_ && tcp_->socket().is_open(); }
  [[nodiscard]] bool is_secure() const { return tls_ != nullptr; }

  template <class Duration>
  void expires_after(Duration time) {
    tcp_->expires_after(time);
  }
  void expires_never() { tcp_->expires_never(); }
  void close() { tcp_->close(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_)
      return tls_->async_read_some(buffers, std::forward<Token>(token));
    return tcp_->async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_)
      return tls_->async_write_some(buffers, std::forward<Token>(token));
    return tcp_->async_write_some(buffers, std::forward<Token>(token));
  }

  /// To be called on a secure one alone.
  net::awaitable<void> shake_hands(failure& why) {
    co_await tls_->async_handshake(net::ssl::stream_base::server, into(why));
  }
  /// Tells the other side that nothing more comes, so that it can tell this
  /// from a line that was cut.
  net::awaitable<void> say_goodbye(failure& why) { co_await tls_->async_shutdown(into(why)); }

private:
  using secured = net::ssl::stream<beast::tcp_stream&>;
  std::shared_ptr<tls_context> context_; // newer connections may have another
  std::unique_ptr<beast::tcp_stream> tcp_;
  std::unique_ptr<secured> tls_;
};

// What a WebSocket asks of the stream below it, by these very names. Its close
// frames have said goodbye already.
inline void beast_close_socket(channel& it) {
  it.close();
}

template <class Handler>
void async_teardown(beast::role_type role, channel& it, Handler&& handler) {
  beast::websocket::async_teardown(role, it.socket(), std::forward<Handler>(handler));
}

} // namespace ringmaster::http
