#pragma once

#include "app/configuration.hpp"
#include "store/key_value.hpp"

#include <optional>
#include <string>

namespace ringmaster::app {

/// Why campaigns that run, or have calls up, could not go on: the server would be
/// started without what their trunk needs. They would fail for good, and nobody would
/// learn what becomes of the calls.
[[nodiscard]] std::optional<std::string>
trouble_with_campaigns(const store::key_value& views, const configuration& with);

} // namespace ringmaster::app
