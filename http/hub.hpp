// What all connections of one server share.
#pragma once

#include "http/channel.hpp"
#include "http/failed_attempts.hpp"
#include "http/request_rate.hpp"
#include "http/requests_under_way.hpp"
#include "http/server.hpp"
#include "http/trusted_proxies.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace ringmaster::http {

class peer;

/// Peers know it by reference. What may outlive the server (a handler's
/// reply, a watch's stir) holds it weakly and through `tell` alone.
class hub : public std::enable_shared_from_this<hub> {
  /// Declared first, so destroyed last: then nothing of the server is left.
  struct last_word {
    std::promise<void> gone;
    ~last_word() { gone.set_value(); }
  };
  last_word last_word_;
  // Connections come and go on every network thread, and the thread that
  // destroys the server must wait for the last of them.
  std::mutex door_;
  std::condition_variable left_;
  struct guest {
    std::weak_ptr<peer> who;
    std::string from;
  };
  std::map<peer*, guest> peers_;
  std::map<std::string, std::size_t> by_address_;
  std::shared_ptr<tls_context> tls_; // null: without TLS

public:
  hub(const server_options& given, const services& services)
    : options{given}, with{services}, io{static_cast<int>(given.threads)} {}

  const server_options options;
  const services& with;
  std::atomic<bool> stopping = false;
  std::atomic<bool> loopback_only = false; // known once we listen
  failed_attempts failures;
  requests_under_way under_way;
  trusted_proxies proxies; // known before we listen
  request_rate rate{options.max_requests_per_second};
  std::atomic<std::size_t> live_feeds = 0;
  net::thread_pool pool{2}; // for all that blocks
  net::io_context io;
  tcp::acceptor acceptor{net::make_strand(io)};

  [[nodiscard]] std::future<void> gone() { return last_word_.gone.get_future(); }
  struct crowd {
    std::size_t all = 0;
    std::size_t from_there = 0;
  };
  [[nodiscard]] crowd count(const std::string& from);
  void enter(const std::shared_ptr<peer>& who, std::string from);
  void leave(peer* who);
  /// For the connections that come from now on.
  void use_certificate(std::shared_ptr<tls_context> tls);
  [[nodiscard]] std::shared_ptr<tls_context> certificate();
  /// Asks every connection to end, and waits for that.
  void empty(std::chrono::milliseconds at_most);
};

/// Whoever shares it is one to us. A host has a whole /64 of IPv6 to itself.
[[nodiscard]] std::string neighbourhood(const net::ip::address& it);

/// Does `what` to `box` on its strand, from any thread; nothing if either is
/// gone.
template <class Box, class What>
void tell(const std::weak_ptr<hub>& home, const std::weak_ptr<Box>& box, What what) {
  // In this order, so that the box and its executor never outlive the hub.
  auto alive = home.lock();
  if (!alive)
    return;
  auto open = box.lock();
  if (!open)
    return;
  auto strand = open->executor();
  net::post(strand, [open = std::move(open), what = std::move(what)]() mutable { what(*open); });
}

} // namespace ringmaster::http
