// A request and an answer as handlers see them: no socket, no library.
#pragma once

#include "events/envelope.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringmaster::http {

struct incoming {
  std::string method;                         // "GET"
  std::string path;                           // decoded, without the query
  std::map<std::string, std::string> query;   // decoded; a name twice: 400 before any handler
  std::map<std::string, std::string> headers; // names in lower case
  std::string body;
  std::size_t deepest_json = 32;            // that the body may be nested
  std::vector<std::string> params;          // what the route's {placeholders} matched, in order
  std::string actor = "anonymous";          // who asks, for the log
  std::optional<events::key_role> role;     // what they may do; nothing: what is open to all
  events::api_key_id key;                   // that they showed; zero: none
  std::uint64_t correlation = 0;            // this request's id, also in X-Request-Id
  std::optional<events::request_mark> mark; // of a command that its client may send again
};

/// Gives the next piece of a long body; nothing: it is over. Runs off the
/// network threads.
using body_source = std::function<std::optional<std::string>()>;

struct outgoing {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  body_source stream; // if set, sent chunked in place of `body`
  bool once = false;  // holds a secret: kept nowhere, so never answered again
};

/// Called exactly once, from any thread.
using reply = std::function<void(outgoing)>;

/// An `application/problem+json` (RFC 9457). `type` is `/problems/{slug}`:
/// stable, for programs. `field` names what is at fault, as a JSON pointer or
/// a query parameter's or header's name.
struct problem {
  unsigned status = 400;
  std::string slug;   // "invalid-field"
  std::string title;  // one sentence about the kind
  std::string detail; // one sentence about this case
  std::string field;
  std::string more; // further members as a JSON object's text, or empty
  std::optional<unsigned> retry_after_seconds;
};

[[nodiscard]] outgoing render(const problem& what);

/// A request's id as the client, the server's log and the events that it led to have
/// it: `ringmaster-replay` prints it so.
[[nodiscard]] std::string request_name(std::uint64_t correlation);

/// A fault of ours, of which clients hear no more than that.
[[nodiscard]] problem internal_error();

} // namespace ringmaster::http
