#include "events/ids.hpp"

#include <array>
#include <charconv>

namespace ringmaster::events {

namespace {

constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t width = 12;

std::optional<std::uint32_t> parse_counter(std::string_view text) {
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, value);
  // One spelling per number: no signs, no leading zeros, so that equal ids are equal text.
  if (error != std::errc{} || stopped != end || value == 0 || text.front() == '0')
    return std::nullopt;
  return value;
}

} // namespace

std::string to_base32(std::uint64_t value) {
  std::string text(width, '0');
  for (auto place = text.rbegin(); place != text.rend(); ++place, value >>= 5)
    *place = digits[value & 31];
  return text;
}

std::optional<std::uint64_t> from_base32(std::string_view text) {
  if (text.size() != width)
    return std::nullopt;
  std::uint64_t value = 0;
  for (char letter : text) {
    auto digit = digits.find(letter);
    if (digit == std::string_view::npos)
      return std::nullopt;
    value = value << 5 | digit;
  }
  return value;
}

std::string to_string(const attempt_key& it) {
  return to_string(it.campaign) + '.' + std::to_string(it.row) + '.' + std::to_string(it.attempt);
}

std::optional<attempt_key> parse_attempt_key(std::string_view text) {
  auto first = text.find('.');
  auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || second == first + 1 || second + 1 == text.size())
    return std::nullopt;
  auto campaign = parse_id<campaign_tag>(text.substr(0, first));
  auto row = parse_counter(text.substr(first + 1, second - first - 1));
  auto attempt = parse_counter(text.substr(second + 1));
  if (!campaign || !row || !attempt)
    return std::nullopt;
  return attempt_key{*campaign, *row, *attempt};
}

} // namespace ringmaster::events
