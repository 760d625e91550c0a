#pragma once

#include "http/channel.hpp"
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
  bool secure = false;             // with TLS, all the way from the client
  std::string allowed_origin = {}; // of a page of elsewhere that may read the answer
};

/// Whether another request may follow on the connection.
[[nodiscard]] net::awaitable<bool>
send_answer(hub& home, channel& stream, manner how, outgoing what);

} // namespace ringmaster::http
