#pragma once

#include "http/answer.hpp"

#include <string>

namespace ringmaster::http {

/// An answer whose body comes piece by piece. Each wait is as long as the other
/// side may take for what we sent, no longer.
class pieces {
public:
  /// Both must outlive it.
  pieces(hub& home, channel& stream, const manner& how);

  /// The head. False, here and below: the connection is broken.
  [[nodiscard]] net::awaitable<bool> begin(const outgoing& head);
  /// `piece` is not empty and outlives the call.
  [[nodiscard]] net::awaitable<bool> send(const std::string& piece);
  /// Says that the body is whole. True: another request may follow.
  [[nodiscard]] net::awaitable<bool> end();

private:
  hub& home_;
  channel& stream_;
  manner how_;
  bool chunked_;
};

} // namespace ringmaster::http
