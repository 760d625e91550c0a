#include "telephony/mail_date.hpp"

#include <array>
#include <cstdio>

namespace ringmaster::telephony {

namespace {

using namespace std::chrono;

constexpr std::array<const char*, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> month_names{
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t longest = 40;

unsigned month_named(std::string_view text) {
  for (unsigned i = 0; i < month_names.size(); ++i)
    if (text == month_names[i])
      return i + 1;
  return 0;
}

} // namespace

std::string to_mail_date(events::instant at) {
  auto day = floor<days>(at);
  auto date = year_month_day{day};
  auto time = hh_mm_ss{floor<seconds>(at - day)};
  char text[64];
  std::snprintf(
    text,
    sizeof text,
    "%s, %02u %s %04d %02d:%02d:%02d +0000",
    day_names[weekday{day}.c_encoding()],
    static_cast<unsigned>(date.day()),
    month_names[static_cast<unsigned>(date.month()) - 1],
    static_cast<int>(date.year()),
    static_cast<int>(time.hours().count()),
    static_cast<int>(time.minutes().count()),
    static_cast<int>(time.seconds().count()));
  return text;
}

std::optional<events::instant> parse_mail_date(std::string_view text) {
  if (text.size() > longest)
    return std::nullopt;
  if (auto comma = text.find(','); comma != text.npos)
    text.remove_prefix(comma + 1);
  char month[4] = {};
  char sign = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned offset = 0;
  int year_number = 0;
  auto read = std::sscanf(
    std::string{text}.c_str(),
    " %2u %3s %4d %2u:%2u:%2u %c%4u",
    &day,
    month,
    &year_number,
    &hour,
    &minute,
    &second,
    &sign,
    &offset);
  auto date = year{year_number} / std::chrono::month{month_named(month)} / std::chrono::day{day};
  bool good = read == 8 && date.ok() && hour < 24 && minute < 60 && second <= 60
              && (sign == '+' || sign == '-') && offset % 100 < 60;
  if (!good)
    return std::nullopt;
  auto shift = hours{offset / 100} + minutes{offset % 100};
  events::instant local = sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
  return sign == '+' ? local - shift : local + shift;
}

} // namespace ringmaster::telephony
