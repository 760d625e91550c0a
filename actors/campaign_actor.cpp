#include "actors/campaign_actor.hpp"

#include "actors/shell.hpp"
#include "domain/ramp_up.hpp"
#include "domain/waiting.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::actors {

using domain::campaign_status;

namespace {

/// A clock that is set while we sleep must not make us sleep in.
constexpr auto longest_sleep = std::chrono::minutes{15};
/// A slow start to many calls takes several of its steps at once.
constexpr auto shortest_sleep = std::chrono::milliseconds{50};

} // namespace

campaign_actor::behavior_type
campaign_shell::start(const environment* with, campaign_peers peers, events::campaign_id id) {
  end_process_on_exception(self_);
  with_ = with;
  peers_ = std::move(peers);
  id_ = id;
  self_->set_exit_handler([this](caf::exit_msg& told) {
    for (auto& [row, up] : calls_)
      self_->send_exit(up.contact, told.reason);
    self_->quit(std::move(told.reason));
  });
  // Whatever an earlier incarnation wrote must show before we read.
  self_->request(peers_.projector, caf::infinite, await_position{}).await([this](views_reached) {
    load();
  });
  return {
    [this](campaign_request& it) { return accept(it); },
    [this](contact_request& it) { return accept(it); },
    [this](line_request& it) { return accept(it); },
    [this](breaker_request) {
      ++heard_;
      return breaker_.count(state_.settings.breaker, with_->now());
    },
    [this](telephony::call_news& it) { route(it); },
    [this](const lines_granted& it) {
      provider_ = it.provider;
      paced_ = it.paced;
      counted_ = it.counted;
      free_lines_ += it.lines;
      asked_lines_ -= std::min(asked_lines_, it.lines);
      fill();
    },
    [this](const trunk_gone& it) {
      asked_lines_ = 0;
      if (state_.status == campaign_status::running)
        carry_out_own(domain::fail_campaign{it.why});
    },
    [this](contact_settled_in it) { settled_in(it.row); },
    [this](const hook_heard& it) { hear(it); },
    [this](contact_over& it) { over(it); },
    [this](news_too_late& it) { in_turn([this, news = std::move(it.news)] { hear_late(news); }); },
    [this](fill_lines) { fill(); },
    [this](wake_up it) { wake(it.number); },
    [this](leave) { self_->quit(); },
  };
}

// -- dialling --------------------------------------------------------------------

void campaign_shell::fill_soon() {
  if (!std::exchange(fill_sent_, true))
    self_->send(self_, fill_lines{});
}

void campaign_shell::fill() {
  fill_sent_ = false;
  auto now = with_->now();
  if (!line_)
    return offer_to_leave(now);
  expire_if_due(now);
  trip_if_due(now);
  pause_if_hook_fails();
  if (!may_dial(now))
    ask_for_lines(0);
  else if (line_->must_reload())
    read_line([this] { fill_soon(); });
  else
    dial_ready(now);
  check_quiet_calls(now); // those just dialled too: nothing more may ever be heard of them
  complete_if_done();
  offer_to_leave(now);
}

bool campaign_shell::may_dial(events::instant now) {
  if (state_.status != campaign_status::running || changing_ || sweeping_ || appending_)
    return false;
  auto wait = domain::judge(state_, now);
  if (wait.reason == domain::wait_reason::none)
    return true;
  if (wait.until)
    wake_at(*wait.until);
  return false;
}

void campaign_shell::dial_ready(events::instant now) {
  auto allowed = domain::ramp_up(state_.settings, running_since_, now);
  while (free_lines_ > 0 && calls_.size() < allowed.calls && !line_->must_reload()) {
    auto who = line_->next(now);
    if (!who)
      break;
    if (!dial(*who))
      return do_without(*std::move(who));
    --free_lines_;
  }
  if (line_->must_reload())
    return fill_soon();
  auto room = allowed.calls - std::min<std::size_t>(calls_.size(), allowed.calls);
  ask_for_lines(static_cast<std::uint32_t>(line_->ready(now, room)));
  if (allowed.grows_at)
    wake_at(std::max(*allowed.grows_at, now + shortest_sleep));
  if (auto next = line_->next_at(now); next && *next > now)
    wake_at(*next);
}

/// Of a contact whose row is not there. Nobody is picked until that is on disk.
void campaign_shell::do_without(domain::lineup::candidate who) {
  auto place = domain::place_of(state_, who.row);
  if (with_->vault->is_erased(place.list, place.row))
    cancel_erased(std::move(who));
  else
    carry_out_own(domain::fail_campaign{"the contact list is gone"});
}

