#pragma once

#include "http_client/client.hpp"
#include "http_client/url.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>

#include <memory>
#include <string>
#include <variant>

namespace ringmaster::http_client {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using net::ip::tcp;
using failure = boost::system::error_code;

/// One connection to one host, with TLS or without. On one thread, one thing
/// at a time, but for `cut`.
class connection {
public:
  connection(net::io_context& on, net::ssl::context& tls, bool secure);

  /// Empty, or why not. Until then nobody was asked anything.
  net::awaitable<std::string> open(const url& to, bool private_addresses);

  /// The answer, or why there is none.
  net::awaitable<std::variant<response, std::string>>
  ask(const url& to, const request& what, std::size_t body_limit);

  /// Whether another request may follow: the last answer allows it, and the
  /// other side has neither closed nor said anything since.
  [[nodiscard]] bool is_reusable();

  /// Ends whatever it is at.
  void cut();

private:
  using secured = net::ssl::stream<tcp::socket&>;

  net::awaitable<std::string> shake_hands(const std::string& host);
  template <class Stream>
  net::awaitable<std::variant<response, std::string>>
  exchange(Stream& over, const url& to, const request& what, std::size_t body_limit);

  tcp::resolver resolver_;
  tcp::socket socket_;
  std::unique_ptr<secured> tls_;
  beast::flat_buffer read_;
  bool keeps_alive_ = false;
};

} // namespace ringmaster::http_client
