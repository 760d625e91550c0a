// The gateway of one process without its sockets: the handlers, called as
// functions, over the process's own actors and stores.
#pragma once

#include "actors/doorway.hpp"
#include "http/services.hpp"
#include "store/journal.hpp"
#include "store/vault.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace ringmaster::simulation {

/// What it is made of; all must outlive the services.
struct gateway_parts {
  std::function<events::instant()> now;
  std::function<std::uint64_t()> new_id;
  /// Does something a message later.
  std::function<void(std::function<void()>)> later;
  actors::doorway& door;
  const store::journal& journal;
  store::vault& vault;
};

/// What the agent of a call shows.
[[nodiscard]] std::string result_token(const events::attempt_key& call);

[[nodiscard]] http::services make_gateway(const gateway_parts& of);

} // namespace ringmaster::simulation
