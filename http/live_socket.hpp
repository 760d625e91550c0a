// What a live feed takes of its clients, over any stream.
#pragma once

#include <boost/beast/websocket.hpp>

#include <cstddef>

namespace ringmaster::http {

/// They have nothing to say, and are not let say much.
inline constexpr std::size_t most_received_bytes = 64 * 1024;

template <class Stream>
void bound_messages(boost::beast::websocket::stream<Stream>& socket) {
  socket.read_message_max(most_received_bytes);
  socket.text(true);
}

} // namespace ringmaster::http
