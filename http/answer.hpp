#pragma once

#include "http/hub.hpp"
#include "http/message.hpp"

#include <cstdint>

namespace ringmaster::http {

/// What the request says about how its answer is sent.
struct manner {
  unsigned version = 11;
  bool keep_alive = false;
  bool head_only = false;
  std::uint64_t correlation = 0;
};

/// Whether another request may follow on the connection.
[[nodiscard]] net::awaitable<bool>
send_answer(hub& home, beast::tcp_stream& stream, manner how, outgoing what);

} // namespace ringmaster::http
