#include "domain/webhook.hpp"
#include "webhooks/signature.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using webhooks::signature_fields;

TEST_CASE("a request is signed as Standard Webhooks has it") {
  // The specification's own example.
  auto key = domain::webhook_key_in("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  CHECK(
    signature_fields(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330, R"({"test": 2432232314})")
    == http_client::fields{
      {"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
      {"webhook-timestamp", "1614265330"},
      {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}});
}

TEST_CASE("without a key a request says which it is and when, and is not signed") {
  CHECK(
    signature_fields("", "ask_1", 7, "{}")
    == http_client::fields{{"webhook-id", "ask_1"}, {"webhook-timestamp", "7"}});
}
