// The server's own log: lines for people, or JSON objects for programs. Never a
// secret; nothing about the people who are called.
#pragma once

#include "http/services.hpp"

#include <string>

namespace ringmaster::app {

struct log_options {
  std::string format = "text"; // or "json"
  std::string level = "info";  // or "debug", "warning", "error"
};

/// For commands, whose answer alone goes to stdout. To be called first of all.
void log_to_stderr();

/// The server's, to stdout. To be called once, before any thread is started.
void set_up_log(const log_options& how);

void write_log(http::severity how, const std::string& what, std::uint64_t request);

/// Commands and what failed through our fault as info, the rest as debug: a
/// busy server answers thousands of questions a second.
void write_log(const http::answered_request& what);

} // namespace ringmaster::app
