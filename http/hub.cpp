#include "http/hub.hpp"

#include "http/peer.hpp"

#include <vector>

namespace ringmaster::http {

hub::crowd hub::count(const std::string& from) {
  std::lock_guard lock{door_};
  auto there = by_address_.find(from);
  return {peers_.size(), there == by_address_.end() ? 0 : there->second};
}

void hub::enter(const std::shared_ptr<peer>& who, std::string from) {
  std::lock_guard lock{door_};
  ++by_address_[from];
  peers_.emplace(who.get(), guest{who, std::move(from)});
}

void hub::leave(peer* who) {
  std::lock_guard lock{door_};
  auto found = peers_.find(who);
  if (found == peers_.end())
    return;
  auto there = by_address_.find(found->second.from);
  if (--there->second == 0)
    by_address_.erase(there);
  peers_.erase(found);
  left_.notify_all();
}

void hub::empty(std::chrono::milliseconds at_most) {
  std::vector<std::weak_ptr<peer>> here;
  {
    std::lock_guard lock{door_};
    for (const auto& [_, it] : peers_)
      here.push_back(it.who);
  }
  for (const auto& who : here)
    tell(weak_from_this(), who, [](peer& it) { it.stop(); });
  std::unique_lock lock{door_};
  left_.wait_for(lock, at_most, [this] { return peers_.empty(); });
}

} // namespace ringmaster::http
