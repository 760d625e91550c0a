#include "webhooks/queue.hpp"

#include "domain/webhook.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ringmaster::webhooks {

using events::instant;

queue::queue(
  events::webhook_id webhook,
  std::uint64_t begins_after,
  store::outbox& book,
  const queue_limits& limits)
  : webhook_{webhook}, book_{book}, limits_{limits} {
  auto stood = book_.cursor(webhook_);
  read_ = saved_ = stood.value_or(begins_after);
  for (auto campaign : book_.indebted(webhook_))
    lanes_[campaign].owed = book_.first_owed(webhook_, campaign);
}

bool queue::has_room() const {
  return window_.size() < limits_.window && owed_in_silence_ < limits_.owed_in_silence;
}

void queue::take_in(std::optional<events::campaign_id> wanted, instant now) {
  ++read_;
  if (!wanted)
    return;
  auto& lane = lanes_[*wanted];
  if (lane.owed) { // behind those that are
    unwritten_.push_back({*wanted, read_, now});
    ++owed_in_silence_;
    return;
  }
  lane.fresh.push_back(read_);
  window_.insert(read_);
}

std::uint64_t queue::ready_in(const backlog& it, instant now) {
  if (it.on_its_way != 0)
    return 0;
  if (it.owed)
    return it.next_try <= now ? it.owed->position : 0;
  return it.fresh.empty() ? 0 : it.fresh.front();
}

/// In turn, so that no campaign waits for ever behind another.
queue::lanes::iterator queue::find_ready(instant now) {
  auto is_ready = [&](const auto& it) { return ready_in(it.second, now) != 0; };
  auto turn = lanes_.upper_bound(last_served_);
  auto found = std::find_if(turn, lanes_.end(), is_ready);
  if (found != lanes_.end())
    return found;
  found = std::find_if(lanes_.begin(), turn, is_ready);
  return found == turn ? lanes_.end() : found;
}

std::optional<delivery> queue::next(instant now) {
  if (on_their_way_ >= limits_.at_once)
    return std::nullopt;
  auto found = find_ready(now);
  if (found == lanes_.end())
    return std::nullopt;
  auto& [campaign, lane] = *found;
  last_served_ = campaign;
  lane.on_its_way = ready_in(lane, now);
  ++on_their_way_;
  return delivery{lane.on_its_way, campaign};
}

queue::backlog& queue::land(const delivery& it) {
  auto& lane = lanes_[it.campaign];
  lane.on_its_way = 0;
  --on_their_way_;
  return lane;
}

void queue::delivered(const delivery& it, instant now) {
  auto& lane = land(it);
  lane.failures = 0;
  lane.next_try = {};
  owed_in_silence_ = 0;
  past_.delivered_at = now;
  ++past_.delivered;
  if (lane.owed && lane.owed->position == it.position) {
    settle_owed(lane, std::nullopt);
  } else {
    std::erase(lane.fresh, it.position);
    window_.erase(it.position);
  }
  drop_if_empty(it.campaign);
}

/// Whatever becomes of the event, its campaign waits: a receiver that fails is not
/// hurried because one event has run out of time.
void queue::failed(const delivery& it, std::string why, instant now, double chance) {
  auto& lane = land(it);
  ++lane.failures;
  lane.next_try = now + domain::webhook_backoff(lane.failures, chance);
  past_.failed_at = now;
  past_.last_error = why;
  ++past_.failed;
  if (!lane.owed || lane.owed->position != it.position)
    return owe_fresh(lane, it.campaign, now);
  if (now - lane.owed->since < domain::webhook_patience)
    return;
  ++past_.parked;
  settle_owed(
    lane,
    store::parked_event{
      .position = it.position, .campaign = it.campaign, .parked_at = now, .why = std::move(why)});
  drop_if_empty(it.campaign);
}

void queue::put_back(const delivery& it) {
  land(it);
}

void queue::settle_owed(backlog& of, std::optional<store::parked_event> as_parked) {
  auto settled = *std::exchange(of.owed, std::nullopt);
  store::outbox_changes changes{.webhook = webhook_, .taken = {settled}};
  if (as_parked)
    changes.parked.push_back(*std::move(as_parked));
  write(std::move(changes));
  of.owed = book_.first_owed(webhook_, settled.campaign);
}

void queue::owe_fresh(backlog& of, events::campaign_id campaign, instant now) {
  store::outbox_changes changes{.webhook = webhook_};
  for (auto position : std::exchange(of.fresh, {})) {
    changes.owed.push_back({campaign, position, now});
    window_.erase(position);
  }
  owed_in_silence_ += changes.owed.size();
  write(std::move(changes));
  of.owed = book_.first_owed(webhook_, campaign);
}

/// With all that was to be written before it.
void queue::write(store::outbox_changes what) {
  auto waiting = std::exchange(unwritten_, {});
  what.owed.insert(what.owed.end(), waiting.begin(), waiting.end());
  book_.write(std::array{std::move(what)});
}

void queue::drop_if_empty(events::campaign_id campaign) {
  if (auto found = lanes_.find(campaign); found->second.empty())
    lanes_.erase(found);
}

std::optional<instant> queue::next_try_at() const {
  std::optional<instant> first;
  for (const auto& [campaign, lane] : lanes_)
    if (lane.owed && lane.on_its_way == 0)
      first = std::min(first.value_or(lane.next_try), lane.next_try);
  return first;
}

std::size_t queue::retry_parked(instant now) {
  constexpr std::size_t at_once = 1'000;
  std::size_t count = 0;
  for (auto some = book_.parked(webhook_, 0, at_once); !some.empty();
       some = book_.parked(webhook_, 0, at_once)) {
    store::outbox_changes changes{.webhook = webhook_};
    for (const auto& it : some) {
      changes.unparked.push_back(it.position);
      changes.owed.push_back({it.campaign, it.position, now});
    }
    count += some.size();
    write(std::move(changes));
  }
  for (auto campaign : book_.indebted(webhook_)) {
    auto& lane = lanes_[campaign];
    lane.owed = book_.first_owed(webhook_, campaign);
    lane.next_try = now;
  }
  return count;
}

std::uint64_t queue::cursor() const {
  return window_.empty() ? read_ : *window_.begin() - 1;
}

std::optional<store::outbox_changes> queue::unsaved() {
  auto stands = cursor();
  if (stands == saved_ && unwritten_.empty())
    return std::nullopt;
  saved_ = stands;
  return store::outbox_changes{
    .webhook = webhook_, .cursor = stands, .owed = std::exchange(unwritten_, {})};
}

} // namespace ringmaster::webhooks
