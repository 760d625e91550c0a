// A contact list on its way from the network into the vault and the log.
#pragma once

#include "actors/doorway.hpp"
#include "http/services.hpp"
#include "store/vault.hpp"

#include <memory>

namespace ringmaster::app {

[[nodiscard]] std::unique_ptr<http::upload> begin_intake(
  store::vault& vault,
  actors::doorway& engine,
  events::contact_list_id list,
  http::upload::options options,
  http::origin by);

} // namespace ringmaster::app
