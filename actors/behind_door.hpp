// Whom a doorway leads to. For those who spawn actors; callers see doorway.hpp.
#pragma once

#include "actors/messages.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ringmaster::actors {

struct behind_door {
  const environment* with = nullptr;
  live_actor live;
  projector_actor projector;
  journal_actor journal;
  switchboard_actor switchboard;
  registry_actor registry;
  catalogue_actor catalogue;
  caf::actor door; // spawned as `actors::door`
  std::atomic<std::size_t> errands = 0;
  std::atomic<std::uint64_t> watchers = 0;
};

/// The DOOR: asks the others on behalf of callers outside.
caf::behavior door(caf::event_based_actor* self);

} // namespace ringmaster::actors
