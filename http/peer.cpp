#include "http/peer.hpp"

#include "http/arrival.hpp"
#include "http/callback_paths.hpp"
#include "http/cross_origin.hpp"
#include "http/event_stream.hpp"
#include "http/gatekeeper.hpp"
#include "http/guarded.hpp"
#include "http/live_feed.hpp"
#include "http/request_head.hpp"
#include "http/routes.hpp"
#include "http/websocket_line.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

namespace ringmaster::http {

namespace {

/// How long the other side may take to read an answer before we close on what
/// it still sends.
constexpr std::chrono::seconds farewell{2};
/// … and how much of that we throw away: what a fast client has on the way, no
/// more.
constexpr std::size_t farewell_bytes = 16 << 20;

std::uint64_t longest_body(const server_options& by, const incoming& request) {
  return request.path.starts_with(callback_paths)
           ? std::min<std::uint64_t>(longest_callback, by.max_body_bytes)
           : by.max_body_bytes;
}

bool is_upload(const incoming& it) {
  return it.method == "POST" && it.path == "/v1/contact-lists";
}

/// Should the handler throw, `send` goes without a word, which is a word too.
void hand_over(hub& home, std::uint64_t correlation, const incoming& request, reply send) {
  auto ask = [&home, correlation, request, send = std::move(send)] {
    std::ignore = guarded(home.with, correlation, [&] {
      handle(request, home.with, send);
      return true;
    });
  };
  if (takes_long(request))
    net::post(home.pool, std::move(ask));
  else
    ask();
}

std::unique_ptr<live_line>
make_line(hub& home, channel stream, const head_parser& head, bool as_events, const manner& how) {
  failure unchanged;
  // What the kernel holds unsent is as much a backlog as what we would hold.
  auto backlog = static_cast<int>(home.options.max_live_backlog_bytes);
  stream.socket().set_option(net::socket_base::send_buffer_size{backlog}, unchanged);
  if (as_events)
    return std::make_unique<event_stream>(home, std::move(stream), how);
  return std::make_unique<websocket_line>(home, std::move(stream), head.get(), how.correlation);
}

} // namespace

peer::peer(hub& home, channel stream, net::ip::address from, std::optional<problem> no)
  : home_{home}, stream_{std::move(stream)}, strand_{stream_.get_executor()}, address_{from},
    from_{neighbourhood(from)}, no_{std::move(no)} {}

peer::~peer() {
  home_.leave(this);
}

net::awaitable<void> peer::serve(std::shared_ptr<peer> self) {
  try {
    co_await self->talk();
  } catch (...) {
    complain(self->home_.with, 0);
  }
  co_await self->linger();
}

net::awaitable<void> peer::talk() {
  failure why;
  if (stream_.is_secure()) {
    stream_.expires_after(home_.options.header_timeout);
    co_await stream_.shake_hands(why);
  }
  if (why) {
    stream_.close();
    co_return;
  }
  bool more = !no_;
  if (no_)
    co_await turn_away(*std::move(no_));
  while (more && !home_.stopping)
    more = co_await next_request();
}

net::awaitable<void> peer::turn_away(problem what) {
  manner how{.correlation = home_.with.new_id()};
  co_await refuse(std::move(what), how);
}

void peer::stop() {
  if (auto feed = feed_.lock())
    feed->stop();
  else if (waiting_)
    stream_.close();
}

net::awaitable<bool> peer::next_request() {
  failure why;
  head_parser head;
  head.header_limit(static_cast<std::uint32_t>(home_.options.max_header_bytes));
  head.body_limit(std::numeric_limits<std::uint64_t>::max()); // known once the path is
  waiting_ = true;
  co_await await_first_byte(why);
  if (why)
    co_return false; // nobody asked anything
  co_await await_head(head, why);
  waiting_ = false;
  manner how{.correlation = home_.with.new_id()};
  bool more = false;
  if (why) {
    auto what = explain(why);
    if (what)
      co_await refuse(std::move(*what), how);
    co_return false;
  }
  how.version = head.get().version();
  how.keep_alive = head.get().keep_alive();
  how.head_only = head.get().method() == wire::verb::head;
  auto began = std::chrono::steady_clock::now();
  auto request = read_head(head.get(), how.correlation);
  if (auto* wrong = std::get_if<problem>(&request)) {
    more = co_await refuse(std::move(*wrong), how);
    co_return more;
  }
  auto& asked = std::get<incoming>(request);
  introduce(asked, how);
  more = co_await let_in(head, asked, how);
  note(asked, how, began);
  co_return more;
}

/// What the way that the request took says of it.
void peer::introduce(const incoming& request, manner& how) {
  how.secure = stream_.is_secure();
  how.allowed_origin = allowed_origin_of(request, home_.options.allowed_origins);
  if (!home_.proxies.trusts(address_))
    return;
  auto way = request.headers.find("x-forwarded-for");
  if (way != request.headers.end())
    from_ = neighbourhood(home_.proxies.client_of(way->second, address_));
  auto by = request.headers.find("x-forwarded-proto");
  how.secure |= by != request.headers.end() && by->second == "https";
}

void peer::note(
  const incoming& request, const manner& how, std::chrono::steady_clock::time_point began) {
  auto took = std::chrono::steady_clock::now() - began;
  bool was_feed = !stream_.is_open();
  if (status_ == 0 || was_feed)
    return; // a line that broke, or a feed, which has its own end
  home_.with.measures->count(request.method, status_, std::chrono::duration<double>(took).count());
  home_.with.log_request(
    {.correlation = how.correlation,
     .method = request.method,
     .path = request.path,
     .actor = request.actor,
     .status = std::exchange(status_, 0),
     .took = std::chrono::floor<std::chrono::microseconds>(took)});
}

net::awaitable<bool> peer::let_in(head_parser& head, incoming& asked, manner how) {
  bool more = false;
  if (!how.allowed_origin.empty() && is_preflight(asked)) {
    auto answer = answer_preflight();
    more = co_await send(how, std::move(answer));
    co_return more;
  }
  auto judged = guarded(
    home_.with, how.correlation, [&] { return recognise(asked, home_.with, home_.loopback_only); });
  if (!judged) {
    auto what = internal_error();
    more = co_await refuse(std::move(what), how);
  } else if (*judged) {
    more = co_await turn_down(std::move(**judged), how);
  } else if (asked.key && !home_.rate.take(asked.key.value, std::chrono::steady_clock::now())) {
    auto what = too_many_requests();
    more = co_await refuse(std::move(what), how);
  } else {
    more = co_await dispatch(head, asked, how);
  }
  co_return more;
}

/// Somebody who is not who they say they are, or comes by a way of others.
net::awaitable<bool> peer::turn_down(problem what, manner how) {
  failure rung;
  if (what.status == 401) {
    auto verdict = home_.failures.add(from_, std::chrono::steady_clock::now());
    if (verdict.worth_a_line)
      home_.with.log(
        severity::warning,
        "an unknown or revoked key from " + from_ + ", failed attempt "
          + std::to_string(verdict.count),
        how.correlation);
    stream_.expires_never();
    net::steady_timer delay{strand_, verdict.delay};
    co_await delay.async_wait(into(rung));
  }
  bool more = co_await refuse(std::move(what), how);
  co_return more;
}

/// A connection may be quiet for longer than a head may take.
net::awaitable<void> peer::await_first_byte(failure& why) {
  constexpr std::size_t first_read_bytes = 1024;
  if (buffer_.size() > 0) // sent together with the request before
    co_return;
  auto room = buffer_.prepare(first_read_bytes);
  stream_.expires_after(home_.options.idle_timeout);
  auto bytes = co_await stream_.async_read_some(room, into(why));
  buffer_.commit(bytes);
}

net::awaitable<void> peer::await_head(head_parser& head, failure& why) {
  deadline bell{stream_, home_.options.header_timeout};
  co_await wire::async_read_header(stream_, buffer_, head, into(why));
  if (why && bell.rung())
    why = beast::error::timeout;
}

net::awaitable<bool> peer::dispatch(head_parser& head, incoming& request, manner how) {
  bool more = false;
  if (is_upload(request))
    more = co_await take_upload(head, request, how);
  else if (live_feed::asked_for(request))
    more = co_await feed(head, request, how);
  else
    more = co_await take_request(head, request, how);
  co_return more;
}

net::awaitable<bool> peer::take_request(head_parser& head, incoming& request, manner how) {
  failure why;
  auto most = longest_body(home_.options, request);
  bool more = false;
  if (head.content_length().value_or(0) > most) {
    auto what = too_large(most);
    more = co_await refuse(std::move(what), how);
    co_return more;
  }
  wire::request_parser<wire::string_body> parser{std::move(head)};
  parser.body_limit(most);
  co_await invite(parser.get());
  patience left{home_.options.body_timeout, home_.options.least_body_bytes_per_second};
  while (!why && !parser.is_done())
    co_await read_some(parser, left, why);
  if (why) {
    auto what = why == wire::error::body_limit ? too_large(most) : explain(why);
    if (what)
      co_await refuse(std::move(*what), how);
    co_return false;
  }
  request.body = std::move(parser.get().body());
  request.deepest_json = home_.options.max_json_depth;
  stream_.expires_never(); // the time that the handler takes is not the client's
  auto what = co_await carry_out(request, how);
  more = co_await send(how, std::move(what));
  co_return more;
}

net::awaitable<outgoing> peer::carry_out(incoming& request, manner how) {
  auto begun =
    guarded(home_.with, how.correlation, [&] { return repeatable::begin(request, home_); });
  if (!begun)
    co_return render(internal_error());
  if (auto* wrong = std::get_if<problem>(&*begun))
    co_return render(*wrong);
  auto repeat = std::get<std::shared_ptr<repeatable>>(*begun);
  if (repeat) {
    repeat->add(request.body);
    request.mark = repeat->mark();
  }
  std::optional<outgoing> what;
  if (repeat && repeat->is_known()) {
    what = co_await answer_again(repeat, request, how);
  } else {
    auto answer = std::make_shared<arrival<outgoing>>(executor());
    hand_over(home_, how.correlation, request, answer->sender(home_));
    what = co_await answer->wait();
  }
  if (!what)
    what = render(internal_error());
  co_await keep(repeat, *what, how);
  co_return *std::move(what);
}

net::awaitable<outgoing>
peer::answer_again(std::shared_ptr<repeatable> repeat, incoming request, manner how) {
  auto answer = std::make_shared<arrival<outgoing>>(executor());
  auto asked = guarded(home_.with, how.correlation, [&] {
    repeat->answer_again(std::move(request), answer->sender(home_));
    return true;
  });
  std::optional<outgoing> what;
  if (asked)
    what = co_await answer->wait();
  co_return what ? *std::move(what) : render(internal_error());
}

/// Before anybody hears of it: what was answered once is answered again, even
/// if the power goes right behind the answer.
net::awaitable<void>
peer::keep(std::shared_ptr<repeatable> repeat, const outgoing& what, manner how) {
  if (!repeat)
    co_return;
  // Let go of before the client hears the answer: sent again at once, the
  // request must not meet itself.
  std::function<bool()> work = [held = std::move(repeat), what]() mutable {
    auto it = std::move(held);
    it->keep(what);
    return true;
  };
  auto kept = co_await on_pool<bool>(home_, how.correlation, std::move(work));
  std::ignore = kept; // if not, the log still knows what was done
}

net::awaitable<bool> peer::feed(head_parser& head, incoming& request, manner how) {
  bool more = false;
  bool as_events = live_feed::wants_event_stream(request);
  auto wrong_upgrade = as_events ? std::nullopt : faulty_upgrade(head.get());
  if (wrong_upgrade) {
    how.keep_alive = false; // there may be a body, and nobody reads it
    auto what = render(*wrong_upgrade);
    what.headers.emplace_back("Upgrade", "websocket");
    what.headers.emplace_back("Sec-WebSocket-Version", "13");
    more = co_await send(how, std::move(what));
    co_return more;
  }
  if (home_.live_feeds >= home_.options.max_live_feeds) {
    auto what = too_many_live_feeds();
    more = co_await refuse(std::move(what), how);
    co_return more;
  }
  request.params = {*live_feed::asked_for(request)};
  auto judged =
    guarded(home_.with, how.correlation, [&] { return accept_live(request, home_.with); });
  auto accepted = judged ? *std::move(judged) : internal_error();
  if (auto* wrong = std::get_if<problem>(&accepted)) {
    more = co_await refuse(std::move(*wrong), how);
    co_return more;
  }
  auto live = std::make_shared<live_feed>(
    home_,
    make_line(home_, std::move(stream_), head, as_events, how),
    std::get<live_request>(accepted),
    request.key,
    how.correlation);
  feed_ = live;
  co_await live_feed::run(live);
  co_return false;
}

net::awaitable<bool> peer::send(manner how, outgoing what) {
  status_ = what.status;
  bool more = co_await send_answer(home_, stream_, how, std::move(what));
  co_return more;
}

net::awaitable<bool> peer::refuse(problem what, manner how) {
  how.keep_alive = false;
  auto answer = render(what);
  bool more = co_await send(how, std::move(answer));
  co_return more;
}

/// Clients that ask first send a body only after this.
net::awaitable<void> peer::invite(const request_header& head) {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  failure why;
  if (head.version() >= 11 && beast::iequals(head[wire::field::expect], "100-continue")) {
    auto bytes = net::buffer(go_on);
    co_await net::async_write(stream_, bytes, into(why));
  }
}

/// Closing on unread bytes would reset the connection and could take the answer
/// away from the client: so say that no more comes, and read on for a moment.
net::awaitable<void> peer::linger() {
  failure why;
  if (!stream_.is_open())
    co_return;
  waiting_ = true;
  if (stream_.is_secure()) {
    stream_.expires_after(std::min(farewell, home_.options.idle_timeout));
    co_await stream_.say_goodbye(why);
    why = {};
  }
  stream_.socket().shutdown(tcp::socket::shutdown_send, why);
  stream_.expires_after(std::min(farewell, home_.options.idle_timeout));
  std::array<char, 4096> ignored;
  auto bytes = net::buffer(ignored);
  std::size_t ignored_bytes = 0;
  while (!why && !home_.stopping && ignored_bytes < farewell_bytes)
    ignored_bytes += co_await stream_.async_read_some(bytes, into(why));
  stream_.close();
}

} // namespace ringmaster::http
