#include "http/target.hpp"

#include "domain/utf8.hpp"

#include <optional>

namespace ringmaster::http {

namespace {

std::optional<unsigned> hex_digit(char it) {
  if (it >= '0' && it <= '9')
    return static_cast<unsigned>(it - '0');
  if (it >= 'a' && it <= 'f')
    return static_cast<unsigned>(it - 'a') + 10;
  if (it >= 'A' && it <= 'F')
    return static_cast<unsigned>(it - 'A') + 10;
  return std::nullopt;
}

/// Nothing for a broken escape, NUL, or what is no UTF-8.
std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += plus_is_space && text[at] == '+' ? ' ' : text[at];
      continue;
    }
    if (text.size() - at < 3)
      return std::nullopt;
    auto high = hex_digit(text[at + 1]);
    auto low = hex_digit(text[at + 2]);
    if (!high || !low)
      return std::nullopt;
    result += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  bool clean = result.find('\0') == std::string::npos && domain::is_valid_utf8(result);
  return clean ? std::optional{std::move(result)} : std::nullopt;
}

problem bad_path() {
  return {
    .slug = "invalid-path",
    .title = "The path cannot be read.",
    .detail = "The path must start with a slash and be UTF-8 without NUL, with every % followed by "
              "two hexadecimal digits.",
    .field = {},
    .more = {},
    .retry_after_seconds = {}};
}

problem bad_parameter(std::string_view name, std::string detail) {
  return {
    .slug = "invalid-parameter",
    .title = "A query parameter is not acceptable.",
    .detail = std::move(detail),
    .field = domain::printable(name),
    .more = {},
    .retry_after_seconds = {}};
}

/// `http://host/path`, as proxies are asked, means `/path`.
std::string_view without_origin(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    return text;
  auto path = text.find('/', text.find("//") + 2);
  return path == std::string_view::npos ? "/" : text.substr(path);
}

std::optional<problem> add_parameter(target& to, std::string_view pair) {
  auto equals = pair.find('=');
  auto raw_name = pair.substr(0, equals);
  auto name = decode(raw_name, true);
  auto value =
    equals == std::string_view::npos ? std::string{} : decode(pair.substr(equals + 1), true);
  if (!name || !value)
    return bad_parameter(
      name ? *name : raw_name,
      "It must be UTF-8 without NUL, with every % followed by two hexadecimal digits.");
  if (!to.query.emplace(*name, std::move(*value)).second)
    return bad_parameter(*name, "It is given twice.");
  return std::nullopt;
}

} // namespace

std::variant<target, problem> parse_target(std::string_view text) {
  text = without_origin(text);
  auto mark = text.find('?');
  auto path = decode(text.substr(0, mark), false);
  if (!path || !path->starts_with('/'))
    return bad_path();
  target result{.path = std::move(*path), .query = {}};
  auto query = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  while (!query.empty()) {
    auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty())
      continue;
    if (auto wrong = add_parameter(result, pair))
      return *wrong;
  }
  return result;
}

} // namespace ringmaster::http
