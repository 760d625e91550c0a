#pragma once

#include "http/message.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::http {

/// What follows the method in a request's first line, decoded.
struct target {
  std::string path;
  std::map<std::string, std::string> query;
};

/// Both are UTF-8 without NUL, and no parameter is there twice; or the problem
/// names what is wrong.
[[nodiscard]] std::variant<target, problem> parse_target(std::string_view text);

} // namespace ringmaster::http
