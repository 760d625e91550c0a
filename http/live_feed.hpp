#pragma once

#include "http/hub.hpp"
#include "http/live_line.hpp"
#include "http/live_pace.hpp"
#include "http/message.hpp"
#include "http/routes.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ringmaster::http {

/// Tells how one campaign goes, over a WebSocket or as Server-Sent Events: a
/// snapshot, then progress and perhaps every event. Everything happens on its
/// strand.
///
/// It pulls, and pulls only when all it had was sent: a slow client costs one
/// page of events, however far it is behind.
class live_feed : public std::enable_shared_from_this<live_feed> {
public:
  /// The campaign's id as the path has it, if this is a path of ours.
  [[nodiscard]] static std::optional<std::string> asked_for(const incoming& it);
  /// As Server-Sent Events, not over a WebSocket.
  [[nodiscard]] static bool wants_event_stream(const incoming& it);

  live_feed(
    hub& home,
    std::unique_ptr<live_line> line,
    live_request what,
    events::api_key_id key,
    std::uint64_t correlation);
  ~live_feed();
  live_feed(const live_feed&) = delete;
  live_feed& operator=(const live_feed&) = delete;

  [[nodiscard]] net::any_io_executor executor() { return bell_.get_executor(); }
  [[nodiscard]] static net::awaitable<void> run(std::shared_ptr<live_feed> self);

  /// Says that the server goes, and closes.
  void stop() { leave(live_end::going_away); }

private:
  net::awaitable<void> speak();
  net::awaitable<void> send_snapshot();
  net::awaitable<void> send_events();
  net::awaitable<void> send_progress();
  net::awaitable<void> keep_up();
  net::awaitable<void> send(live_message what);
  static net::awaitable<void> listen(std::shared_ptr<live_feed> self);

  void start_watch();
  void stir();
  void leave(live_end why);
  void check_key();
  [[nodiscard]] bool idle() const;

  hub& home_;
  const std::unique_ptr<live_line> line_;
  const live_request what_;
  const events::api_key_id key_;
  const std::uint64_t correlation_;
  net::steady_timer bell_;
  live_pace pace_;
  std::unique_ptr<watch> watch_;
  std::uint64_t cursor_ = 0; // events up to here were sent
  bool stirred_ = false;
  bool events_wait_ = false; // some may be there already
  bool closed_ = false;      // by the other side
  bool leaving_ = false;     // by us
  live_end end_ = live_end::over;
};

} // namespace ringmaster::http
