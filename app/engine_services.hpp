// What the gateway asks of the actors and of the vault, whoever's time and
// threads they have.
#pragma once

#include "actors/doorway.hpp"
#include "http/services.hpp"
#include "store/journal.hpp"
#include "store/vault.hpp"

namespace ringmaster::app {

/// Everything given must outlive the services.
void wire_commands(http::services& to, actors::doorway& engine);
void wire_feed(http::services& to, actors::doorway& engine, const store::journal& journal);
void wire_vault(http::services& to, store::vault& vault);

} // namespace ringmaster::app
