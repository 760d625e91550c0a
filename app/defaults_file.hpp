#pragma once

#include "events/event.hpp"

#include <filesystem>
#include <string>
#include <variant>

namespace ringmaster::app {

/// What campaigns have where a client does not say, or what is wrong with the file.
/// Without a path: what is built in.
[[nodiscard]] std::variant<events::campaign_settings, std::string>
load_campaign_defaults(const std::filesystem::path& path, events::instant now);

} // namespace ringmaster::app
