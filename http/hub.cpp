#include "http/hub.hpp"

#include "http/peer.hpp"

#include <vector>

namespace ringmaster::http {

std::size_t hub::peers() {
  std::lock_guard lock{door_};
  return peers_.size();
}

void hub::enter(const std::shared_ptr<peer>& who) {
  std::lock_guard lock{door_};
  peers_.emplace(who.get(), who);
}

void hub::leave(peer* who) {
  std::lock_guard lock{door_};
  peers_.erase(who);
  left_.notify_all();
}

void hub::empty(std::chrono::milliseconds at_most) {
  std::vector<std::weak_ptr<peer>> here;
  {
    std::lock_guard lock{door_};
    for (const auto& [_, who] : peers_)
      here.push_back(who);
  }
  for (const auto& who : here)
    tell(weak_from_this(), who, [](peer& it) { it.stop(); });
  std::unique_lock lock{door_};
  left_.wait_for(lock, at_most, [this] { return peers_.empty(); });
}

} // namespace ringmaster::http
