// What a client sends on a live feed, once it is let in.
#include "fuzz/promise.hpp"
#include "http/live_socket.hpp"

#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <cstddef>
#include <cstdint>

using namespace ringmaster;
namespace beast = boost::beast;

namespace {

constexpr std::string_view handshake = "GET /v1/campaigns/cmp_01h7x3k9q2zt/live HTTP/1.1\r\n"
                                       "Host: localhost\r\nConnection: upgrade\r\n"
                                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  boost::asio::io_context io;
  beast::test::stream ours{io};
  beast::test::stream client{io};
  ours.connect(client);
  client.write_some(boost::asio::buffer(handshake));
  beast::websocket::stream<beast::test::stream> socket{std::move(ours)};
  http::bound_messages(socket);
  boost::system::error_code why;
  socket.accept(why);
  test::promise(!why, "whoever shakes hands is let in");
  client.write_some(boost::asio::buffer(data, size));
  client.close();
  beast::flat_buffer ignored;
  while (!why) {
    socket.read(ignored, why);
    test::promise(ignored.size() <= http::most_received_bytes, "no message is longer than allowed");
    ignored.clear();
  }
  return 0;
}
