#pragma once

#include "actors/messages.hpp"

#include <map>
#include <set>
#include <unordered_map>

namespace ringmaster::actors {

/// Who watches what. A watcher is stirred once and pulls what it wants at its
/// own pace, so a slow one costs no memory here.
class live_shell {
public:
  static inline const char* name = "ringmaster.live";

  explicit live_shell(live_actor::pointer self) : self_{self} {}

  live_actor::behavior_type start();

private:
  struct onlooker {
    events::campaign_id campaign;
    std::function<void()> stir;
    bool armed = true;
    bool missed = false; // something moved while it was not armed
  };

  void add(start_watch& what);
  void rearm(std::uint64_t number);
  void remove(std::uint64_t number);
  void stir(const campaigns_moved& what);

  live_actor::pointer self_;
  std::unordered_map<std::uint64_t, onlooker> watchers_;
  std::map<events::campaign_id, std::set<std::uint64_t>> by_campaign_;
};

live_actor::behavior_type live(live_actor::stateful_pointer<live_shell> self);

} // namespace ringmaster::actors
