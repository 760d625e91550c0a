#include "telephony/form.hpp"
#include "telephony/mail_date.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <random>

using namespace ringmaster;
using namespace ringmaster::telephony;

TEST_CASE("a form is encoded so that every server reads the same") {
  CHECK(encode_form({}).empty());
  CHECK(
    encode_form({{"To", "+14155550100"}, {"Event", "a b&c=d"}, {"Event", "é~-._"}})
    == "To=%2B14155550100&Event=a%20b%26c%3Dd&Event=%C3%A9~-._");
}

TEST_CASE("a form is read however it was encoded") {
  CHECK(
    *decode_form("a=1+2&b=%2b%2B&&c&=d&a=")
    == form{{"a", "1 2"}, {"b", "++"}, {"c", ""}, {"", "d"}, {"a", ""}});
  CHECK(decode_form("")->empty());
  for (const auto* it : {"a=%", "a=%2", "a=%2x", "%zz=1"})
    CHECK_FALSE(decode_form(it));
  CHECK(value_of(*decode_form("a=1&a=2"), "a") == "1");
  CHECK(value_of({}, "a").empty());
}

TEST_CASE("any bytes survive a form") {
  auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random{seed};
  for (int turn = 0; turn < 200; ++turn) {
    form fields(random() % 4);
    for (auto& [name, value] : fields)
      for (auto* text : {&name, &value})
        for (auto left = 1 + random() % 20; left > 0; --left)
          *text += static_cast<char>(random());
    CHECK(*decode_form(encode_form(fields)) == fields);
  }
}

TEST_CASE("dates of mail are read and written") {
  using namespace std::chrono;
  events::instant at = sys_days{year{2010} / 8 / 31} + hours{20} + minutes{36} + seconds{28};
  CHECK(to_mail_date(at) == "Tue, 31 Aug 2010 20:36:28 +0000");
  CHECK(parse_mail_date("Tue, 31 Aug 2010 20:36:28 +0000") == at);
  CHECK(parse_mail_date("31 Aug 2010 22:36:28 +0200") == at);
  CHECK(parse_mail_date("Tue, 31 Aug 2010 16:06:28 -0430") == at);
  for (const auto* it :
       {"",
        "Tue, 31 Aug 2010",
        "Tue, 31 Feb 2010 20:36:28 +0000",
        "31 Foo 2010 20:36:28 +0000",
        "31 Aug 2010 24:36:28 +0000",
        "31 Aug 2010 20:36:28 0000",
        "2010-08-31T20:36:28Z"})
    CHECK_FALSE(parse_mail_date(it));
}
