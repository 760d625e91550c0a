#include "events/codec.hpp"
#include "support/sample_events.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <utility>

using namespace ringmaster;
using namespace ringmaster::events;
using nlohmann::json;
using test::one_of_each;
using test::sample_envelope;

namespace {

json rendered(const event& it) {
  return json::parse(to_json(sample_envelope(it)));
}

json data_of(const event& it) {
  return rendered(it)["data"];
}

/// Where in a document something is empty, zero, false or null.
void find_gaps(const json& in, const std::string& where, std::string& gaps) {
  bool gap = in.is_null() || in == "" || in == 0 || in == false || (in.is_array() && in.empty());
  if (gap)
    gaps += where + ' ';
  if (in.is_structured())
    for (const auto& [name, value] : in.items())
      find_gaps(value, where + '/' + name, gaps);
}

std::string prompt_through_json(const std::string& text) {
  workflow_created it;
  it.prompt = text;
  return data_of(it)["prompt"];
}

} // namespace

TEST_CASE("every event is one line of JSON that says what, where, when and who") {
  for (const auto& it : one_of_each()) {
    CAPTURE(type_of(it));
    auto text = to_json(sample_envelope(it));
    CHECK(text.find('\n') == std::string::npos);
    auto shown = json::parse(text);
    CHECK(shown["position"] == 4711);
    CHECK(shown["stream"] == to_string(test::sample_stream(it)));
    CHECK(shown["version"] == 5);
    CHECK(shown["type"] == type_of(it));
    CHECK(shown["recorded_at"] == "2026-11-23T09:01:11.123456Z");
    CHECK(shown["actor"] == "operations key");
    CHECK(shown["correlation"] == "0123456789abcdef");
    CHECK(shown["causation"] == 4709);
    CHECK(shown["writer_epoch"] == 3);
    CHECK(shown["data"].is_object());
  }
}

TEST_CASE("the samples fill every field that can be shown") {
  for (const auto& it : one_of_each()) {
    CAPTURE(type_of(it));
    std::string gaps;
    auto shown = rendered(it);
    // Younger than the golden bytes, which are as the first version wrote them.
    auto type = type_of(it);
    if (type == "campaign.created.v1" || type == "campaign.edited.v1")
      for (const auto* later :
           {"not_before", "expires_at", "pre_dial_hook", "line_weight", "ramp_up_seconds"})
        CHECK(shown["data"]["settings"].erase(later) == 1);
    if (type == "campaign.paused.v2") // by the breaker, and so not by the hook
      CHECK(shown["data"].erase("hook") == 1);
    if (type == "trunk.created.v1")
      for (const auto* later : {"pace", "caller_id_limits"})
        CHECK(shown["data"].erase(later) == 1);
    find_gaps(shown, "", gaps);
    CHECK(gaps == "");
  }
}

TEST_CASE("what the engine did by itself was asked for by nobody") {
  auto it = sample_envelope(campaign_started{});
  it.correlation = 0;
  it.causation = 0;
  auto shown = json::parse(to_json(it));
  CHECK(shown["correlation"].is_null());
  CHECK(shown["causation"].is_null());
}

TEST_CASE("ids are shown as people know them") {
  campaign_created it;
  it.campaign = test::sample_campaign;
  it.workflow = test::sample_workflow;
  it.list = test::sample_list;
  it.trunk = test::sample_trunk;
  auto created = data_of(it);
  CHECK(created["campaign_id"] == to_string(test::sample_campaign));
  CHECK(created["workflow_id"] == to_string(test::sample_workflow));
  CHECK(created["contact_list_id"] == to_string(test::sample_list));
  CHECK(created["trunk_id"] == to_string(test::sample_trunk));
}

TEST_CASE("an attempt is shown complete, with times to read and words for numbers") {
  auto ended = data_of(contact_attempt_ended{
    .attempt = 2,
    .outcome = outcome::no_answer,
    .cause = "ring_timeout",
    .provider_code = "SIP 480",
    .talk_time_ms = 7,
    .answered_by = answerer::unknown,
    .at = test::sample_time(),
    .has_result = false});
  CHECK(ended == json::parse(R"({"attempt": 2, "outcome": "no_answer", "cause": "ring_timeout",
    "provider_code": "SIP 480", "talk_time_ms": 7, "answered_by": "unknown",
    "at": "2026-11-23T09:00:00.123456Z", "has_result": false})"));
}

