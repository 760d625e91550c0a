#include "http/cross_origin.hpp"

#include <algorithm>
#include <regex>

namespace ringmaster::http {

bool is_origin(const std::string& text) {
  static const std::regex shape{R"(https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?)"};
  return std::regex_match(text, shape);
}

std::string allowed_origin_of(const incoming& request, const std::vector<std::string>& allowed) {
  auto origin = request.headers.find("origin");
  if (
    origin == request.headers.end() || std::ranges::find(allowed, origin->second) == allowed.end())
    return "";
  return origin->second;
}

bool is_preflight(const incoming& request) {
  return request.method == "OPTIONS" && request.headers.contains("access-control-request-method");
}

outgoing answer_preflight() {
  return {
    .status = 204,
    .headers =
      {{"Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"},
       {"Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, X-API-Key"},
       {"Access-Control-Max-Age", "600"}},
    .body = "",
    .stream = {}};
}

} // namespace ringmaster::http
