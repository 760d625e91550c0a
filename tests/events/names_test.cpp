#include "events/envelope.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace ringmaster::events;

namespace {

constexpr std::uint64_t largest_id = (1ULL << 60) - 1;

} // namespace

TEST_CASE("an id reads as its kind and twelve digits") {
  CHECK(to_string(campaign_id{1}) == "cmp_000000000001");
  CHECK(to_string(contact_list_id{31}) == "lst_00000000000z");
  CHECK(to_string(workflow_id{32}) == "wfl_000000000010");
  CHECK(to_string(trunk_id{largest_id}) == "trk_zzzzzzzzzzzz");
}

TEST_CASE("an id comes back from its text, and sorts as its text does") {
  auto seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937_64 chance{seed};
  std::uint64_t before = 1;
  for (int round = 0; round < 10'000; ++round) {
    auto value = (chance() >> (4 + chance() % 60)) | 1;
    auto text = to_string(campaign_id{value});
    CHECK(parse_id<campaign_tag>(text) == campaign_id{value});
    CHECK((value < before) == (text < to_string(campaign_id{before})));
    before = value;
  }
}

TEST_CASE("what is no id is refused") {
  for (const auto* text :
       {"",
        "cmp_",
        "cmp_000000000000",  // zero names nothing
        "cmp_00000000001",   // too short
        "cmp_0000000000001", // too long
        "cmp_00000000000A",  // one spelling per id
        "cmp_00000000000i",  // not among the digits
        "cmp_00000000000l",
        "cmp_00000000000o",
        "cmp_00000000000u",
        "cmp_-00000000001",
        " cmp_000000000001",
        "cmp_000000000001 ",
        "CMP_000000000001",
        "000000000001"})
    CHECK_MESSAGE(!parse_id<campaign_tag>(text).has_value(), text);
  std::string with_nul{"cmp_00000000001\0", 16};
  CHECK(!parse_id<campaign_tag>(with_nul).has_value());
}

TEST_CASE("one kind of id does not pass for another") {
  auto text = to_string(workflow_id{7});
  CHECK(parse_id<workflow_tag>(text) == workflow_id{7});
  CHECK(!parse_id<campaign_tag>(text).has_value());
  CHECK(!parse_id<contact_list_tag>(text).has_value());
  CHECK(!parse_id<trunk_tag>(text).has_value());
}

TEST_CASE("an attempt reads as campaign, row and attempt, and comes back") {
  attempt_key it{{1}, 17, 2};
  CHECK(to_string(it) == "cmp_000000000001.17.2");
  for (const auto& each :
       {it, attempt_key{{1}, 1, 1}, attempt_key{{largest_id}, 4294967295, 4294967295}})
    CHECK(parse_attempt_key(to_string(each)) == each);
}

TEST_CASE("what is no attempt is refused") {
  for (const auto* text :
       {"",
        ".",
        "..",
        "cmp_000000000001",
        "cmp_000000000001.17",
        "cmp_000000000001.17.",
        "cmp_000000000001..2",
        "cmp_000000000001.0.2",
        "cmp_000000000001.17.0",
        "cmp_000000000001.017.2", // one spelling per attempt
        "cmp_000000000001.17.02",
        "cmp_000000000001.+17.2",
        "cmp_000000000001.-1.2",
        "cmp_000000000001.17.2.3",
        "cmp_000000000001.17.2 ",
        "cmp_000000000001. 17.2",
        "cmp_000000000001.4294967296.1",
        "cmp_000000000001.1.4294967296",
        "cmp_000000000000.17.2",
        "lst_000000000001.17.2"})
    CHECK_MESSAGE(!parse_attempt_key(text).has_value(), text);
}

TEST_CASE("a stream reads as what it is about") {
  CHECK(to_string(engine_stream) == "engine");
  CHECK(to_string(stream_of(campaign_id{1})) == "campaign/cmp_000000000001");
  CHECK(to_string(stream_of(contact_list_id{1})) == "contact_list/lst_000000000001");
  CHECK(to_string(stream_of(workflow_id{1})) == "workflow/wfl_000000000001");
  CHECK(to_string(stream_of(trunk_id{1})) == "trunk/trk_000000000001");
  CHECK(to_string(stream_of(api_key_id{1})) == "api_key/key_000000000001");
  CHECK(to_string(stream_of(webhook_id{1})) == "webhook/whk_000000000001");
  CHECK(to_string(stream_of(contact_key{{1}, 17})) == "contact/cmp_000000000001/17");
}

TEST_CASE("every outcome has a word of its own, and comes back from it") {
  std::vector<std::string_view> words;
  for (auto it : all_outcomes) {
    CHECK(parse_outcome(to_string(it)) == it);
    words.push_back(to_string(it));
  }
  CHECK(
    words
    == std::vector<std::string_view>{
      "completed",
      "voicemail",
      "busy",
      "no_answer",
      "rejected",
      "failed",
      "cancelled",
      "abandoned",
      "unknown"});
}

TEST_CASE("what is no outcome is refused") {
  for (const auto* text : {"", "Completed", "no answer", "busy ", "human", "9"})
    CHECK_MESSAGE(!parse_outcome(text).has_value(), text);
}

TEST_CASE("answerers and dispositions read as words") {
  CHECK(to_string(answerer::unknown) == "unknown");
  CHECK(to_string(answerer::human) == "human");
  CHECK(to_string(answerer::machine) == "machine");
  CHECK(to_string(answerer::fax) == "fax");
  CHECK(to_string(disposition::completed) == "completed");
  CHECK(to_string(disposition::failed) == "failed");
  CHECK(to_string(disposition::cancelled) == "cancelled");
}