/// On false `who` is still to be called, and his state is known.
bool campaign_shell::dial(domain::lineup::candidate& who) {
  events::contact_key key{id_, who.row};
  if (!who.state) {
    auto view = with_->library->look().contact(key);
    who.state = view ? view->state : domain::contact{};
    who.version = view ? view->version : 0;
  }
  auto place = domain::place_of(state_, who.row);
  auto row = row_of(who.row, place, who.state->phase == domain::contact_phase::untouched);
  if (!row)
    return false;
  auto now = with_->now();
  contact_job job{
    .key = key,
    .state = std::move(*who.state),
    .version = who.version,
    .brief = brief_,
    .provider = provider_.lock(),
    .switchboard = peers_.switchboard,
    .paced = paced_,
    .counted = counted_,
    .list = place.list,
    .list_row = place.row,
    .row = *std::move(row)};
  auto attempt = job.state.attempts + 1;
  auto contact =
    self_->spawn(actors::contact, with_, peers_.journal, campaign_actor{self_}, std::move(job));
  starting_.insert(who.row);
  if (state_.settings.pre_dial_hook)
    asked_.insert(who.row);
  auto check_at = now + with_->limits.unanswered_silence;
  calls_[who.row] = {std::move(contact), attempt, check_at};
  next_check_ = std::min(next_check_, check_at);
  return true;
}

std::optional<domain::contact_row>
campaign_shell::row_of(std::uint32_t row, const domain::list_row& place, bool untouched) {
  if (!untouched)
    return with_->vault->row(place.list, place.row);
  while (!rows_ahead_.empty() && rows_ahead_.front().first < row)
    rows_ahead_.pop_front();
  if (rows_ahead_.empty() || rows_ahead_.front().first != row) {
    rows_ahead_.clear();
    for (auto& [in_list, data] :
         with_->vault->rows(place.list, place.row, with_->limits.rows_ahead))
      rows_ahead_.emplace_back(in_list + (row - place.row), std::move(data));
  }
  if (rows_ahead_.empty() || rows_ahead_.front().first != row)
    return std::nullopt;
  auto found = std::move(rows_ahead_.front().second);
  rows_ahead_.pop_front();
  return found;
}

/// Says how many lines could be used beyond those in use; gives back the rest.
void campaign_shell::ask_for_lines(std::uint32_t lines) {
  auto surplus = free_lines_ > lines ? free_lines_ - lines : 0;
  free_lines_ -= surplus;
  returned_lines_ += surplus;
  unplaced_lines_ += surplus;
  auto wanted = lines - free_lines_;
  if (returned_lines_ == 0 && wanted == asked_lines_)
    return;
  asked_lines_ = wanted;
  self_->send(
    peers_.switchboard,
    want_lines{
      id_,
      state_.trunk,
      std::exchange(returned_lines_, 0),
      std::exchange(unplaced_lines_, 0),
      wanted,
      state_.settings.line_weight,
      std::exchange(returned_caller_ids_, {}),
      caf::actor_cast<caf::actor>(self_)});
}

/// The retries in memory are used up: read the next ones, once the views show
/// everything that we know of.
void campaign_shell::read_line(std::function<void()> then) {
  self_->request(peers_.projector, caf::infinite, await_position{last_position_})
    .await([this, then = std::move(then)](views_reached) {
      // Those who are being called or were put back may still be in the index:
      // with as many more, somebody new is among them.
      auto most = with_->limits.near_retries + calls_.size() + line_->put_back_count();
      auto due = with_->library->look().due(id_, most + 1);
      bool more = due.size() > most;
      if (more)
        due.pop_back();
      std::erase_if(due, [this](const auto& each) { return calls_.contains(each.row); });
      line_->reload(due, more);
      then();
    });
}

// -- what comes back -------------------------------------------------------------

void campaign_shell::route(telephony::call_news& news) {
  ++heard_;
  auto found = calls_.find(news.id.row);
  if (found == calls_.end())
    return in_turn([this, news = std::move(news)] { hear_late(news); });
  auto& up = found->second;
  auto now = with_->now();
  bool of_this_call = up.attempt == news.id.attempt;
  for (const auto& report : of_this_call ? news.reports : decltype(news.reports){})
    if (std::holds_alternative<events::call_answered>(report)) {
      up.answered = true;
      up.check_at = now + with_->limits.answered_silence;
    } else {
      up.check_at = std::max(up.check_at, now + with_->limits.unanswered_silence);
    }
  self_->send(up.contact, std::move(news));
}

