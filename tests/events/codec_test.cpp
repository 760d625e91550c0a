#include "events/codec.hpp"
#include "support/sample_events.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>

using namespace ringmaster;
using namespace ringmaster::events;
using test::one_of_each;
using test::sample_envelope;

namespace {

void comes_back(const envelope& it) {
  CAPTURE(type_of(it.event));
  auto read = decode(encode(it));
  REQUIRE(read.has_value());
  CHECK(*read == it);
}

} // namespace

TEST_CASE("the samples hold one event of every type, in the order of the variant") {
  auto samples = one_of_each();
  REQUIRE(samples.size() == std::variant_size_v<event>);
  for (std::size_t at = 0; at < samples.size(); ++at)
    CHECK(samples[at].index() == at);
}

TEST_CASE("every type of event has a name of its own") {
  std::set<std::string_view> names;
  for (const auto& it : one_of_each())
    CHECK_MESSAGE(names.insert(type_of(it)).second, type_of(it));
}

TEST_CASE("every event comes back from its bytes as it was") {
  for (auto& it : one_of_each())
    comes_back(sample_envelope(it));
}

TEST_CASE("events with nothing filled in come back as they were") {
  [&]<class... Event>(std::variant<Event...>*) {
    (comes_back(sample_envelope(Event{})), ...);
  }(static_cast<event*>(nullptr));
}

TEST_CASE("an event keeps the mark of the request that it came by") {
  auto it = sample_envelope(campaign_started{});
  it.request = request_mark{.key = std::string(16, '\0'), .digest = std::string(16, '\xff')};
  comes_back(it);
}

TEST_CASE("the same event gives the same bytes, whatever was encoded before") {
  auto first = encode(sample_envelope(campaign_started{}));
  for (auto& it : one_of_each()) {
    auto bytes = encode(sample_envelope(it));
    CHECK(bytes == encode(sample_envelope(it)));
    CHECK(encode(sample_envelope(campaign_started{})) == first);
  }
}

TEST_CASE("nothing of one event is left in the next that is decoded") {
  auto paused = sample_envelope(campaign_paused{breaker_trip{.calls = 5, .failed_calls = {{}}}});
  REQUIRE(decode(encode(paused)).has_value());
  comes_back(sample_envelope(campaign_paused{}));
  auto bare = sample_envelope(campaign_edited{});
  REQUIRE(decode(encode(sample_envelope(campaign_edited{test::sample_settings()}))).has_value());
  comes_back(bare);
}

TEST_CASE("a pause says who did it and why, whoever it was") {
  comes_back(sample_envelope(campaign_paused{operator_wish{}}));
  comes_back(sample_envelope(campaign_paused{log_was_restored{}}));
  comes_back(sample_envelope(campaign_paused{hook_failed{.failures = 5, .reason = "timeout"}}));
}

TEST_CASE("a hook that is asked before each dial comes back with the settings") {
  auto settings = test::sample_settings();
  settings.pre_dial_hook = {
    .url = "https://example.org/may-we", .timeout_ms = 2'500, .secret = "hook/1"};
  comes_back(sample_envelope(campaign_edited{settings}));
}

TEST_CASE("a webhook of every campaign comes back as one of none") {
  comes_back(sample_envelope(webhook_created{.webhook = {7}, .campaign = {}, .settings = {}}));
}

TEST_CASE("the stream is read without the rest") {
  stream_id largest{stream_kind::contact, ~0ULL, ~0U};
  for (const auto& stream : {engine_stream, stream_of(test::sample_contact), largest})
    for (const auto& it : test::one_of_each()) {
      auto bytes =
        encode({.position = ~0ULL, .stream = stream, .version = 3, .actor = "alice", .event = it});
      CHECK(peek_stream(bytes) == stream);
      CHECK_FALSE(peek_stream(std::string_view{bytes}.substr(0, 5)));
    }
}

TEST_CASE("the smallest and the largest numbers come back") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  constexpr auto most_rows = std::numeric_limits<std::uint32_t>::max();
  comes_back(
    {.position = most,
     .stream = {stream_kind::contact, most, most_rows},
     .version = most,
     .recorded_at = instant::max(),
     .actor = "a",
     .correlation = most,
     .causation = most,
     .writer_epoch = most,
     .event = contact_dialed{
       .attempt = most_rows,
       .trunk = {most},
       .caller_id = {},
       .at = instant::min(),
       .due_at = instant::max(),
       .give_up_at = {}}});
  auto settings = test::sample_settings();
  settings.schedule.windows = {{weekday::sunday, 65535, 65535}, {weekday::monday, 0, 0}};
  comes_back(sample_envelope(campaign_edited{settings}));
}

