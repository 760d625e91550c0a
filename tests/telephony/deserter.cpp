#include "telephony/deserter.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace ringmaster::test {

namespace net = boost::asio;
namespace ssl = boost::asio::ssl;
using tcp = net::ip::tcp;

class deserter::desk {
public:
  desk(const std::filesystem::path& home, int answers)
    : answers_{answers}, acceptor_{context_, tcp::endpoint{net::ip::address_v4::loopback(), 0}} {
    net::co_spawn(context_, take_all(home), net::detached);
    thread_ = std::thread{[this] { context_.run(); }};
  }
  ~desk() {
    context_.stop();
    thread_.join();
  }
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  [[nodiscard]] int port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] int invited() const { return invited_; }
  [[nodiscard]] int connections() const { return connections_; }

private:
  using nothing = net::awaitable<void>;

  nothing take_all(std::filesystem::path home) {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(net::use_awaitable);
      ++connections_;
      if (home.empty())
        net::co_spawn(context_, listen(std::move(socket)), net::detached);
      else
        net::co_spawn(context_, secure(std::move(socket), home), net::detached);
    }
  }

  nothing secure(tcp::socket over, std::filesystem::path home) {
    ssl::context as{ssl::context::tls_server};
    as.use_certificate_chain_file((home / "cafile.pem").string());
    as.use_private_key_file((home / "key.pem").string(), ssl::context::pem);
    ssl::stream<tcp::socket> secured{std::move(over), as};
    co_await secured.async_handshake(ssl::stream_base::server, net::use_awaitable);
    co_await listen(std::move(secured));
  }

  template <class Stream>
  nothing listen(Stream over) {
    std::string text;
    for (;;) {
      auto all = net::dynamic_buffer(text);
      auto size = co_await net::async_read_until(over, all, "\r\n\r\n", net::use_awaitable);
      if (text.starts_with("INVITE ")) {
        ++invited_;
        over.lowest_layer().set_option(net::socket_base::linger{true, 0});
        over.lowest_layer().close(); // which resets it; the destructor would not
        co_return;
      }
      if (text.starts_with("OPTIONS ") && answers_ > 0) {
        --answers_;
        co_await net::async_write(over, net::buffer(ok(text.substr(0, size))), net::use_awaitable);
      }
      text.erase(0, size);
    }
  }

  static std::string ok(const std::string& request) {
    std::istringstream lines{request};
    std::string answer = "SIP/2.0 200 OK\r\n";
    for (std::string line; std::getline(lines, line);)
      for (const auto* kept : {"Via:", "From:", "To:", "Call-ID:", "CSeq:"})
        if (line.starts_with(kept))
          answer += line + '\n';
    return answer + "Content-Length: 0\r\n\r\n";
  }

  int answers_; // left
  net::io_context context_;
  tcp::acceptor acceptor_;
  std::atomic<int> invited_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

deserter::deserter(const std::filesystem::path& home, int answers)
  : desk_{std::make_unique<desk>(home, answers)} {}

deserter::~deserter() = default;

std::string deserter::address() const {
  return "127.0.0.1:" + std::to_string(desk_->port());
}

int deserter::invited() const {
  return desk_->invited();
}

int deserter::connections() const {
  return desk_->connections();
}

void make_certificate(const std::filesystem::path& home) {
  auto command =
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
    "/CN=127.0.0.1 -addext subjectAltName=DNS:127.0.0.1,IP:127.0.0.1 -keyout "
    + (home / "key.pem").string() + " -out " + (home / "cafile.pem").string() + " 2>/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
}

} // namespace ringmaster::test
