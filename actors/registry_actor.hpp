#pragma once

#include "actors/campaign_actor.hpp"
#include "actors/messages.hpp"

#include <unordered_map>

namespace ringmaster::actors {

/// Which campaigns are awake. Wakes one on its first message; the only one who
/// routes to them, so that it knows when one may go.
class registry_shell {
public:
  static inline const char* name = "ringmaster.registry";

  explicit registry_shell(registry_actor::pointer self) : self_{self} {}

  registry_actor::behavior_type start(
    const environment* with,
    journal_actor journal,
    projector_actor projector,
    switchboard_actor switchboard);

private:
  struct awake {
    campaign_actor campaign;
    std::uint64_t told = 0; // messages routed to it
  };

  awake& wake(events::campaign_id id);
  const campaign_actor& route_to(events::campaign_id id);
  void let_go(const may_leave& who);
  void wake_running_campaigns();

  registry_actor::pointer self_;
  const environment* with_ = nullptr;
  campaign_peers peers_;
  std::unordered_map<events::campaign_id, awake> awake_;
};

registry_actor::behavior_type registry(
  registry_actor::stateful_pointer<registry_shell> self,
  const environment* with,
  journal_actor journal,
  projector_actor projector,
  switchboard_actor switchboard);

} // namespace ringmaster::actors
