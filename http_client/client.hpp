// How the engine asks others over HTTP: carriers, voice agents, webhooks.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::http_client {

using fields = std::vector<std::pair<std::string, std::string>>;

struct request {
  std::string method = "POST";
  std::string url; // absolute, http or https
  fields headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{10'000}; // for all of it, from `send` to the answer's last byte
};

/// Whatever the status; redirects are not followed.
struct response {
  unsigned status = 0;
  fields headers = {}; // names in lower case
  std::string body = {};
};
/// Not a byte of it reached the other side: it may be sent again.
struct not_sent {
  std::string why;
};
/// It left, at least in part, and no whole answer came: it may have been obeyed.
struct unanswered {
  std::string why;
};
using result = std::variant<response, not_sent, unanswered>;

struct settings {
  /// May connect to loopback, link-local, private and other addresses that are
  /// not of the public Internet. It is the resolved address that counts.
  bool private_addresses = false;
  std::string ca_file = {};          // PEM, whose certificates are believed; empty: the system's
  std::size_t body_limit = 1 << 20;  // of an answer; a longer one is `unanswered`
  std::size_t idle_connections = 16; // kept open for the next request, in all
};

/// Has one thread of its own. Connections are reused, oldest TLS is 1.2,
/// certificates and host names are checked.
class client {
public:
  /// Throws std::runtime_error if `ca_file` can't be read.
  explicit client(settings as);
  /// Answers what is open.
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// From any thread. `then` is called exactly once, on the client's thread, and
  /// must not block it, nor destroy the client. How many may be open at once is
  /// the caller's to bound.
  void send(request what, std::function<void(result)> then);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::http_client
