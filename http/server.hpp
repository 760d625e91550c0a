#pragma once

#include "http/services.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::http {

struct server_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080; // 0: any free one
  unsigned threads = 1;
  std::size_t max_connections = 2'000;
  /// An IPv6 network of 64 bits counts as one address: a host has all of it.
  std::size_t max_connections_per_address = 1'000;
  std::size_t max_live_feeds = 1'500;
  unsigned max_requests_per_second = 500; // of one key
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 1024 * 1024; // of everything but uploads
  std::size_t max_json_depth = 32;
  std::uint64_t max_upload_bytes = 4ULL << 30;
  std::chrono::seconds idle_timeout{30};   // between requests, and for taking an answer
  std::chrono::seconds header_timeout{10}; // from a request's first byte to its body
  /// Bodies may pause that long, and must keep up the speed on average; the
  /// speed is what Apache's mod_reqtimeout asks for.
  std::chrono::seconds body_timeout{30};
  unsigned least_body_bytes_per_second = 500;
  std::chrono::seconds longest_wait{5};             // of a query with `wait_for`, for the views
  std::size_t max_live_backlog_bytes = 256 * 1024;  // unsent, per WebSocket
  std::chrono::milliseconds progress_interval{250}; // newest wins
  std::string tls_certificate;                      // PEM files; both empty: no TLS
  std::string tls_key;
  std::vector<std::string> trusted_proxies; // networks whose X-Forwarded-* counts
  std::vector<std::string> allowed_origins; // whose pages may ask (CORS)
};

/// The gateway: sockets, streaming, WebSockets. What is said on them is in
/// routes.hpp. `services` must outlive it.
class server {
public:
  /// Listens, or says why it cannot.
  [[nodiscard]] static std::variant<std::unique_ptr<server>, std::string>
  start(const server_options& options, const services& with);

  /// Stops accepting, lets requests in progress finish for a moment, closes
  /// WebSockets with 1001 (going away).
  ~server();

  [[nodiscard]] std::uint16_t port() const;

  /// Takes the certificate and key as the files have them now, for connections
  /// that come from now on. Empty, or why the ones before stay. From any thread.
  [[nodiscard]] std::string reload_certificate();

private:
  struct state;
  explicit server(std::unique_ptr<state> its);
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::http
