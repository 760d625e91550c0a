#include "http/answer.hpp"

#include "http/arrival.hpp"
#include "http/pieces.hpp"

namespace ringmaster::http {

namespace {

/// What every answer says unless its handler says otherwise: nothing of ours is
/// a page, to be framed, guessed at or kept by whoever passes it on.
constexpr std::pair<const char*, const char*> usual_headers[]{
  {"Cache-Control", "no-store"},
  {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
  {"Referrer-Policy", "no-referrer"},
  {"X-Content-Type-Options", "nosniff"},
  {"X-Frame-Options", "DENY"}};

/// A browser that once came by TLS comes by nothing else for a year.
constexpr const char* strictly_by_tls = "max-age=31536000";
/// What a page of another origin may read beside the body.
constexpr const char* exposed_headers =
  "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-Id";

template <class Head>
void add_circumstances(Head& to, const manner& how) {
  if (how.secure)
    to.set("Strict-Transport-Security", strictly_by_tls);
  if (how.allowed_origin.empty())
    return;
  to.set("Access-Control-Allow-Origin", how.allowed_origin);
  to.set("Access-Control-Expose-Headers", exposed_headers);
  to.set("Vary", "Origin");
}

template <class Body>
wire::response<Body> head_of(const manner& how, const outgoing& what) {
  wire::response<Body> result;
  result.version(how.version);
  result.result(what.status);
  for (const auto& [name, value] : what.headers)
    result.insert(name, value);
  for (const auto& [name, value] : usual_headers)
    if (result.find(name) == result.end())
      result.set(name, value);
  add_circumstances(result, how);
  result.set("X-Request-Id", request_name(how.correlation));
  result.keep_alive(how.keep_alive);
  return result;
}

bool has_body(unsigned status) {
  return status >= 200 && status != 204 && status != 304;
}

net::awaitable<bool> send_whole(hub& home, channel& stream, const manner& how, outgoing& what) {
  failure why;
  auto message = head_of<wire::string_body>(how, what);
  if (has_body(what.status))
    message.content_length(what.body.size());
  if (!how.head_only && has_body(what.status))
    message.body() = std::move(what.body);
  stream.expires_after(home.options.idle_timeout);
  wire::response_serializer<wire::string_body> serializer{message};
  co_await wire::async_write(stream, serializer, into(why));
  co_return !why && how.keep_alive;
}

net::awaitable<bool> send_stream(hub& home, channel& stream, manner how, outgoing& what) {
  pieces body{home, stream, how};
  bool sent = co_await body.begin(what);
  if (how.head_only)
    co_return sent&& how.keep_alive&& how.version >= 11;
  // Shared, not copied: what it remembers must last from piece to piece.
  auto source = std::make_shared<body_source>(std::move(what.stream));
  while (sent) {
    stream.expires_never(); // the time that the source takes is not the client's
    body_source next = [source] { return (*source)(); };
    auto piece =
      co_await on_pool<std::optional<std::string>>(home, how.correlation, std::move(next));
    if (!piece)
      co_return false; // broken off: without its last chunk, no client takes it for whole
    if (!*piece)
      break;
    if (!(*piece)->empty()) // an empty chunk would end the body
      sent = co_await body.send(**piece);
  }
  if (sent)
    sent = co_await body.end();
  co_return sent;
}

} // namespace

/// Clients before HTTP/1.1 know no chunks: for them the end of the connection
/// ends the body.
pieces::pieces(hub& home, channel& stream, const manner& how)
  : home_{home}, stream_{stream}, how_{how}, chunked_{how.version >= 11} {}

net::awaitable<bool> pieces::begin(const outgoing& head) {
  failure why;
  how_.keep_alive = how_.keep_alive && chunked_;
  auto message = head_of<wire::empty_body>(how_, head);
  message.chunked(chunked_);
  stream_.expires_after(home_.options.idle_timeout);
  wire::response_serializer<wire::empty_body> serializer{message};
  co_await wire::async_write_header(stream_, serializer, into(why));
  co_return !why;
}

net::awaitable<bool> pieces::send(const std::string& piece) {
  failure why;
  auto bytes = net::buffer(piece);
  stream_.expires_after(home_.options.idle_timeout);
  if (chunked_) {
    auto chunk = wire::make_chunk(bytes);
    co_await net::async_write(stream_, chunk, into(why));
  } else {
    co_await net::async_write(stream_, bytes, into(why));
  }
  co_return !why;
}

net::awaitable<bool> pieces::end() {
  failure why;
  if (!chunked_)
    co_return false;
  auto last = wire::make_chunk_last();
  stream_.expires_after(home_.options.idle_timeout);
  co_await net::async_write(stream_, last, into(why));
  co_return !why && how_.keep_alive;
}

net::awaitable<bool> send_answer(hub& home, channel& stream, manner how, outgoing what) {
  if (home.stopping)
    how.keep_alive = false;
  bool more = false;
  if (what.stream)
    more = co_await send_stream(home, stream, how, what);
  else
    more = co_await send_whole(home, stream, how, what);
  co_return more;
}

} // namespace ringmaster::http
