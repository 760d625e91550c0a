#pragma once

#include "http/server.hpp"
#include "telephony/simulated.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace ringmaster::app {

/// What `ringmaster serve` was told by flags, environment and file.
struct configuration {
  std::filesystem::path data = "var";
  http::server_options http;
  /// Engine seconds per real second; other than 1 is for the simulated carrier.
  double time_factor = 1.0;
  std::uint64_t reserve_megabytes = 256;
};

} // namespace ringmaster::app
