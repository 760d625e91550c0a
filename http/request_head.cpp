#include "http/request_head.hpp"

#include "http/target.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

std::string lower_case(beast::string_view text) {
  std::string result{text};
  for (auto& it : result)
    if (it >= 'A' && it <= 'Z')
      it = static_cast<char>(it - 'A' + 'a');
  return result;
}

problem trouble(
  unsigned status,
  std::string slug,
  std::string title,
  std::string detail,
  std::string field = "") {
  problem result;
  result.status = status;
  result.slug = std::move(slug);
  result.title = std::move(title);
  result.detail = std::move(detail);
  result.field = std::move(field);
  return result;
}

problem too_slow() {
  auto result = trouble(
    408,
    "request-timeout",
    "The request did not come in time.",
    "Its head took too long, or its body paused or was too slow.");
  result.retry_after_seconds = 1;
  return result;
}

/// Two servers that take a request for the one or the other host, or see its
/// end in different places, can be played off against each other.
std::optional<problem> faulty_head(const request_header& head) {
  auto hosts = head.count(wire::field::host);
  if (hosts > 1 || (hosts == 0 && head.version() >= 11))
    return trouble(
      400,
      "faulty-header",
      "A header is missing, misshapen or there too often.",
      "A request has one Host.",
      "Host");
  auto coding = head.find(wire::field::transfer_encoding);
  bool coded = coding != head.end();
  if (coded && (!beast::iequals(coding->value(), "chunked") || head.version() < 11))
    return trouble(
      501,
      "unknown-transfer-coding",
      "The body comes in a transfer coding that is not known here.",
      "Only chunked is, since HTTP/1.1.",
      "Transfer-Encoding");
  auto wish = head.find(wire::field::expect);
  if (wish != head.end() && !beast::iequals(wish->value(), "100-continue"))
    return trouble(
      417,
      "unknown-expectation",
      "The request expects what is not done here.",
      "Only 100-continue is.",
      "Expect");
  return std::nullopt;
}

/// 16 bytes in base64.
bool is_websocket_key(beast::string_view text) {
  constexpr std::size_t digits = 22;
  auto is_digit = [](char it) {
    return (it >= 'A' && it <= 'Z') || (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9')
           || it == '+' || it == '/';
  };
  return text.size() == digits + 2 && text.ends_with("==")
         && std::all_of(text.begin(), text.begin() + digits, is_digit);
}

} // namespace

std::variant<incoming, problem> read_head(const request_header& head, std::uint64_t correlation) {
  if (auto wrong = faulty_head(head))
    return *std::move(wrong);
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
  if (why == wire::error::bad_version)
    return trouble(
      505,
      "unknown-http-version",
      "The request is of a version of HTTP that is not known here.",
      "Send HTTP/1.1.");
  if (why == beast::error::timeout)
    return too_slow();
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

problem come_back(unsigned status, std::string slug, std::string title) {
  auto result = trouble(
    status, std::move(slug), std::move(title), "Close or ask for fewer, or try again later.");
  result.retry_after_seconds = 1;
  return result;
}

problem too_many_connections() {
  return come_back(503, "too-many-connections", "There are too many connections.");
}

problem too_many_from_one_address() {
  return come_back(
    429, "too-many-connections", "There are too many connections from this address.");
}

problem too_many_live_feeds() {
  return come_back(503, "too-many-live-feeds", "There are too many live feeds.");
}

problem too_many_requests() {
  return come_back(429, "too-many-requests", "The key asks too often.");
}

std::optional<problem> faulty_upgrade(const request_header& head) {
  if (!beast::websocket::is_upgrade(head) || head[wire::field::sec_websocket_version] != "13")
    return trouble(
      426,
      "upgrade-required",
      "This is spoken over a WebSocket.",
      "Ask with Upgrade: websocket and Sec-WebSocket-Version: 13.");
  bool one = head.count(wire::field::sec_websocket_key) == 1;
  if (!one || !is_websocket_key(head[wire::field::sec_websocket_key]))
    return trouble(
      400,
      "faulty-header",
      "A header is missing, misshapen or there too often.",
      "A WebSocket is opened with one key, of 16 bytes in base64.",
      "Sec-WebSocket-Key");
  return std::nullopt;
}

} // namespace ringmaster::http
