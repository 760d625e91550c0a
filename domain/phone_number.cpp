#include "domain/phone_number.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <set>

namespace ringmaster::domain {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/// The library takes time that grows with the square of a text's length, 3 s for
/// the longest field there can be. 17 digits, the longest number, fit in however
/// they are spelled.
constexpr std::size_t longest_text = 64;

const PhoneNumberUtil& numbering_plans() {
  return *PhoneNumberUtil::GetInstance();
}

bool is_digit(char it) {
  return it >= '0' && it <= '9';
}
bool is_letter(char it) {
  return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z');
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The ten digits of a North American number in everyday spelling. Nothing for
/// what is spelled otherwise, which is for the library to read.
std::optional<std::uint64_t>
everyday_north_american(std::string_view text, std::string_view default_country) {
  bool international = text.starts_with('+');
  if (international)
    text.remove_prefix(1);
  else if (default_country != "US")
    return {};
  std::uint64_t digits = 0;
  int count = 0;
  for (char it : text) {
    if (is_digit(it)) {
      if (++count > 11)
        return {};
      digits = digits * 10 + static_cast<std::uint64_t>(it - '0');
    } else if (it != ' ' && it != '-' && it != '.' && it != '(' && it != ')') {
      return {};
    }
  }
  constexpr std::uint64_t ten_digits = 10'000'000'000;
  if (count == 11 && digits / ten_digits == 1)
    digits -= ten_digits;
  else if (count != 10 || international)
    return {};
  return digits >= ten_digits / 5 ? std::optional{digits} : std::nullopt; // 2 and up begin one
}

/// Whether a North American number can be in use. Remembers exchanges (the
/// first six digits) that were found to be: in the plans of the United States
/// and Canada the other four decide nothing, which the tests sample. Some of
/// the islands look at seven digits and are asked about each time. A lookup in
/// the library is 3 to 9 us; a million rows seldom name more than a few
/// thousand exchanges.
bool north_american_in_use(std::uint64_t national) {
  static constinit std::array<std::atomic<std::uint64_t>, 1'000'000 / 64> known{};
  auto exchange = national / 10'000;
  auto& word = known[exchange / 64];
  auto bit = std::uint64_t{1} << (exchange % 64);
  if (word.load(std::memory_order_relaxed) & bit)
    return true;
  PhoneNumber number;
  number.set_country_code(1);
  number.set_national_number(national);
  std::string region;
  numbering_plans().GetRegionCodeForNumber(number, &region);
  if (!numbering_plans().IsValidNumberForRegion(number, region))
    return false;
  if (region == "US" || region == "CA")
    word.fetch_or(bit, std::memory_order_relaxed);
  return true;
}

/// `1.41556E+10` and `14155550100.0`: digits were lost or added before the file
/// was written, and what is left might well be somebody else's number.
bool mangled_by_a_spreadsheet(std::string_view text) {
  auto digits = [&] {
    auto end = std::ranges::find_if_not(text, is_digit);
    auto run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(run.size());
    return run;
  };
  auto skip = [&](std::string_view any_of) {
    bool found = !text.empty() && any_of.find(text.front()) != std::string_view::npos;
    if (found)
      text.remove_prefix(1);
    return found;
  };
  skip("+");
  auto whole = digits();
  if (whole.empty())
    return false;
  std::string_view fraction;
  if (skip(".,"))
    fraction = digits();
  if (skip("eE")) {
    skip("+-");
    return !digits().empty() && text.empty();
  }
  return text.empty() && whole.size() > 4 && (fraction == "0" || fraction == "00");
}

/// The library looks for a number anywhere in a text. In a column of numbers,
/// `acc_0014155550100` is a slipped column and not a person to call.
bool words_come_first(std::string_view text) {
  if (text.starts_with("tel:"))
    text.remove_prefix(4);
  auto first = std::ranges::find_if(text, [](char it) { return is_digit(it) || is_letter(it); });
  return first != text.end() && is_letter(*first);
}

bool names_its_country(std::string_view text) {
  return text.find('+') != std::string_view::npos || text.find("\uFF0B") != std::string_view::npos;
}

phone_trouble
trouble_of(PhoneNumberUtil::ErrorType error, std::string_view text, std::string_view country) {
  switch (error) {
  case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
    return names_its_country(text) || known_country(country) ? phone_trouble::not_in_use
                                                             : phone_trouble::no_country;
  case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
  case PhoneNumberUtil::TOO_SHORT_NSN: return phone_trouble::too_short;
  case PhoneNumberUtil::TOO_LONG_NSN: return phone_trouble::too_long;
  case PhoneNumberUtil::NOT_A_NUMBER:
  case PhoneNumberUtil::NO_PARSING_ERROR: break;
  }
  return phone_trouble::not_a_number;
}

phone_trouble trouble_of(const PhoneNumber& number) {
  switch (numbering_plans().IsPossibleNumberWithReason(number)) {
  case PhoneNumberUtil::TOO_SHORT:
  case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return phone_trouble::too_short;
  case PhoneNumberUtil::TOO_LONG: return phone_trouble::too_long;
  case PhoneNumberUtil::IS_POSSIBLE:
  case PhoneNumberUtil::INVALID_COUNTRY_CODE:
  case PhoneNumberUtil::INVALID_LENGTH: break;
  }
  return phone_trouble::not_in_use;
}

std::variant<std::string, phone_trouble>
read_any(std::string_view text, std::string_view default_country) {
  PhoneNumber number;
  auto error = numbering_plans().Parse(std::string{text}, std::string{default_country}, &number);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR)
    return trouble_of(error, text, default_country);
  if (number.has_extension())
    return phone_trouble::has_extension;
  if (!numbering_plans().IsValidNumber(number))
    return trouble_of(number);
  std::string e164;
  numbering_plans().Format(number, PhoneNumberUtil::E164, &e164);
  return e164;
}

} // namespace

std::string_view to_string(phone_trouble it) {
  switch (it) {
  case phone_trouble::empty: return "empty";
  case phone_trouble::not_a_number: return "not_a_number";
  case phone_trouble::no_country: return "no_country";
  case phone_trouble::too_short: return "too_short";
  case phone_trouble::too_long: return "too_long";
  case phone_trouble::not_in_use: return "not_in_use";
  case phone_trouble::has_extension: return "has_extension";
  }
  return "unknown";
}

std::variant<std::string, phone_trouble>
to_e164(std::string_view text, std::string_view default_country) {
  text = trimmed(text);
  if (text.empty())
    return phone_trouble::empty;
  if (mangled_by_a_spreadsheet(text))
    return phone_trouble::not_a_number;
  if (auto national = everyday_north_american(text, default_country)) {
    if (north_american_in_use(*national))
      return "+1" + std::to_string(*national);
    return phone_trouble::not_in_use; // its length is right
  }
  if (words_come_first(text))
    return phone_trouble::not_a_number;
  if (text.size() > longest_text)
    return phone_trouble::too_long;
  return read_any(text, default_country);
}

bool known_country(std::string_view alpha2) {
  static const auto all = [] {
    std::set<std::string> regions;
    numbering_plans().GetSupportedRegions(&regions);
    return regions;
  }();
  return all.contains(std::string{alpha2});
}

} // namespace ringmaster::domain
