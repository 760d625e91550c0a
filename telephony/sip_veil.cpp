#include "telephony/sip_veil.hpp"

#include <algorithm>
#include <charconv>

namespace ringmaster::telephony {

namespace {

constexpr std::size_t shortest_run = 4;

std::string digits_of(std::string_view number) {
  std::string digits;
  std::ranges::copy_if(
    number, std::back_inserter(digits), [](char it) { return it >= '0' && it <= '9'; });
  return digits;
}

struct run {
  std::size_t at = 0; // in the number
  std::size_t length = 0;
};

/// The longest beginning of `text` that is part of `digits`.
run longest_run(std::string_view text, std::string_view digits) {
  run best;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    std::size_t length = 0;
    while (at + length < digits.size() && length < text.size()
           && text[length] == digits[at + length])
      ++length;
    if (length > best.length)
      best = {at, length};
  }
  return best;
}

/// `{2.9}`, and moves behind it.
std::optional<run> take_run(std::string_view& text) {
  run it;
  const auto* end = text.data() + text.size();
  auto [dot, wrong_at] = std::from_chars(text.data() + 1, end, it.at);
  if (wrong_at != std::errc{} || dot == end || *dot != '.')
    return std::nullopt;
  auto [brace, wrong_length] = std::from_chars(dot + 1, end, it.length);
  if (wrong_length != std::errc{} || brace == end || *brace != '}')
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(brace + 1 - text.data()));
  return it;
}

} // namespace

std::optional<std::string> hide_number(std::string_view text, std::string_view number) {
  if (text.find_first_of("{}") != std::string_view::npos)
    return std::nullopt;
  auto digits = digits_of(number);
  std::string hidden;
  while (!text.empty()) {
    auto found = longest_run(text, digits);
    if (found.length < shortest_run) {
      hidden += text.front();
      text.remove_prefix(1);
      continue;
    }
    hidden.append(1, '{').append(std::to_string(found.at)).append(1, '.');
    hidden.append(std::to_string(found.length)).append(1, '}');
    text.remove_prefix(found.length);
  }
  return hidden;
}

std::string show_number(std::string_view text, std::string_view number) {
  constexpr std::size_t longest_shown = 32;
  auto digits = digits_of(number);
  std::string shown;
  while (!text.empty()) {
    auto found = text.front() == '{' ? take_run(text) : std::nullopt;
    if (!found) {
      shown += text.front();
      text.remove_prefix(1);
      continue;
    }
    auto length = std::min(found->length, longest_shown);
    auto part = found->at < digits.size() ? digits.substr(found->at, length) : std::string{};
    shown += part;
    shown.append(length - part.size(), '0');
  }
  return shown;
}

} // namespace ringmaster::telephony
