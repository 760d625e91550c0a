#pragma once

#include "http_client/client.hpp"

#include <boost/asio.hpp>

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace ringmaster::test {

using tcp = boost::asio::ip::tcp;

/// Somebody to ask, on loopback. `talk` gets each connection, one after the
/// other, as many as were announced.
class peer {
public:
  peer(int connections, std::function<void(tcp::socket&, int which)> talk);
  ~peer(); // waits until all were talked to

  [[nodiscard]] std::string url(const std::string& target = "/") const;

private:
  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

/// One request with its body, as it came; empty once the other side has closed.
std::string read_request(tcp::socket& from);
void write(tcp::socket& to, const std::string& text);
std::string answer_with(const std::string& body, const std::string& more_headers = {});

/// Asks and waits.
http_client::result ask(http_client::client& over, http_client::request what);

} // namespace ringmaster::test
