// What carries a live feed to its watcher.
#pragma once

#include "http/asio.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::http {

/// One message of a feed.
struct live_message {
  std::string_view kind; // "snapshot", "progress", "event"; outlives the message
  std::string text;      // a JSON object on one line
  /// Whoever has this has all up to there: where to go on from after a break.
  std::optional<std::uint64_t> position = {};
};

/// Why we end a feed.
enum class live_end { over, going_away, key_revoked, internal_error };

/// One thing at a time, all on its strand; but `listen` beside the others.
class live_line {
public:
  virtual ~live_line() = default;

  [[nodiscard]] virtual net::any_io_executor executor() = 0;
  /// False, here and below: the other side is gone.
  virtual net::awaitable<bool> open() = 0;
  virtual net::awaitable<bool> send(live_message what) = 0;
  /// After so long a silence `send_sign_of_life` is wanted; nothing: never.
  [[nodiscard]] virtual std::optional<std::chrono::milliseconds> longest_silence() const {
    return std::nullopt;
  }
  virtual net::awaitable<bool> send_sign_of_life() = 0;
  /// Until the other side goes, or `cut`. What it says has no meaning here, but
  /// reading sees it go.
  virtual net::awaitable<void> listen() = 0;
  /// Tells the other side why.
  virtual net::awaitable<void> say_goodbye(live_end why) = 0;
  virtual void cut() = 0;
};

} // namespace ringmaster::http