TEST_CASE("a time that never was is null") {
  CHECK(data_of(contact_dialed{})["due_at"].is_null());
}

TEST_CASE("settings are shown with days, backoffs and outcomes by name") {
  auto shown = data_of(campaign_edited{test::sample_settings()})["settings"];
  CHECK(
    shown["schedule"]["windows"][0]
    == json::parse(R"({"day": "monday", "start_minute": 540, "end_minute": 1020})"));
  CHECK(shown["schedule"]["windows"][1]["day"] == "sunday");
  CHECK(
    shown["retry"]["rules"][0]
    == json::parse(
      R"({"outcome": "voicemail", "retry": true, "backoff": "list", "interval_minutes": [5, 30, 240]})"));
  CHECK(shown["retry"]["rules"][1]["backoff"] == "exponential");
  CHECK(shown["retry"]["rules"][2]["backoff"] == "fixed");
}

TEST_CASE("a pause shows the calls that tripped the breaker, an operator's none") {
  auto tripped = data_of(
    campaign_paused{breaker_trip{.calls = 9, .failed_calls = {{test::sample_campaign, 17, 2}}}});
  CHECK(tripped["by"] == "breaker");
  CHECK(tripped["breaker"]["calls"] == 9);
  CHECK(
    tripped["breaker"]["failed_calls"]
    == json::array({to_string(attempt_key{test::sample_campaign, 17, 2})}));
  CHECK(
    data_of(campaign_paused{})
    == json{{"by", "operator"}, {"breaker", nullptr}, {"hook", nullptr}});
  CHECK(
    data_of(campaign_paused{hook_failed{.failures = 5, .reason = "hook_gave_no_answer"}})
    == json{
      {"by", "hook"},
      {"breaker", nullptr},
      {"hook", {{"failures", 5}, {"reason", "hook_gave_no_answer"}}}});
}

TEST_CASE("every word of ours is shown as the rest of the program spells it") {
  for (auto how : all_outcomes)
    CHECK(data_of(test::bare_end(how))["outcome"] == to_string(how));
  for (auto who : {answerer::unknown, answerer::human, answerer::machine, answerer::fax})
    CHECK(data_of(test::bare_end(outcome::completed, who))["answered_by"] == to_string(who));
  for (auto how : {disposition::completed, disposition::failed, disposition::cancelled})
    CHECK(data_of(contact_finished{how})["disposition"] == to_string(how));
}

TEST_CASE("text is shown as it is, whatever JSON thinks of its letters") {
  std::string every_ascii;
  for (int letter = 0; letter < 128; ++letter)
    every_ascii += static_cast<char>(letter);
  for (const auto& text :
       {every_ascii, std::string{"Grüße, 你好, 🎪"}, std::string{R"(\"},{"a":"\u0000)"}})
    CHECK(prompt_through_json(text) == text);
}

TEST_CASE("bytes that are no UTF-8 show as replacement characters, the text around them stays") {
  const std::pair<std::string, std::string> said[] = {
    {"a\xff"
     "b",
     "a\ufffdb"},
    {"\xc0\x80", "\ufffd\ufffd"},                     // overlong
    {"\xe0\x9f\xbf", "\ufffd\ufffd\ufffd"},           // overlong
    {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},           // a surrogate
    {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"}, // beyond Unicode
    {"\xf0\x8f\xbf\xbf", "\ufffd\ufffd\ufffd\ufffd"}, // overlong
    {"cut \xe2\x82", "cut \ufffd\ufffd"},
    {"\xe2\x82\"", "\ufffd\ufffd\""},
    {"\xf4\x8f\xbf\xbf\xed\x9f\xbf", "\xf4\x8f\xbf\xbf\xed\x9f\xbf"}}; // the last that are good
  for (const auto& [text, shown] : said)
    CHECK(prompt_through_json(text) == shown);
}

TEST_CASE("any bytes at all make valid JSON") {
  auto seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937_64 chance{seed};
  for (int round = 0; round < 20'000; ++round) {
    std::string text(chance() % 24, '\0');
    for (auto& letter : text)
      letter = static_cast<char>(chance() % 3 == 0 ? chance() % 128 : chance());
    auto it = sample_envelope(contact_initiated{.provider_ref = text});
    it.actor = text;
    CHECK(json::accept(to_json(it)));
  }
}
