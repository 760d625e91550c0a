#include "events/codec.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace ringmaster::events {

namespace {

// RFC 3339 has four digits for the year; what is beyond shows as the nearest.
constexpr instant earliest = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr instant latest = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - duration{1};

} // namespace

std::string to_rfc3339(instant at) {
  using namespace std::chrono;
  at = std::clamp(at, earliest, latest);
  auto day = floor<days>(at);
  auto date = year_month_day{day};
  auto time = hh_mm_ss{at - day};
  char text[48];
  auto length = std::snprintf(
    text,
    sizeof text,
    "%04d-%02u-%02uT%02d:%02d:%02d",
    static_cast<int>(date.year()),
    static_cast<unsigned>(date.month()),
    static_cast<unsigned>(date.day()),
    static_cast<int>(time.hours().count()),
    static_cast<int>(time.minutes().count()),
    static_cast<int>(time.seconds().count()));
  std::string result(text, static_cast<std::size_t>(length));
  if (auto fraction = time.subseconds().count(); fraction != 0) {
    length = std::snprintf(text, sizeof text, ".%06d", static_cast<int>(fraction));
    result.append(text, static_cast<std::size_t>(length));
  }
  return result + 'Z';
}

namespace {

/// Reads fixed-width numbers off the front of a text.
class reader {
public:
  explicit reader(std::string_view text) : rest_{text} {}

  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count)
      return std::nullopt;
    auto field = rest_.substr(0, count);
    int value = 0;
    auto [stopped, error] = std::from_chars(field.data(), field.data() + count, value);
    if (error != std::errc{} || stopped != field.data() + count || field.front() == '-')
      return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Up to nine digits after the point, in microseconds; the rest is cut off.
  std::optional<int> fraction() {
    auto count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (count == 0 || count > 9)
      return std::nullopt;
    std::string padded{rest_.substr(0, std::min<std::size_t>(count, 6))};
    padded.resize(6, '0');
    rest_.remove_prefix(count);
    return reader{padded}.digits(6);
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }

private:
  std::string_view rest_;
};

/// `Z`, or `+hh:mm` from UTC.
std::optional<std::chrono::minutes> parse_offset(reader& text) {
  using namespace std::chrono;
  if (text.take("Zz"))
    return minutes{0};
  bool west = text.front() == '-';
  if (!text.take("+-"))
    return std::nullopt;
  auto hour = text.digits(2);
  bool colon = text.take(":");
  auto minute = text.digits(2);
  if (!hour || !colon || !minute || *hour > 23 || *minute > 59)
    return std::nullopt;
  auto offset = hours{*hour} + minutes{*minute};
  return west ? -offset : offset;
}

} // namespace

std::optional<instant> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  reader from{text};
  auto year_number = from.digits(4);
  bool shape = from.take("-");
  auto month_number = from.digits(2);
  shape = shape && from.take("-");
  auto day_number = from.digits(2);
  shape = shape && from.take("Tt ");
  auto hour = from.digits(2);
  shape = shape && from.take(":");
  auto minute = from.digits(2);
  shape = shape && from.take(":");
  auto second = from.digits(2);
  if (!shape || !year_number || !month_number || !day_number || !hour || !minute || !second)
    return std::nullopt;
  auto fraction = from.take(".") ? from.fraction() : 0;
  auto offset = parse_offset(from);
  auto date = year_month_day{
    year{*year_number},
    month{static_cast<unsigned>(*month_number)},
    day{static_cast<unsigned>(*day_number)}};
  if (
    !fraction || !offset || !from.at_end() || !date.ok() || *hour > 23 || *minute > 59
    || *second > 59)
    return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second}
         + microseconds{*fraction} - *offset;
}

} // namespace ringmaster::events
