#include "http/request_head.hpp"

#include "http/target.hpp"

namespace ringmaster::http {

namespace {

std::string lower_case(beast::string_view text) {
  std::string result{text};
  for (auto& it : result)
    if (it >= 'A' && it <= 'Z')
      it = static_cast<char>(it - 'A' + 'a');
  return result;
}

problem trouble(unsigned status, std::string slug, std::string title, std::string detail) {
  problem result;
  result.status = status;
  result.slug = std::move(slug);
  result.title = std::move(title);
  result.detail = std::move(detail);
  return result;
}

} // namespace

std::variant<incoming, problem> read_head(const request_header& head, std::uint64_t correlation) {
  auto raw = head.target();
  auto where = parse_target({raw.data(), raw.size()});
  if (auto* wrong = std::get_if<problem>(&where))
    return std::move(*wrong);
  auto& [path, query] = std::get<target>(where);
  incoming result;
  result.method = std::string{head.method_string()};
  if (result.method == "HEAD")
    result.method = "GET";
  result.path = std::move(path);
  result.query = std::move(query);
  result.correlation = correlation;
  for (const auto& field : head) {
    std::string value{field.value()};
    auto [at, first] = result.headers.emplace(lower_case(field.name_string()), value);
    if (!first)
      at->second += ", " + value;
  }
  return result;
}

std::optional<problem> explain(const failure& why) {
  if (why == wire::error::header_limit)
    return trouble(
      431,
      "headers-too-large",
      "The request's headers are too large.",
      "Send fewer or shorter headers, or a shorter path.");
  bool ours = why.category() == wire::make_error_code(wire::error::bad_method).category();
  if (!ours || why == wire::error::end_of_stream || why == wire::error::partial_message)
    return std::nullopt;
  return trouble(
    400,
    "malformed-request",
    "This is not an HTTP request.",
    "Reading it failed: " + why.message() + ".");
}

problem too_large(std::uint64_t most_bytes) {
  return trouble(
    413,
    "body-too-large",
    "The request's body is too large.",
    "At most " + std::to_string(most_bytes) + " bytes are taken here.");
}

problem internal_error() {
  return trouble(
    500,
    "internal",
    "The engine stumbled.",
    "Nothing about the request was wrong as far as we know.");
}

problem too_many_connections() {
  auto result = trouble(
    503,
    "too-many-connections",
    "There are too many connections.",
    "Close some, or try again later.");
  result.retry_after_seconds = 1;
  return result;
}

problem upgrade_required() {
  return trouble(
    426, "upgrade-required", "This is spoken over a WebSocket.", "Ask with Upgrade: websocket.");
}

problem unknown_transfer_coding() {
  return trouble(
    501,
    "unknown-transfer-coding",
    "The body comes in a transfer coding that is not known here.",
    "Only chunked is.");
}

} // namespace ringmaster::http
