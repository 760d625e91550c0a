// The vectors are those of the carrier's own libraries.
#include "telephony/twilio_signature.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::telephony;

namespace {

constexpr auto token = "12345";
constexpr auto url = "https://mycompany.com/myapp.php?foo=1&bar=2";
constexpr auto form_type = "application/x-www-form-urlencoded; charset=UTF-8";
const form fields{
  {"CallSid", "CA1234567890ABCDE"},
  {"Caller", "+14158675309"},
  {"Digits", "1234"},
  {"From", "+14158675309"},
  {"To", "+18005551212"}};
constexpr auto signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";

bool accepted(std::string_view of_url, const form& of, std::string_view shown = signature) {
  return is_signed_by_twilio(token, of_url, form_type, encode_form(of), shown);
}

} // namespace

TEST_CASE("a signature is that of the carrier's libraries, in whatever order fields come") {
  CHECK(twilio_signature(token, url, fields) == signature);
  form backwards{fields.rbegin(), fields.rend()};
  CHECK(twilio_signature(token, url, backwards) == signature);
  CHECK(accepted(url, backwards));
}

TEST_CASE("values of one name count once each") {
  CHECK(
    twilio_signature(token, url, {{"a", "1"}, {"a", "2"}, {"a", "1"}})
    == twilio_signature(token, url, {{"a", "2"}, {"a", "1"}}));
}

TEST_CASE("the scheme's own port may have been signed or not") {
  CHECK(accepted("https://mycompany.com:443/myapp.php?foo=1&bar=2", fields));
  CHECK(accepted(url, fields, "kvajT1Ptam85bY51eRf/AJRuM3w=")); // signed with :443
  CHECK_FALSE(accepted("https://mycompany.com:8443/myapp.php?foo=1&bar=2", fields));
  CHECK_FALSE(accepted("http://mycompany.com/myapp.php?foo=1&bar=2", fields));
}

TEST_CASE("nothing of a signed request can be changed") {
  CHECK_FALSE(accepted(url, {}));
  auto more = fields;
  more.emplace_back("CallStatus", "completed");
  CHECK_FALSE(accepted(url, more));
  auto other = fields;
  other.back().second = "+18005551213";
  CHECK_FALSE(accepted(url, other));
  CHECK_FALSE(accepted("https://mycompany.com/myapp.php?foo=1&bar=3", fields));
  CHECK_FALSE(is_signed_by_twilio("54321", url, form_type, encode_form(fields), signature));
  for (const auto* it : {"", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "rSOYDt4T1cUTdK1PDd93/VVr8B8="})
    CHECK_FALSE(accepted(url, fields, it));
  CHECK_FALSE(is_signed_by_twilio(token, url, form_type, "a=%", signature));
}

TEST_CASE("a body that is no form is covered by its digest in the query") {
  constexpr auto json = R"({"property": "value", "boolean": true})";
  const std::string with_digest =
    std::string{url}
    + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
  constexpr auto signed_so = "a9nBmqA0ju/hNViExpshrM61xv4=";
  CHECK(is_signed_by_twilio(token, with_digest, "application/json", json, signed_so));
  CHECK_FALSE(is_signed_by_twilio(token, with_digest, "application/json", "{}", signed_so));
  auto without = twilio_signature(token, url, {});
  CHECK_FALSE(is_signed_by_twilio(token, url, "application/json", json, without));
  CHECK(is_signed_by_twilio(token, url, "", "", without));
}
