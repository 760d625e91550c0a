#include "domain/base64.hpp"
#include "domain/pre_dial.hpp"
#include "domain/webhook.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;

namespace {

constexpr events::campaign_id spring{7};
constexpr events::campaign_id autumn{8};

events::webhook_settings hears(std::vector<std::string> of) {
  return {.url = "https://example.org", .events = std::move(of), .enabled = true};
}

} // namespace

TEST_CASE("a webhook hears of the types it named, and of those that begin so") {
  auto settings = hears({"campaign.", "contact.finished.v1"});
  auto campaign = events::stream_of(spring);
  auto contact = events::stream_of(events::contact_key{spring, 3});
  CHECK(is_wanted(settings, {}, campaign, "campaign.paused.v2"));
  CHECK(is_wanted(settings, {}, contact, "contact.finished.v1"));
  CHECK_FALSE(is_wanted(settings, {}, contact, "contact.dialed.v1"));
}

TEST_CASE("a webhook of one campaign hears of no other") {
  auto settings = hears(default_webhook_events());
  CHECK(is_wanted(settings, spring, events::stream_of(spring), "campaign.started.v1"));
  CHECK_FALSE(is_wanted(settings, spring, events::stream_of(autumn), "campaign.started.v1"));
  CHECK(is_wanted(settings, {}, events::stream_of(autumn), "campaign.started.v1"));
}

TEST_CASE("nobody outside hears of lists, trunks, keys and the engine") {
  auto settings = hears({"c"});
  CHECK_FALSE(is_wanted(
    settings, {}, events::stream_of(events::contact_list_id{7}), "contact_list.uploaded.v1"));
  CHECK_FALSE(is_wanted(settings, {}, events::engine_stream, "campaign.made.up"));
}

TEST_CASE("what a webhook may hear of are types of campaigns and contacts, and their beginnings") {
  for (const auto* good : {"campaign.", "contact.", "contact.finished.v1", "c", "campaign.paused"})
    CHECK_MESSAGE(is_webhook_filter(good), good);
  for (const auto* bad :
       {"", "api_key.", "trunk.created.v1", "campaign.unheard_of", "*", "contact_list."})
    CHECK_MESSAGE(!is_webhook_filter(bad), bad);
  for (const auto& it : default_webhook_events())
    CHECK(is_webhook_filter(it));
}

TEST_CASE("tries stand farther and farther apart, and at last an hour") {
  CHECK(webhook_backoff(1, 0.5) == 5s);
  CHECK(webhook_backoff(2, 0.5) == 15s);
  CHECK(webhook_backoff(3, 0.5) == 45s);
  CHECK(webhook_backoff(6, 0.5) == 1'215s);
  CHECK(webhook_backoff(7, 0.5) == 1h);
  CHECK(webhook_backoff(1'000'000, 0.5) == 1h);
  CHECK(webhook_backoff(0, 0.5) == 5s);
}

TEST_CASE("chance spreads tries by a fifth to either side") {
  CHECK(webhook_backoff(1, 0) == 4s);
  CHECK(webhook_backoff(1, 1) == 6s);
  CHECK(webhook_backoff(99, 1) == 72min);
}

TEST_CASE("a secret shows its key in base64 and comes back from it") {
  std::string key(32, '\xfe');
  auto secret = webhook_secret_of(key);
  CHECK(secret.starts_with("whsec_"));
  CHECK(webhook_key_in(secret) == key);
  CHECK(webhook_key_in(webhook_secret_of(std::string(24, 'a'))) == std::string(24, 'a'));
  CHECK(webhook_key_in(webhook_secret_of(std::string(64, 'a'))) == std::string(64, 'a'));
}

TEST_CASE("a secret that is too short, too long or no base64 is none") {
  CHECK_FALSE(webhook_key_in(webhook_secret_of(std::string(23, 'a'))));
  CHECK_FALSE(webhook_key_in(webhook_secret_of(std::string(65, 'a'))));
  CHECK_FALSE(webhook_key_in(to_base64(std::string(32, 'a')))); // without whsec_
  for (const auto* bad :
       {"",
        "whsec_",
        "whsec_not base64 at all, is it now?",
        "whsec_YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj="})
    CHECK_MESSAGE(!webhook_key_in(bad), bad);
}

TEST_CASE("base64 is as RFC 4648 has it, and nothing else comes back from it") {
  const std::pair<const char*, const char*> vectors[] = {
    {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
  for (const auto* bad : {"Zg=", "Zg", "Zh==", "Zm9v\n", "====", "Zm 9"})
    CHECK_MESSAGE(!from_base64(bad), bad);
}

TEST_CASE("the hook's reason is a word that no number and no sentence fits into") {
  for (const auto* good : {"denied", "asked_not_to_be_called", "a"})
    CHECK_MESSAGE(is_hook_reason(good), good);
  for (const auto* bad : {"", "Denied", "no way", "+14155550100", "ärger", "{}"})
    CHECK_MESSAGE(!is_hook_reason(bad), bad);
  CHECK(is_hook_reason(std::string(64, 'a')));
  CHECK_FALSE(is_hook_reason(std::string(65, 'a')));
}

TEST_CASE("a hook that fails five times in a row is given up, and one answer in between forgives") {
  hook_failures hook;
  for (std::uint32_t i = 1; i < most_hook_failures; ++i)
    hook.add("hook_gave_no_answer");
  CHECK_FALSE(hook.judge());
  hook.add(std::nullopt);
  for (std::uint32_t i = 1; i < most_hook_failures; ++i)
    hook.add("hook_gave_no_answer");
  CHECK_FALSE(hook.judge());
  hook.add("hook_answered_an_error");
  CHECK(
    hook.judge()
    == events::hook_failed{.failures = most_hook_failures, .reason = "hook_answered_an_error"});
  hook.clear();
  CHECK_FALSE(hook.judge());
}
