#include "telephony/twilio_settings.hpp"

#include <doctest/doctest.h>

#include <ostream>

using namespace ringmaster::telephony;

namespace {

twilio_settings accepted_settings(std::string_view json) {
  auto parsed = parse_twilio_settings(json);
  if (auto* why = std::get_if<std::string>(&parsed))
    FAIL(*why);
  return std::get<twilio_settings>(parsed);
}

std::string complaint(std::string_view json) {
  auto parsed = parse_twilio_settings(json);
  auto* why = std::get_if<std::string>(&parsed);
  return why ? *why : "accepted";
}

using names = std::vector<std::string>;
constexpr auto key = "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=";

} // namespace

TEST_CASE("an account is all that Twilio needs") {
  auto it = accepted_settings(R"({"account": "AC1"})");
  CHECK(it.flavour->name == "twilio");
  CHECK(it.calls_url() == "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json");
  CHECK(it.call_url("CA1") == "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls/CA1.json");
  CHECK(it.ring_timeout_seconds == 30);
  CHECK(it.detection == machine_detection::off);
  CHECK(secrets_needed(it) == names{"auth_token"});
}

TEST_CASE("what differs at Twilio's neighbours is known") {
  auto wire = accepted_settings(
    R"({"flavour": "signalwire", "account": "p-1", "base_url": "https://space.signalwire.com/"})");
  CHECK(
    wire.calls_url() == "https://space.signalwire.com/api/laml/2010-04-01/Accounts/p-1/Calls.json");
  CHECK(secrets_needed(wire) == names{"auth_token", "signing_key"});
  auto telnyx = accepted_settings(
    R"({"flavour": "telnyx", "account": "7", "application_sid": "9", "public_key": ")"
    + std::string{key} + "\"}");
  CHECK(telnyx.call_url("v3:a/b") == "https://api.telnyx.com/v2/texml/Accounts/7/Calls/v3%3Aa%2Fb");
  CHECK(telnyx.public_key.size() == 32);
  CHECK(secrets_needed(telnyx) == names{"auth_token"});
}

TEST_CASE("calls are named as each carrier names them") {
  auto names = [](std::size_t flavour, std::string_view text) {
    return twilio_flavours()[flavour].is_call_id(text);
  };
  CHECK(names(0, "CA0123456789abcdef0123456789abcdef"));
  CHECK_FALSE(names(0, "CA0123456789abcdef0123456789abcde"));
  CHECK_FALSE(names(0, "CA0123456789abcdef0123456789abcd/."));
  CHECK(names(1, "0f8fad5b-d9cb-469f-a165-70867728950e"));
  CHECK(names(2, "v3:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ"));
  CHECK_FALSE(names(2, "v3:"));
}

TEST_CASE("every setting is read") {
  auto it = accepted_settings(R"({
    "account": "AC1", "api_key": "SK1", "base_url": "http://127.0.0.1:8090", "ring_timeout_seconds": 600,
    "max_call_seconds": 10, "machine_detection": "message_end", "machine_detection_async": false,
    "machine_detection_timeout_seconds": 59})");
  CHECK(it.base_url == "http://127.0.0.1:8090");
  CHECK(it.ring_timeout_seconds == 600);
  CHECK(it.max_call_seconds == 10);
  CHECK(it.detection == machine_detection::message_end);
  CHECK_FALSE(it.detection_async);
  CHECK(it.detection_timeout_seconds == 59);
  CHECK(secrets_needed(it) == names{"api_key_secret", "auth_token"});
}

TEST_CASE("what is wrong with settings is said with the field's name") {
  const std::pair<std::string_view, std::string_view> wrong[] = {
    {"[]", "settings must be an object"},
    {"{}", "account is missing"},
    {R"({"account": "a/b"})", "account must be of letters, digits, - and _"},
    {R"({"acount": "AC1"})", "`acount` is not a setting of a Twilio-compatible carrier"},
    {R"({"account": "AC1", "flavour": "plivo"})", "flavour must be twilio, signalwire or telnyx"},
    {R"({"account": "AC1", "ring_timeout_seconds": 4})",
     "ring_timeout_seconds must be a whole number from 5 to 600"},
    {R"({"account": "AC1", "ring_timeout_seconds": 601})",
     "ring_timeout_seconds must be a whole number from 5 to 600"},
    {R"({"account": "AC1", "machine_detection": true})",
     "machine_detection must be off, detect or message_end"},
    {R"({"account": "AC1", "base_url": "ftp://x"})",
     "base_url must begin with https:// or http://"},
    {R"({"account": "AC1", "base_url": "http://api.example.com"})",
     "base_url must begin with https://, for secrets go there; http:// is for loopback and private "
     "addresses alone"},
    {R"({"account": "AC1", "base_url": "https://x/?a=b"})",
     "base_url must have no query and no fragment"},
    {R"({"account": "AC1", "public_key": "AAAA"})",
     "public_key must be an Ed25519 public key in base64, of 32 bytes"},
    {R"({"account": "p", "flavour": "signalwire"})",
     "base_url is missing: every customer of signalwire has another"},
    {R"({"account": "7", "flavour": "telnyx"})", "application_sid is missing: telnyx needs one"},
    {R"({"account": "7", "flavour": "telnyx", "application_sid": "9"})",
     "public_key is missing: telnyx signs what it sends with its other half"}};
  for (const auto& [settings, why] : wrong)
    CHECK(complaint(settings) == why);
}
