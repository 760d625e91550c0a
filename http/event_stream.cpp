#include "http/event_stream.hpp"

#include <array>
#include <tuple>

namespace ringmaster::http {

namespace {

/// How soon a browser comes back after a break, in milliseconds.
constexpr std::string_view retry_field = "retry: 2000\n\n";
/// Proxies cut what is silent for long, mostly after a minute.
constexpr std::chrono::seconds silence{15};
/// A line that clients pass over.
constexpr std::string_view sign_of_life = ": still here\n\n";

std::string_view reason_of(live_end why) {
  switch (why) {
  case live_end::over: break;
  case live_end::going_away: return "the server is stopping";
  case live_end::key_revoked: return "the key was revoked";
  case live_end::internal_error: return "the log could not be read";
  }
  return "the campaign was deleted";
}

std::string event_text(std::string_view kind, std::string_view id, std::string_view data) {
  std::string text;
  text.reserve(kind.size() + id.size() + data.size() + 32);
  if (!id.empty())
    text.append("id: ").append(id).append("\n");
  return text.append("event: ").append(kind).append("\ndata: ").append(data).append("\n\n");
}

} // namespace

event_stream::event_stream(hub& home, channel stream, const manner& how)
  : home_{home}, stream_{std::move(stream)}, head_only_{how.head_only}, body_{home_, stream_, how} {
}

net::awaitable<bool> event_stream::open() {
  outgoing head{
    .status = 200,
    .headers =
      {{"Content-Type", "text/event-stream; charset=utf-8"},
       {"X-Accel-Buffering", "no"}}, // what nginx would hold back
    .body = {},
    .stream = {}};
  bool sent = co_await body_.begin(head);
  std::string first{retry_field};
  if (sent && !head_only_)
    sent = co_await body_.send(first);
  co_return sent && !head_only_;
}

net::awaitable<bool> event_stream::send(live_message what) {
  std::string id;
  if (what.position)
    id = home_.with.generation + ':' + std::to_string(*what.position);
  auto text = event_text(what.kind, id, what.text);
  bool sent = co_await body_.send(text);
  co_return sent;
}

std::optional<std::chrono::milliseconds> event_stream::longest_silence() const {
  return silence;
}

net::awaitable<bool> event_stream::send_sign_of_life() {
  std::string text{sign_of_life};
  bool sent = co_await body_.send(text);
  co_return sent;
}

net::awaitable<void> event_stream::listen() {
  failure why;
  std::array<char, 1024> ignored;
  auto bytes = net::buffer(ignored);
  while (!why) {
    stream_.expires_never(); // a watcher need not say anything
    co_await stream_.async_read_some(bytes, into(why));
  }
}

net::awaitable<void> event_stream::say_goodbye(live_end why) {
  auto data = R"({"type":"end","reason":")" + std::string{reason_of(why)} + "\"}";
  auto text = event_text("end", "", data);
  bool sent = co_await body_.send(text);
  if (sent) // the last chunk tells an end from a line that was cut, also with TLS
    std::ignore = co_await body_.end();
}

} // namespace ringmaster::http
