#include "domain/prompt.hpp"

#include <algorithm>

namespace ringmaster::domain {

namespace {

constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '_';
  });
}

/// A text up to its first closed pair of double braces, what is between these,
/// and what follows them.
struct piece {
  std::string_view before;
  std::string_view name; // trimmed, and perhaps no name
  std::string_view after;
};

std::optional<piece> first_piece(std::string_view text) {
  auto open = text.find("{{");
  auto close = open == std::string_view::npos ? open : text.find("}}", open + 2);
  if (close == std::string_view::npos)
    return std::nullopt;
  return piece{
    text.substr(0, open), trimmed(text.substr(open + 2, close - open - 2)), text.substr(close + 2)};
}

} // namespace

std::optional<std::vector<std::string>> variables_of(std::string_view prompt) {
  std::vector<std::string> names;
  while (auto it = first_piece(prompt)) {
    if (!is_name(it->name))
      return std::nullopt;
    if (std::ranges::find(names, it->name) == names.end())
      names.emplace_back(it->name);
    prompt = it->after;
  }
  if (prompt.find("{{") != std::string_view::npos)
    return std::nullopt;
  return names;
}

std::string fill(std::string_view prompt, const std::map<std::string, std::string>& values) {
  std::string filled;
  while (auto it = first_piece(prompt)) {
    filled += it->before;
    if (auto value = values.find(std::string{it->name}); value != values.end())
      filled += value->second;
    prompt = it->after;
  }
  filled += prompt;
  return filled;
}

} // namespace ringmaster::domain
