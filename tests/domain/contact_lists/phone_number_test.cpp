#include "domain/phone_number.hpp"

#include <doctest/doctest.h>
#include <phonenumbers/phonenumberutil.h>

#include <array>
#include <ostream>
#include <random>
#include <string>
#include <variant>

using namespace ringmaster::domain;

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::uint64_t seed = 20260105;

std::string number(std::string_view text, std::string_view country = "") {
  auto read = to_e164(text, country);
  const auto* trouble = std::get_if<phone_trouble>(&read);
  return trouble ? std::string{to_string(*trouble)} : std::get<std::string>(read);
}

/// What the library says when it is asked for everything, each time anew.
std::string by_the_library(const std::string& text, const std::string& country) {
  const auto& library = *PhoneNumberUtil::GetInstance();
  PhoneNumber it;
  if (library.Parse(text, country, &it) != PhoneNumberUtil::NO_PARSING_ERROR)
    return "trouble";
  if (!library.IsValidNumber(it))
    return "trouble";
  std::string e164;
  library.Format(it, PhoneNumberUtil::E164, &e164);
  return e164;
}

/// The number, or that there is none, whatever the reason.
std::string number_or_trouble(const std::string& text, const std::string& country) {
  auto result = number(text, country);
  return result.starts_with('+') ? result : "trouble";
}

} // namespace

TEST_CASE("an international number is read in any spelling") {
  for (std::string_view text :
       {"+14155550100",
        "+1 415 555 0100",
        "+1 (415) 555-0100",
        "+1.415.555.0100",
        "  +14155550100\t",
        "tel:+1-415-555-0100",
        "\uFF0B14155550100",
        "+1-415-555-01\uFF10\uFF10"}) {
    CAPTURE(text);
    CHECK(number(text) == "+14155550100");
  }
  CHECK(number("+44 20 7946 0958") == "+442079460958");
  CHECK(number("+1-800-FLOWERS") == "+18003569377");
}

TEST_CASE("a leading zero that belongs to the number stays") {
  CHECK(number("+39 06 1234 5678") == "+390612345678");
  CHECK(number("06 1234 5678", "IT") == "+390612345678");
}

TEST_CASE("the default country reads national formats") {
  CHECK(number("(415) 555-0100", "US") == "+14155550100");
  CHECK(number("1 415 555 0100", "US") == "+14155550100");
  CHECK(number("011 44 20 7946 0958", "US") == "+442079460958");
  CHECK(number("011 49 30 123", "US") == "+4930123"); // ten digits, and yet abroad
  CHECK(number("(415) 555-0100", "CA") == "+14155550100");
  CHECK(number("020 7946 0958", "GB") == "+442079460958");
  CHECK(number("0151 12345678", "DE") == "+4915112345678");
}

TEST_CASE("the default country leaves international numbers alone") {
  CHECK(number("+14155550100", "DE") == "+14155550100");
  CHECK(number("+442079460958", "US") == "+442079460958");
}

TEST_CASE("a national format without a default country names the missing country") {
  CHECK(number("(415) 555-0100") == "no_country");
  CHECK(number("0044 20 7946 0958") == "no_country");
}

TEST_CASE("nothing at all is empty") {
  CHECK(number("") == "empty");
  CHECK(number(" \t ") == "empty");
}

TEST_CASE("what is no number is called so") {
  for (std::string_view text : {"n/a", "none", "((()", "+", "-", "call Jane", "4", "\xff\xfe"}) {
    CAPTURE(text);
    CHECK(number(text, "US") == "not_a_number");
  }
}

TEST_CASE("a number is not picked out of other words") {
  CHECK(number("acc_4155550100", "US") == "not_a_number");
  CHECK(number("Jane 4155550100", "US") == "not_a_number");
  CHECK(number("O2 4155550100", "US") == "not_a_number");
  for (std::string_view text : {"a4155550100", "z4155550100", "A4155550100", "Z4155550100"})
    CHECK(number(text, "US") == "not_a_number");
  CHECK(number("tel:a4155550100", "US") == "not_a_number");
  CHECK(number("tel:4155550100", "US") == "+14155550100");
}

TEST_CASE("a number that a spreadsheet rounded is no number") {
  for (std::string_view text :
       {"1.41556E+10",
        "1.41556e10",
        "1,41556E+10",
        "4E9",
        "+1.41556E+10",
        "14155550100.0",
        "1415555010.0",
        "4155550199.0",
        "41555.0",
        " 1.41556E+10 ",
        "14155550100.0 ",
        "4155550100.00"}) {
    CAPTURE(text);
    CHECK(number(text, "US") == "not_a_number");
    CHECK(number(text, "DE") == "not_a_number");
  }
}

TEST_CASE("dots between groups are not taken for a spreadsheet's decimals") {
  CHECK(number("415.555.0100", "US") == "+14155550100");
  CHECK(number("415.5550100", "US") == "+14155550100");
  CHECK(number("4155.550100", "US") == "+14155550100");
  CHECK(number("4155.00", "US") == "too_short");
}

