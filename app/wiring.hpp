// The gateway's services, answered by the engine and the stores.
#pragma once

#include "actors/engine.hpp"
#include "app/clock.hpp"
#include "app/eraser.hpp"
#include "app/providers.hpp"
#include "app/stores.hpp"
#include "app/worker.hpp"
#include "http/services.hpp"

namespace ringmaster::app {

/// Everything given must outlive the services.
[[nodiscard]] http::services make_services(
  const engine_clock& clock,
  stores& of,
  actors::engine& engine,
  const providers& kinds,
  worker& copier,
  eraser& erasing,
  std::uint64_t reserve_bytes);

} // namespace ringmaster::app
