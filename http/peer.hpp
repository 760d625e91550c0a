#pragma once

#include "http/answer.hpp"
#include "http/channel.hpp"
#include "http/deadline.hpp"
#include "http/hub.hpp"
#include "http/message.hpp"
#include "http/patience.hpp"
#include "http/repeatable.hpp"

#include <memory>
#include <optional>
#include <variant>

namespace ringmaster::http {

class live_feed;

using head_parser = wire::request_parser<wire::empty_body>;

/// One connection: requests one after the other, perhaps a WebSocket at the
/// end. Everything happens on its strand.
class peer : public std::enable_shared_from_this<peer> {
public:
  /// With a problem, that is all it hears.
  peer(hub& home, channel stream, net::ip::address from, std::optional<problem> no);
  ~peer();
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  [[nodiscard]] net::any_io_executor executor() { return strand_; }
  [[nodiscard]] static net::awaitable<void> serve(std::shared_ptr<peer> self);

  /// Finishes the request under way, if any, and goes.
  void stop();

private:
  // True: another request may follow. No argument of a co_await below is a
  // temporary that must be destroyed: g++ 12 may destroy those twice.
  net::awaitable<void> talk();
  net::awaitable<bool> next_request();
  net::awaitable<bool> let_in(head_parser& head, incoming& request, manner how);
  void introduce(const incoming& request, manner& how);
  void
  note(const incoming& request, const manner& how, std::chrono::steady_clock::time_point began);
  net::awaitable<bool> send(manner how, outgoing what);
  net::awaitable<void> await_first_byte(failure& why);
  net::awaitable<void> await_head(head_parser& head, failure& why);
  net::awaitable<bool> turn_down(problem what, manner how);
  net::awaitable<bool> dispatch(head_parser& head, incoming& request, manner how);
  net::awaitable<bool> take_request(head_parser& head, incoming& request, manner how);
  net::awaitable<outgoing> carry_out(incoming& request, manner how);
  net::awaitable<outgoing>
  answer_again(std::shared_ptr<repeatable> repeat, incoming request, manner how);
  net::awaitable<void> keep(std::shared_ptr<repeatable> repeat, const outgoing& what, manner how);
  net::awaitable<bool> take_upload(head_parser& head, incoming& request, manner how);
  net::awaitable<bool> feed(head_parser& head, incoming& request, manner how);
  net::awaitable<void> turn_away(problem what);
  net::awaitable<bool> refuse(problem what, manner how);

  template <class Body>
  net::awaitable<void> read_some(wire::request_parser<Body>& parser, patience& left, failure& why);

  struct received;
  using upload_parser = wire::request_parser<wire::buffer_body>;
  using upload_sink = std::function<bool(std::string_view)>;
  net::awaitable<received> receive(upload_parser& parser, upload_sink sink, manner how);
  net::awaitable<std::shared_ptr<upload>>
  begin_upload(upload::options options, const incoming& request, manner how);
  net::awaitable<outgoing>
  finish_upload(std::shared_ptr<upload> list, std::optional<events::request_mark> mark, manner how);
  net::awaitable<void> invite(const wire::request_header<>& head);
  net::awaitable<void> linger();

  hub& home_;
  channel stream_;
  const net::any_io_executor strand_; // a WebSocket takes the stream away
  beast::flat_buffer buffer_;
  std::weak_ptr<live_feed> feed_;
  const net::ip::address address_;
  std::string from_;    // who asks, behind our proxies
  unsigned status_ = 0; // of the last answer
  std::optional<problem> no_;
  bool waiting_ = true; // nothing under way that is worth finishing
};

/// More of a body, for as long as the client is worth waiting for.
template <class Body>
net::awaitable<void>
peer::read_some(wire::request_parser<Body>& parser, patience& left, failure& why) {
  auto begin = std::chrono::steady_clock::now();
  deadline bell{stream_, left.left()};
  auto bytes = co_await wire::async_read_some(stream_, buffer_, parser, into(why));
  if (why && bell.rung())
    why = beast::error::timeout;
  left.waited(std::chrono::steady_clock::now() - begin);
  left.received(bytes);
}

} // namespace ringmaster::http
