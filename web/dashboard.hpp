#pragma once

#include "http/pages.hpp"

#include <span>

namespace ringmaster::web {

/// The dashboard's files, packed into the program by the build; none if that
/// was done without npm.
[[nodiscard]] std::span<const http::page> dashboard();

} // namespace ringmaster::web
