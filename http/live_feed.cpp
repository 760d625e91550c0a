#include "http/live_feed.hpp"

#include "events/ids.hpp"
#include "http/arrival.hpp"
#include "http/gatekeeper.hpp"

namespace ringmaster::http {

namespace {

namespace websocket = beast::websocket;

constexpr std::size_t page_events = 500;
/// A revoked key shows nothing any more after that.
constexpr std::chrono::seconds key_check_interval{1};
constexpr std::size_t most_received_bytes = 64 * 1024;

} // namespace

std::optional<std::string> live_feed::asked_for(const incoming& it) {
  constexpr std::string_view before = "/v1/campaigns/";
  constexpr std::string_view after = "/live";
  std::string_view path = it.path;
  if (it.method != "GET" || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  if (path.size() <= before.size() + after.size())
    return std::nullopt;
  path = path.substr(before.size(), path.size() - before.size() - after.size());
  if (path.find('/') != std::string_view::npos)
    return std::nullopt;
  return std::string{path};
}

live_feed::live_feed(
  hub& home,
  channel stream,
  live_request what,
  events::api_key_id key,
  std::uint64_t correlation)
  : home_{home}, socket_{std::move(stream)}, what_{what}, key_{key},
    correlation_{correlation}, bell_{socket_.get_executor()} {
  ++home_.live_feeds;
  ++home_.with.measures->live_feeds;
}

live_feed::~live_feed() {
  --home_.live_feeds;
  --home_.with.measures->live_feeds;
}

net::awaitable<void>
live_feed::run(std::shared_ptr<live_feed> self, const wire::request_header<>& request) {
  failure why;
  self->prepare(request);
  wire::request<wire::empty_body> upgrade{request};
  co_await self->socket_.async_accept(upgrade, into(why));
  if (why)
    co_return;
  net::co_spawn(self->executor(), listen(self), net::detached);
  try {
    // Before the snapshot, so that nothing falls between the two.
    self->start_watch();
    co_await self->speak();
  } catch (...) {
    complain(self->home_.with, self->correlation_);
    self->reason_ = websocket::close_code::internal_error;
  }
  self->watch_.reset();
  if (!self->closed_)
    co_await self->socket_.async_close(self->reason_, into(why));
  beast::get_lowest_layer(self->socket_).close();
}

void live_feed::stop() {
  leaving_ = true;
  reason_ = websocket::close_code::going_away;
  bell_.cancel();
}

void live_feed::prepare(const wire::request_header<>& request) {
  failure unchanged;
  auto& stream = beast::get_lowest_layer(socket_);
  stream.expires_never(); // the WebSocket has its own clock
  // What the kernel holds unsent is as much a backlog as what we would hold.
  auto backlog = static_cast<int>(home_.options.max_live_backlog_bytes);
  stream.socket().set_option(net::socket_base::send_buffer_size{backlog}, unchanged);
  auto offers = request[wire::field::sec_websocket_protocol];
  bool agreed = wire::token_list{offers}.exists({live_subprotocol.data(), live_subprotocol.size()});
  auto patience = home_.options.idle_timeout;
  socket_.set_option(websocket::stream_base::timeout{patience, patience, true});
  socket_.set_option(websocket::stream_base::decorator{
    [id = events::to_base32(correlation_), agreed](websocket::response_type& it) {
      it.set("X-Request-Id", id);
      if (agreed)
        it.set("Sec-WebSocket-Protocol", std::string{live_subprotocol});
    }});
  socket_.read_message_max(most_received_bytes);
  socket_.text(true);
}

void live_feed::start_watch() {
  watch_ = home_.with.watch_campaign(
    what_.campaign, [home = home_.weak_from_this(), self = weak_from_this()] {
      tell(home, self, [](live_feed& it) { it.stir(); });
    });
}

void live_feed::stir() {
  stirred_ = true;
  bell_.cancel();
}

bool live_feed::idle() const {
  return !stirred_ && !events_wait_ && !leaving_ && !closed_ && !progress_is_due();
}

/// Nobody watches on with a key that was revoked.
void live_feed::check_key() {
  auto now = std::chrono::steady_clock::now();
  if (now < next_key_check_)
    return;
  next_key_check_ = now + key_check_interval;
  if (is_still_welcome(key_, home_.with))
    return;
  leaving_ = true;
  reason_ = {websocket::close_code::policy_error, "the key was revoked"};
}

bool live_feed::progress_is_due() const {
  return progress_waits_ && std::chrono::steady_clock::now() >= next_progress_;
}

net::awaitable<void> live_feed::speak() {
  failure rung;
  co_await send_snapshot();
  events_wait_ = what_.events && what_.resume_after;
  while (!leaving_ && !closed_) {
    while (idle()) {
      bell_.expires_at(
        progress_waits_ ? std::min(next_progress_, next_key_check_) : next_key_check_);
      co_await bell_.async_wait(into(rung));
      check_key();
    }
    co_await keep_up();
    if (events_wait_)
      co_await send_events();
  }
}

/// Takes note of what happened, and tells of progress when it is time to: also
/// while events are behind by any number.
net::awaitable<void> live_feed::keep_up() {
  check_key();
  if (std::exchange(stirred_, false)) {
    progress_waits_ = true;
    events_wait_ = what_.events;
    // Before the next pull, so that what happens during it stirs again.
    watch_->rearm();
  }
  if (progress_is_due())
    co_await send_progress();
}

net::awaitable<void> live_feed::send_snapshot() {
  std::string text;
  {
    auto view = home_.with.views->look();
    if (auto seen = view.campaign(what_.campaign))
      text = live_snapshot(*seen, view.position(), home_.with);
    cursor_ = what_.resume_after.value_or(view.position());
  }
  leaving_ = leaving_ || text.empty();
  if (!text.empty())
    co_await send(std::move(text));
}

net::awaitable<void> live_feed::send_events() {
  while (events_wait_ && !leaving_ && !closed_) {
    events_wait_ = false;
    std::function<event_page()> pull =
      [&with = home_.with, campaign = what_.campaign, after = cursor_] {
        return with.events_after(campaign, after, page_events);
      };
    auto page = co_await on_pool<event_page>(home_, correlation_, std::move(pull));
    if (!page) { // the log cannot be read: better an end than a gap
      leaving_ = true;
      reason_ = websocket::close_code::internal_error;
      co_return;
    }
    for (const auto& it : page->events) {
      if (leaving_ || closed_)
        co_return;
      auto text = live_event(it);
      co_await send(std::move(text));
      co_await keep_up();
    }
    // A stretch of the log without events of this campaign is no end.
    events_wait_ = events_wait_ || page->upto > cursor_;
    cursor_ = std::max(cursor_, page->upto);
    co_await keep_up();
  }
}

net::awaitable<void> live_feed::send_progress() {
  progress_waits_ = false;
  next_progress_ = std::chrono::steady_clock::now() + home_.options.progress_interval;
  std::string text;
  {
    auto view = home_.with.views->look();
    if (auto seen = view.campaign(what_.campaign))
      text = live_progress(*seen, view.position(), home_.with);
  }
  leaving_ = leaving_ || text.empty(); // deleted
  if (!text.empty())
    co_await send(std::move(text));
}

net::awaitable<void> live_feed::send(std::string text) {
  failure why;
  auto bytes = net::buffer(text);
  co_await socket_.async_write(bytes, into(why));
  closed_ = closed_ || why;
}

/// What clients say has no meaning here, but reading answers pings and sees
/// them go.
net::awaitable<void> live_feed::listen(std::shared_ptr<live_feed> self) {
  failure why;
  beast::flat_buffer ignored;
  while (!why) {
    co_await self->socket_.async_read(ignored, into(why));
    ignored.clear();
  }
  self->closed_ = true;
  self->bell_.cancel();
}

} // namespace ringmaster::http