TEST_CASE("whoever did it comes back, nobody included") {
  for (const auto* actor : {"system", "", "night shift"}) {
    auto it = sample_envelope(campaign_started{});
    it.actor = actor;
    comes_back(it);
  }
}

TEST_CASE("what the engine did by itself costs no bytes for the actor") {
  auto it = sample_envelope(campaign_started{});
  it.actor = "system";
  auto by_the_engine = encode(it).size();
  it.actor = "";
  CHECK(by_the_engine < encode(it).size());
}

TEST_CASE("a carrier may say anything, and it can be read back") {
  const std::string utterances[] = {
    std::string{"\0", 1},
    "\xff\xfe",
    "\xc0\x80",
    "\xed\xa0\x80",
    "half a character \xe2\x82",
    std::string(1'000'000, '\x80')};
  for (const auto& said : utterances) {
    comes_back(sample_envelope(contact_initiated{.attempt = 1, .provider_ref = said, .at = {}}));
    auto ended = test::bare_end(outcome::failed);
    ended.cause = said;
    ended.provider_code = said;
    comes_back(sample_envelope(ended));
    workflow_created created;
    created.prompt = said;
    created.required_variables = {said};
    comes_back(sample_envelope(created));
  }
}

TEST_CASE("every outcome, answerer and disposition comes back") {
  for (auto how : all_outcomes)
    for (auto who : {answerer::unknown, answerer::human, answerer::machine, answerer::fax})
      comes_back(sample_envelope(test::bare_end(how, who)));
  for (auto how : {disposition::completed, disposition::failed, disposition::cancelled})
    comes_back(sample_envelope(contact_finished{how}));
}

TEST_CASE("a campaign's times come back, and none are none") {
  auto settings = test::sample_settings();
  settings.not_before = test::sample_time();
  settings.expires_at = instant{};
  auto with_times = test::sample_envelope(campaign_edited{settings});
  CHECK(decode(encode(with_times)) == with_times);
  auto without = test::sample_envelope(campaign_edited{test::sample_settings()});
  CHECK(decode(encode(without)) == without);
}

TEST_CASE("a trunk's pace comes back, by the second and by other windows") {
  for (pace each : {pace{0, 1}, pace{7, 1}, pace{7, 5}, pace{0, 5}}) {
    trunk_created made;
    made.rate = each;
    made.caller_id_limits = {.concurrent = 2, .per_day = 300};
    auto back = decode(encode(test::sample_envelope(made)));
    REQUIRE(back);
    CHECK(std::get<trunk_created>(back->event) == made);
    trunk_edited edit;
    edit.rate = each;
    back = decode(encode(test::sample_envelope(edit)));
    REQUIRE(back);
    CHECK(std::get<trunk_edited>(back->event) == edit);
  }
}

TEST_CASE(
  "a campaign's weight and slow start come back, and cost no bytes as long as they are the usual") {
  campaign_edited usual{.settings = test::sample_settings()};
  auto other = usual;
  other.settings.line_weight = 3;
  other.settings.ramp_up_seconds = 600;
  auto back = decode(encode(test::sample_envelope(other)));
  REQUIRE(back);
  CHECK(std::get<campaign_edited>(back->event) == other);
  CHECK(encode(test::sample_envelope(usual)).size() < encode(test::sample_envelope(other)).size());
}
