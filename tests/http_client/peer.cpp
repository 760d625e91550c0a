#include "http_client/peer.hpp"

#include <cstdlib>
#include <future>

namespace ringmaster::test {

namespace net = boost::asio;

peer::peer(int connections, std::function<void(tcp::socket&, int which)> talk)
  : acceptor_{context_, tcp::endpoint{net::ip::address_v4::loopback(), 0}},
    thread_{[this, connections, talk = std::move(talk)] {
      for (int which = 0; which < connections; ++which) {
        auto socket = acceptor_.accept();
        talk(socket, which);
      }
    }} {}

peer::~peer() {
  thread_.join();
}

std::string peer::url(const std::string& target) const {
  return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + target;
}

std::string read_request(tcp::socket& from) {
  std::string text;
  boost::system::error_code why;
  auto head = net::read_until(from, net::dynamic_buffer(text), "\r\n\r\n", why);
  if (why)
    return {};
  auto length = text.find("Content-Length: ");
  auto body = length < head ? std::strtoul(text.c_str() + length + 16, nullptr, 10) : 0;
  if (head + body > text.size())
    net::read(
      from, net::dynamic_buffer(text), net::transfer_exactly(head + body - text.size()), why);
  return text;
}

void write(tcp::socket& to, const std::string& text) {
  boost::system::error_code ignored;
  net::write(to, net::buffer(text), ignored);
}

std::string answer_with(const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 200 OK\r\n" + more_headers + "Content-Length: " + std::to_string(body.size())
         + "\r\n\r\n" + body;
}

http_client::result ask(http_client::client& over, http_client::request what) {
  std::promise<http_client::result> got;
  over.send(std::move(what), [&](http_client::result it) { got.set_value(std::move(it)); });
  return got.get_future().get();
}

} // namespace ringmaster::test
