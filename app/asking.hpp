// From the gateway's words to the engine's, and back.
#pragma once

#include "actors/doorway.hpp"
#include "http/services.hpp"

#include <functional>

namespace ringmaster::app {

[[nodiscard]] actors::asker as_asker(http::origin by);

/// Hands the engine's answer on.
[[nodiscard]] std::function<void(actors::answer)> then(http::on_answer answer);

} // namespace ringmaster::app