TEST_CASE("length is judged on both sides") {
  CHECK(number("+1415555010") == "too_short");
  CHECK(number("+14155550100") == "+14155550100");
  CHECK(number("+141555501000") == "too_long");
  CHECK(number("555-0100", "US") == "too_short");
  CHECK(number("911", "US") == "too_short");
  CHECK(number("+" + std::string(300, '1')) == "too_long");
}

TEST_CASE("a text too long for a number is not pondered") {
  CHECK(number("+4420" + std::string(51, '-') + "79460958") == "+442079460958");
  CHECK(number("+4420" + std::string(52, '-') + "79460958") == "too_long");
  for (int round = 0; round < 1'000; ++round) // an hour, if the library were asked
    REQUIRE(number(std::string(16'000, '1'), "US") == "too_long");
}

TEST_CASE("a number that nobody can have is not in use") {
  CHECK(number("+12005550100") == "not_in_use");  // no such area
  CHECK(number("+14151550100") == "not_in_use");  // no exchange begins with 1
  CHECK(number("+999123456789") == "not_in_use"); // no such country code
  CHECK(number("011 999 123456789", "US") == "not_in_use");
  CHECK(number("141 555 5010", "US") == "not_in_use"); // no area begins with 1
}

TEST_CASE("an extension is not silently dropped") {
  for (std::string_view text :
       {"+1 415 555 0100 ext. 12", "4155550100x12", "4155550100;4155550101"}) {
    CAPTURE(text);
    CHECK(number(text, "US") == "has_extension");
  }
}

TEST_CASE("reading North American numbers quickly gives what the library gives") {
  MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  auto below = [&](std::uint64_t bound) { return chance() % bound; };
  auto padded = [](std::uint64_t it, std::size_t width) {
    auto digits = std::to_string(it);
    return std::string(width - digits.size(), '0') + digits;
  };
  for (int round = 0; round < 10'000; ++round) {
    // Two of each exchange: the second is answered from memory.
    auto exchange = "+1" + padded(200'000 + below(800'000), 6);
    for (auto text : {exchange + padded(below(10'000), 4), exchange + padded(below(10'000), 4)}) {
      CAPTURE(text);
      REQUIRE(number_or_trouble(text, "") == by_the_library(text, ""));
    }
  }
}

TEST_CASE("eleven digits are a North American number with its country code or none") {
  for (std::string text :
       {"14155550100", "24155550100", "94155550100", "1999999999", "1700555010"}) {
    CAPTURE(text);
    CHECK(number_or_trouble(text, "US") == by_the_library(text, "US"));
  }
}

TEST_CASE("an exchange in use says nothing of its neighbours") {
  // They are 1 and 64 away from one another, which is where bits in words meet.
  CHECK(number("+14029995555") == "+14029995555");
  CHECK(number("+14030005555") == "not_in_use");
  CHECK(number("+12129405555") == "+12129405555");
  CHECK(number("+12130045555") == "not_in_use");
}

TEST_CASE("exchanges shared by several islands are looked at number by number") {
  // The plans of Barbados and Jamaica look at the seventh digit.
  for (std::string exchange : {"246", "876", "658", "284", "242"})
    for (int rest = 2'000'000; rest < 10'000'000; rest += 4'003) {
      auto text = "+1" + exchange + std::to_string(rest);
      CAPTURE(text);
      REQUIRE(number_or_trouble(text, "") == by_the_library(text, ""));
    }
}

TEST_CASE("odd spellings are read as the library reads them") {
  MESSAGE("seed " << seed);
  std::mt19937_64 chance{seed};
  constexpr std::string_view spice = "+ -.()1122345";
  constexpr std::array countries{"US", "CA", "DE", ""};
  for (int round = 0; round < 10'000; ++round) {
    std::string text = chance() % 2 ? "14155550100" : "4165550123";
    for (auto changes = chance() % 6; changes > 0; --changes) {
      auto at = chance() % (text.size() + 1);
      if (chance() % 4 == 0)
        text.erase(at, 1);
      else
        text.insert(at, 1, spice[chance() % spice.size()]);
    }
    std::string country = countries[chance() % countries.size()];
    // What a spreadsheet adds is refused, where the library reads on.
    if (text.ends_with(".0") || text.ends_with(".00"))
      continue;
    CAPTURE(text);
    CAPTURE(country);
    REQUIRE(number_or_trouble(text, country) == by_the_library(text, country));
  }
}

TEST_CASE("countries are known by two capital letters") {
  CHECK(known_country("US"));
  CHECK(known_country("GG"));
  CHECK_FALSE(known_country("us"));
  CHECK_FALSE(known_country("XX"));
  CHECK_FALSE(known_country("ZZ"));
  CHECK_FALSE(known_country("USA"));
  CHECK_FALSE(known_country("001"));
  CHECK_FALSE(known_country(""));
}
