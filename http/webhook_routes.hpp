#pragma once

#include "http/router.hpp"

namespace ringmaster::http {

[[nodiscard]] std::vector<route> webhook_routes();

} // namespace ringmaster::http
