#include "telephony/sip_veil.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::telephony;

namespace {

constexpr std::string_view number = "+493012345678";

std::string hidden(std::string_view text) {
  return hide_number(text, number).value_or("none");
}

} // namespace

TEST_CASE("a number is hidden, in whatever form it comes") {
  CHECK(hidden("<sip:+493012345678@host>;tag=a") == "<sip:+{0.12}@host>;tag=a");
  CHECK(hidden("sip:03012345678@host") == "sip:0{2.10}@host");
  CHECK(hidden("sip:00493012345678@host") == "sip:00{0.12}@host");
  CHECK(hidden("sip:12345678@host") == "sip:{4.8}@host");
  CHECK(hidden("sip:host:5060;transport=tcp") == "sip:host:5060;transport=tcp");
  CHECK(hidden("") == "");
}

TEST_CASE("what was hidden can be read by whoever has the number") {
  for (std::string_view text :
       {"<sip:+493012345678@host>;tag=a",
        "sip:03012345678@10.123.45.67:5060",
        "tag=34567834567812349301",
        ""})
    CHECK(show_number(hidden(text), number) == text);
}

TEST_CASE("without the number something of the same shape is read") {
  CHECK(show_number("sip:+{0.12}@host", "") == "sip:+000000000000@host");
  CHECK(show_number("sip:+{0.12}@host", "+1415") == "sip:+141500000000@host");
}

TEST_CASE("a text that could be taken for hidden is not hidden") {
  CHECK(hidden("sip:{0.12}@host") == "none");
  CHECK(show_number("sip:{x}@host{1.}{2.3", number) == "sip:{x}@host{1.}{2.3");
  CHECK(show_number("{0.99999999999999999999}", number) == "{0.99999999999999999999}");
  CHECK(show_number("{0.4000000000}", number).size() == 32);
}
