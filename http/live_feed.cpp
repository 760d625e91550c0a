#include "http/live_feed.hpp"

#include "http/arrival.hpp"
#include "http/gatekeeper.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::http {

namespace {

constexpr std::size_t page_events = 500;
/// A revoked key shows nothing any more after that.
constexpr std::chrono::seconds key_check_interval{1};

live_pace::time now() {
  return std::chrono::steady_clock::now();
}

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

bool live_feed::wants_event_stream(const incoming& it) {
  auto accepted = it.headers.find("accept");
  return accepted != it.headers.end()
         && accepted->second.find("text/event-stream") != std::string::npos
         && !it.headers.contains("upgrade");
}

live_feed::live_feed(
  hub& home,
  std::unique_ptr<live_line> line,
  live_request what,
  events::api_key_id key,
  std::uint64_t correlation)
  : home_{home}, line_{std::move(line)}, what_{what}, key_{key},
    correlation_{correlation}, bell_{line_->executor()}, pace_{
                                                           home.options.progress_interval,
                                                           key_check_interval,
                                                           line_->longest_silence()} {
  ++home_.live_feeds;
  ++home_.with.measures->live_feeds;
}

live_feed::~live_feed() {
  --home_.live_feeds;
  --home_.with.measures->live_feeds;
}

net::awaitable<void> live_feed::run(std::shared_ptr<live_feed> self) {
  bool open = co_await self->line_->open();
  if (!open)
    co_return;
  net::co_spawn(self->executor(), listen(self), net::detached);
  try {
    // Before the snapshot, so that nothing falls between the two.
    self->start_watch();
    co_await self->speak();
  } catch (...) {
    complain(self->home_.with, self->correlation_);
    self->end_ = live_end::internal_error;
  }
  self->watch_.reset();
  if (!self->closed_)
    co_await self->line_->say_goodbye(self->end_);
  self->line_->cut();
}

void live_feed::leave(live_end why) {
  leaving_ = true;
  end_ = why;
  bell_.cancel();
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
  auto at = now();
  return !stirred_ && !events_wait_ && !leaving_ && !closed_ && !pace_.progress_is_due(at)
         && !pace_.sign_of_life_is_due(at);
}

/// Nobody watches on with a key that was revoked.
void live_feed::check_key() {
  if (!pace_.key_check_is_due(now()))
    return;
  pace_.key_checked(now());
  if (!is_still_welcome(key_, home_.with))
    leave(live_end::key_revoked);
}

net::awaitable<void> live_feed::speak() {
  failure rung;
  co_await send_snapshot();
  events_wait_ = what_.events && what_.resume_after;
  while (!leaving_ && !closed_) {
    while (idle()) {
      bell_.expires_at(pace_.wakes_at());
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
  if (leaving_ || closed_)
    co_return;
  if (std::exchange(stirred_, false)) {
    pace_.want_progress();
    events_wait_ = what_.events;
    // Before the next pull, so that what happens during it stirs again.
    watch_->rearm();
  }
  if (pace_.progress_is_due(now()))
    co_await send_progress();
  if (leaving_ || closed_ || !pace_.sign_of_life_is_due(now()))
    co_return;
  bool heard = co_await line_->send_sign_of_life();
  closed_ = closed_ || !heard;
  pace_.spoken(now());
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
  if (text.empty())
    co_return;
  live_message message{.kind = "snapshot", .text = std::move(text), .position = cursor_};
  co_await send(std::move(message));
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
      leave(live_end::internal_error);
      co_return;
    }
    for (const auto& it : page->events) {
      if (leaving_ || closed_)
        co_return;
      live_message message{.kind = "event", .text = live_event(it), .position = it.position};
      co_await send(std::move(message));
      co_await keep_up();
    }
    // A stretch of the log without events of this campaign is no end.
    events_wait_ = events_wait_ || page->upto > cursor_;
    cursor_ = std::max(cursor_, page->upto);
    co_await keep_up();
  }
}

net::awaitable<void> live_feed::send_progress() {
  pace_.progress_begins(now());
  std::string text;
  {
    auto view = home_.with.views->look();
    if (auto seen = view.campaign(what_.campaign))
      text = live_progress(*seen, view.position(), home_.with);
  }
  leaving_ = leaving_ || text.empty(); // deleted
  if (text.empty())
    co_return;
  live_message message{.kind = "progress", .text = std::move(text)};
  co_await send(std::move(message));
}

net::awaitable<void> live_feed::send(live_message what) {
  bool heard = co_await line_->send(std::move(what));
  closed_ = closed_ || !heard;
  pace_.spoken(now());
}

net::awaitable<void> live_feed::listen(std::shared_ptr<live_feed> self) {
  co_await self->line_->listen();
  self->closed_ = true;
  self->bell_.cancel();
}

} // namespace ringmaster::http
