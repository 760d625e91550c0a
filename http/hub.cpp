#include "http/hub.hpp"

#include "http/peer.hpp"

#include <algorithm>
#include <vector>

namespace ringmaster::http {

std::string neighbourhood(const net::ip::address& it) {
  if (it.is_v4())
    return it.to_string();
  if (it.to_v6().is_v4_mapped())
    return net::ip::make_address_v4(net::ip::v4_mapped, it.to_v6()).to_string();
  auto bytes = it.to_v6().to_bytes();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), static_cast<unsigned char>(0));
  return net::ip::address_v6{bytes}.to_string() + "/64";
}

void hub::use_certificate(std::shared_ptr<tls_context> tls) {
  std::lock_guard lock{door_};
  tls_ = std::move(tls);
}

std::shared_ptr<tls_context> hub::certificate() {
  std::lock_guard lock{door_};
  return tls_;
}

hub::crowd hub::count(const std::string& from) {
  std::lock_guard lock{door_};
  auto there = by_address_.find(from);
  return {peers_.size(), there == by_address_.end() ? 0 : there->second};
}

void hub::enter(const std::shared_ptr<peer>& who, std::string from) {
  std::lock_guard lock{door_};
  ++by_address_[from];
  with.measures->connections.fetch_add(1, std::memory_order_relaxed);
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
  with.measures->connections.fetch_sub(1, std::memory_order_relaxed);
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
