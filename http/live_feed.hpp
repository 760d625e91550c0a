#pragma once

#include "http/channel.hpp"
#include "http/hub.hpp"
#include "http/message.hpp"
#include "http/routes.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ringmaster::http {

/// A WebSocket that tells how one campaign goes: a snapshot, then progress and
/// perhaps every event. Everything happens on its strand.
///
/// It pulls, and pulls only when all it had was sent: a slow client costs one
/// page of events, however far it is behind.
class live_feed : public std::enable_shared_from_this<live_feed> {
public:
  /// The campaign's id as the path has it, if this is a path of ours.
  [[nodiscard]] static std::optional<std::string> asked_for(const incoming& it);

  live_feed(
    hub& home,
    channel stream,
    live_request what,
    events::api_key_id key,
    std::uint64_t correlation);
  ~live_feed();
  live_feed(const live_feed&) = delete;
  live_feed& operator=(const live_feed&) = delete;

  [[nodiscard]] net::any_io_executor executor() { return bell_.get_executor(); }
  [[nodiscard]] static net::awaitable<void>
  run(std::shared_ptr<live_feed> self, const wire::request_header<>& request);

  /// Says that the server goes, and closes.
  void stop();

private:
  net::awaitable<void> speak();
  net::awaitable<void> send_snapshot();
  net::awaitable<void> send_events();
  net::awaitable<void> send_progress();
  net::awaitable<void> keep_up();
  net::awaitable<void> send(std::string text);
  static net::awaitable<void> listen(std::shared_ptr<live_feed> self);

  void prepare(const wire::request_header<>& request);
  void start_watch();
  void stir();
  void check_key();
  [[nodiscard]] bool progress_is_due() const;
  [[nodiscard]] bool idle() const;

  hub& home_;
  beast::websocket::stream<channel> socket_;
  const live_request what_;
  const events::api_key_id key_;
  const std::uint64_t correlation_;
  net::steady_timer bell_;
  std::unique_ptr<watch> watch_;
  std::uint64_t cursor_ = 0; // events up to here were sent
  bool stirred_ = false;
  bool events_wait_ = false; // some may be there already
  bool progress_waits_ = false;
  bool closed_ = false;  // by the other side
  bool leaving_ = false; // by us
  beast::websocket::close_reason reason_{beast::websocket::close_code::normal};
  std::chrono::steady_clock::time_point next_progress_{};
  std::chrono::steady_clock::time_point next_key_check_{};
};

} // namespace ringmaster::http
