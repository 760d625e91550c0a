#include "http/message.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace ringmaster::http {

outgoing render(const problem& what) {
  nlohmann::ordered_json body;
  body["type"] = "/problems/" + what.slug;
  body["title"] = what.title;
  body["status"] = what.status;
  body["detail"] = what.detail;
  if (!what.field.empty())
    body["field"] = what.field;
  auto more = nlohmann::ordered_json::parse(what.more, nullptr, false);
  if (more.is_object())
    body.update(more);
  outgoing result;
  result.status = what.status;
  result.headers.emplace_back("Content-Type", "application/problem+json");
  if (what.status == 401)
    result.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"ringmaster\"");
  if (what.retry_after_seconds)
    result.headers.emplace_back("Retry-After", std::to_string(*what.retry_after_seconds));
  // A detail may quote what the client sent, whatever its bytes.
  result.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return result;
}

problem internal_error() {
  return {
    .status = 500,
    .slug = "internal",
    .title = "The engine stumbled.",
    .detail = "Nothing about the request was wrong as far as we know.",
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

std::string request_name(std::uint64_t correlation) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(correlation));
  return text.data();
}

} // namespace ringmaster::http
