#include "domain/utf8.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace ringmaster::domain;
using namespace std::string_view_literals;

TEST_CASE("characters of every length are UTF-8") {
  for (auto text :
       {""sv,
        "plain ASCII, longer than a word"sv,
        "\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"sv,
        "\ud7ff\ue000"sv,
        "Zo\u00eb, \u6771\u4eac, \U0001f4de"sv}) {
    CAPTURE(text);
    CHECK(is_valid_utf8(text));
    CHECK(printable(text) == text);
  }
}

TEST_CASE("what is almost UTF-8 is not") {
  for (auto bad :
       {"\x80"sv,             // a continuation with nothing before it
        "\xff"sv,             //
        "\xc3"sv,             // cut short
        "\xe2\x82"sv,         //
        "\xf0\x9f\x93"sv,     //
        "\xc3("sv,            //
        "\xc0\xaf"sv,         // overlong
        "\xc1\xbf"sv,         //
        "\xe0\x9f\xbf"sv,     //
        "\xf0\x8f\xbf\xbf"sv, //
        "\xed\xa0\x80"sv,     // surrogates
        "\xed\xbf\xbf"sv,     //
        "\xf4\x90\x80\x80"sv, // beyond the last character
        "\xf5\x80\x80\x80"sv}) {
    auto text = "Jane Smith, " + std::string{bad};
    CHECK_FALSE(is_valid_utf8(text));
    CHECK_FALSE(is_valid_utf8(text + " and more behind it"));
    CHECK(valid_utf8_prefix(text) == 12);
    CHECK(is_valid_utf8(printable(text)));
  }
}

TEST_CASE("what lies behind a text does not complete its last character") {
  CHECK(valid_utf8_prefix("J\u00e4ne"sv.substr(0, 2)) == 1);
}

TEST_CASE("broken bytes and NUL are shown by their numbers") {
  CHECK(printable("caf\xe9"sv) == "caf\\xe9");
  CHECK(printable("a\0b"sv) == "a\\x00b");
  CHECK(printable("\xc3\xa9\xff\0\xff\u00e9"sv) == "\u00e9\\xff\\x00\\xff\u00e9");
}
