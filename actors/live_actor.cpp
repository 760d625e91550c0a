#include "actors/live_actor.hpp"

#include "actors/shell.hpp"

#include <utility>

namespace ringmaster::actors {

live_actor::behavior_type live_shell::start() {
  end_process_on_exception(self_);
  return {
    [this](start_watch& what) { add(what); },
    [this](rearm_watch what) { rearm(what.watcher); },
    [this](stop_watch what) { remove(what.watcher); },
    [this](const campaigns_moved& what) { stir(what); },
  };
}

void live_shell::add(start_watch& what) {
  by_campaign_[what.campaign].insert(what.watcher);
  watchers_[what.watcher] = {.campaign = what.campaign, .stir = std::move(what.stir)};
}

void live_shell::rearm(std::uint64_t number) {
  auto found = watchers_.find(number);
  if (found == watchers_.end())
    return;
  auto& watcher = found->second;
  if (std::exchange(watcher.missed, false))
    watcher.stir(); // stays disarmed
  else
    watcher.armed = true;
}

void live_shell::remove(std::uint64_t number) {
  auto found = watchers_.find(number);
  if (found == watchers_.end())
    return;
  auto same = by_campaign_.find(found->second.campaign);
  same->second.erase(number);
  if (same->second.empty())
    by_campaign_.erase(same);
  watchers_.erase(found);
}

void live_shell::stir(const campaigns_moved& what) {
  for (auto campaign : what.campaigns) {
    auto found = by_campaign_.find(campaign);
    if (found == by_campaign_.end())
      continue;
    for (auto number : found->second) {
      auto& watcher = watchers_[number];
      if (std::exchange(watcher.armed, false))
        watcher.stir();
      else
        watcher.missed = true;
    }
  }
}

live_actor::behavior_type live(live_actor::stateful_pointer<live_shell> self) {
  return self->state.start();
}

} // namespace ringmaster::actors
