#include "simulation/listener.hpp"

#include "http/json_reader.hpp"
#include "http/routes.hpp"
#include "simulation/requests.hpp"

#include <chrono>
#include <utility>

namespace ringmaster::simulation {

/// One connection, as http/live_feed.cpp keeps it.
struct listener::session {
  process& to;
  bool events = false;
  std::uint64_t cursor = 0;
  bool stirred = false;
  bool progress_waits = false;
  bool pull_asked = false;
  std::unique_ptr<http::watch> watch = {};
};

namespace {

http::incoming upgrade_of(events::campaign_id campaign) {
  http::incoming it;
  it.method = "GET";
  it.path = "/v1/campaigns/" + to_string(campaign) + "/live";
  it.query["events"] = "true";
  it.role = events::key_role::viewer;
  return it;
}

} // namespace

void listener::come(process& to, instant now) {
  if (connected() || now < comes_at_)
    return;
  auto upgrade = upgrade_of(campaign_);
  bool resumes = ever_ && roll(4) > 0;
  if (resumes) {
    upgrade.query["after"] = std::to_string(heard_);
    upgrade.query["generation"] = to.services().generation;
  }
  auto wish = http::accept_live(upgrade, to.services());
  if (const auto* welcome = std::get_if<http::live_request>(&wish))
    open(to, *welcome);
  else
    comes_at_ = now + std::chrono::hours{1}; // deleted, or not there yet
}

void listener::open(process& to, const http::live_request& wish) {
  session_ = std::make_shared<session>(session{.to = to, .events = wish.events});
  auto ask = [this, weak = std::weak_ptr{session_}] {
    if (auto it = weak.lock(); it && !std::exchange(it->pull_asked, true))
      it->to.later([this, weak] {
        if (!weak.expired())
          pull();
      });
  };
  // Before the snapshot, so that nothing falls between the two.
  session_->watch = to.services().watch_campaign(campaign_, [weak = std::weak_ptr{session_}, ask] {
    if (auto it = weak.lock())
      it->stirred = true;
    ask();
  });
  auto look = to.services().views->look();
  auto seen = look.campaign(campaign_);
  if (!seen)
    return cut();
  hear_progress(http::live_snapshot(*seen, look.position(), to.services()));
  session_->cursor = wish.resume_after.value_or(look.position());
  heard_ = session_->cursor;
  ever_ = true;
  ask();
}

/// What has come since, a page at a time; then he may have had enough.
void listener::pull() {
  auto here = session_;
  const auto& with = here->to.services();
  here->pull_asked = false;
  if (std::exchange(here->stirred, false)) {
    here->progress_waits = true;
    here->watch->rearm(); // before the pull, so that what happens during it stirs again
  }
  if (here->progress_waits && roll(3) == 0) {
    here->progress_waits = false;
    auto look = with.views->look();
    auto seen = look.campaign(campaign_);
    if (!seen) // deleted
      return cut();
    hear_progress(http::live_progress(*seen, look.position(), with));
  }
  auto page = with.events_after(campaign_, here->cursor, 1 + roll(20));
  for (const auto& it : page.events)
    hear_event(http::live_event(it));
  bool more = page.upto > here->cursor;
  here->cursor = page.upto;
  if (roll(30) == 0)
    return leave(with.now());
  if (more && !std::exchange(here->pull_asked, true))
    here->to.later([this, weak = std::weak_ptr{here}] {
      if (!weak.expired())
        pull();
    });
}

void listener::hear_event(const std::string& message) {
  auto it = http::json::parse(message);
  auto position = it.at("position").get<std::uint64_t>();
  auto text = message.substr(message.find(R"("event":)") + 8);
  text.pop_back(); // the message's own bracket
  auditor_.hold(
    "the_feed_is_the_log", auditor_.next_of_feed(campaign_, heard_, position, text), {});
  heard_ = position;
}

void listener::hear_progress(const std::string& message) {
  auto it = http::json::parse(message);
  auto counters = counters_in(it.at("progress").dump());
  auditor_.counted(campaign_, counters, it.at("position").get<std::uint64_t>());
}

void listener::leave(instant now) {
  comes_at_ = now + std::chrono::seconds{roll(3'600)};
  cut();
}

void listener::check(instant now) {
  if (connected())
    auditor_.hold("the_feed_is_the_log", auditor_.rest_of_feed(campaign_, heard_), now);
}

} // namespace ringmaster::simulation
