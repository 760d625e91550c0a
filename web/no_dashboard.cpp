#include "web/dashboard.hpp"

namespace ringmaster::web {

std::span<const http::page> dashboard() {
  return {};
}

} // namespace ringmaster::web