void campaign_shell::settled_in(std::uint32_t row) {
  starting_.erase(row);
  finish_change_if_quiet();
}

void campaign_shell::over(contact_over& what) {
  auto up = calls_.find(what.row);
  self_->send(up->second.contact, leave{});
  calls_.erase(up);
  starting_.erase(what.row);
  asked_.erase(what.row);
  if (!what.to.empty())
    self_->send(peers_.switchboard, call_over{std::move(what.to)});
  ++returned_lines_;
  unplaced_lines_ += what.unplaced ? 1 : 0;
  returned_caller_ids_.push_back(std::move(what.caller_id));
  last_position_ = std::max(last_position_, what.position);
  if (what.rest)
    self_->send(peers_.switchboard, *what.rest);
  if (what.position == 0) { // never dialled
    line_->put_back({what.row, std::move(what.state), what.version});
  } else {
    if (what.called)
      breaker_.add({id_, what.row, what.attempt}, what.state.last_outcome, what.ended_at);
    if (what.state.phase == domain::contact_phase::waiting)
      line_->wait(what.row, std::move(what.state), what.version);
    else
      ++finished_;
    trip_if_due(with_->now());
  }
  finish_change_if_quiet();
  sweep_if_quiet();
  fill_soon();
}

/// A paused campaign expires too, and stays in memory for it.
void campaign_shell::expire_if_due(events::instant now) {
  const auto& expires_at = state_.settings.expires_at;
  bool open = state_.status == campaign_status::running || state_.status == campaign_status::paused;
  if (!open || !expires_at)
    return;
  if (now < *expires_at)
    wake_at(*expires_at);
  else
    carry_out_own(domain::expire_campaign{});
}

/// Asked before every dial too: the calls that speak against the campaign may be
/// an earlier process's, which did not come to pause it.
void campaign_shell::trip_if_due(events::instant now) {
  if (state_.status == campaign_status::running)
    if (auto trip = breaker_.judge(state_.settings.breaker, now))
      carry_out_own(domain::trip_breaker{*std::move(trip)});
}

void campaign_shell::complete_if_done() {
  bool open = state_.status == campaign_status::running || state_.status == campaign_status::paused;
  if (open && finished_ >= state_.contacts && calls_.empty())
    carry_out_own(domain::complete_campaign{});
}

// -- time ------------------------------------------------------------------------

void campaign_shell::wake_at(events::instant at) {
  auto now = with_->now();
  at = std::clamp<events::instant>(at, now, now + longest_sleep);
  if (wakes_at_ && *wakes_at_ <= at)
    return;
  wakes_at_ = at;
  self_->delayed_send(self_, with_->real_time(at - now), wake_up{++wake_number_});
}

void campaign_shell::wake(std::uint64_t number) {
  if (number != wake_number_)
    return; // a nearer one was set since
  wakes_at_.reset();
  fill();
}

void campaign_shell::check_quiet_calls(events::instant now) {
  if (calls_.empty())
    return;
  if (now >= next_check_) {
    next_check_ = events::instant::max();
    for (auto& [row, up] : calls_) {
      if (up.check_at <= now) {
        self_->send(up.contact, check_call{});
        up.check_at = now + (up.answered ? with_->limits.answered_silence : check_interval);
      }
      next_check_ = std::min(next_check_, up.check_at);
    }
  }
  wake_at(next_check_);
}

void campaign_shell::offer_to_leave(events::instant now) {
  bool expires = state_.status == campaign_status::paused && state_.settings.expires_at;
  bool busy = !calls_.empty() || changing_ || sweeping_ || expires;
  if (state_.status == campaign_status::running || busy) {
    quiet_since_ = now;
    return;
  }
  auto leaves_at = quiet_since_ + with_->limits.idle_campaign;
  if (now >= leaves_at)
    self_->send(peers_.registry, may_leave{id_, heard_});
  wake_at(now >= leaves_at ? now + with_->limits.idle_campaign : leaves_at);
}

void campaign_shell::refresh_brief() {
  brief_ = std::make_shared<const campaign_brief>(
    campaign_brief{id_, state_.settings, state_.trunk, agent_, prompt_, columns_});
}

campaign_actor::behavior_type campaign(
  campaign_actor::stateful_pointer<campaign_shell> self,
  const environment* with,
  campaign_peers peers,
  events::campaign_id id) {
  return self->state.start(with, std::move(peers), id);
}

} // namespace ringmaster::actors
