// Bytes that no program of ours wrote.
#include "events/codec.hpp"
#include "log.pb.h"
#include "support/sample_events.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <string>

using namespace ringmaster;
using namespace ringmaster::events;
using test::one_of_each;
using test::sample_envelope;

namespace {

std::mt19937_64 seeded() {
  auto seed = std::random_device{}();
  MESSAGE("seed ", seed);
  return std::mt19937_64{seed};
}

/// Decodes, and if there is something, does all that can be done with it. What
/// was read from damage must be as good as any other event.
void try_to_use(const std::string& bytes) {
  auto it = decode(bytes);
  if (!it)
    return;
  CHECK(!to_json(*it).empty());
  auto again = decode(encode(*it));
  REQUIRE(again.has_value());
  CHECK(*again == *it);
}

std::string with(const event& it, const std::function<void(log::Envelope&)>& change) {
  log::Envelope message;
  REQUIRE(message.ParseFromString(encode(sample_envelope(it))));
  change(message);
  return message.SerializeAsString();
}

template <class Change>
bool readable(const event& it, Change change) {
  return decode(with(it, change)).has_value();
}

} // namespace

TEST_CASE("nothing, and what is no message at all, is no event") {
  CHECK(!decode("").has_value());
  CHECK(!decode(std::string(200, '\0')).has_value());
  CHECK(!decode(std::string(200, '\xff')).has_value());
  CHECK(!decode("position = 1").has_value());
}

TEST_CASE("a record that was cut off anywhere is no event") {
  for (auto& it : one_of_each()) {
    auto bytes = encode(sample_envelope(it));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      CAPTURE(type_of(it));
      CAPTURE(length);
      CHECK(!decode(std::string_view{bytes}.substr(0, length)).has_value());
    }
  }
}

TEST_CASE("a flipped bit does no harm") {
  for (auto& it : one_of_each()) {
    auto bytes = encode(sample_envelope(it));
    for (std::size_t at = 0; at < bytes.size() * 8; ++at) {
      auto damaged = bytes;
      damaged[at / 8] = static_cast<char>(damaged[at / 8] ^ (1 << at % 8));
      try_to_use(damaged);
    }
  }
}

TEST_CASE("random damage does no harm") {
  auto chance = seeded();
  auto samples = one_of_each();
  for (int round = 0; round < 50'000; ++round) {
    auto bytes = encode(sample_envelope(samples[chance() % samples.size()]));
    for (auto changes = 1 + chance() % 8; changes > 0; --changes)
      bytes[chance() % bytes.size()] = static_cast<char>(chance());
    if (chance() % 4 == 0)
      bytes.insert(chance() % bytes.size(), bytes.substr(chance() % bytes.size()));
    try_to_use(bytes);
  }
}

TEST_CASE("noise does no harm") {
  auto chance = seeded();
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes(chance() % 200, '\0');
    for (auto& byte : bytes)
      byte = static_cast<char>(chance());
    try_to_use(bytes);
  }
}

TEST_CASE("an event that only a later program knows is not read as another") {
  auto of_another = [](log::Envelope& it) {
    it.clear_payload();
    it.GetReflection()->MutableUnknownFields(&it)->AddLengthDelimited(99, "contact.rescued.v1");
  };
  CHECK(!readable(campaign_started{}, of_another));
  CHECK(!readable(campaign_started{}, [](log::Envelope& it) { it.clear_payload(); }));
}

TEST_CASE("a field that a later program added is passed over") {
  auto added = with(campaign_started{}, [](log::Envelope& it) {
    it.GetReflection()->MutableUnknownFields(&it)->AddVarint(15, 1);
  });
  CHECK(decode(added) == sample_envelope(campaign_started{}));
}

TEST_CASE("a stream of no kind that we know is refused") {
  for (int kind : {0, 9, -1})
    CHECK(!readable(campaign_started{}, [&](log::Envelope& it) {
      it.set_stream_kind(static_cast<log::StreamKind>(kind));
    }));
}

TEST_CASE("an outcome, answerer or disposition that we do not know is refused") {
  auto ended = test::bare_end(outcome::unknown, answerer::fax);
  for (int value : {0, 10, 257, -1})
    CHECK(!readable(ended, [&](log::Envelope& it) {
      it.mutable_contact_attempt_ended()->set_outcome(static_cast<log::Outcome>(value));
    }));
  for (int value : {4, 256, -1})
    CHECK(!readable(ended, [&](log::Envelope& it) {
      it.mutable_contact_attempt_ended()->set_answered_by(static_cast<log::Answerer>(value));
    }));
  for (int value : {0, 4, 257, -1})
    CHECK(!readable(contact_finished{}, [&](log::Envelope& it) {
      it.mutable_contact_finished()->set_disposition(static_cast<log::Disposition>(value));
    }));
}

TEST_CASE("settings that ours could not hold are refused") {
  auto refuses = [](const std::function<void(log::CampaignSettings&)>& change) {
    CHECK(!readable(campaign_edited{test::sample_settings()}, [&](log::Envelope& it) {
      change(*it.mutable_campaign_edited()->mutable_settings());
    }));
    campaign_created created;
    created.settings = test::sample_settings();
    CHECK(!readable(created, [&](log::Envelope& it) {
      change(*it.mutable_campaign_created()->mutable_settings());
    }));
  };
  for (int day : {0, 8, 257, -1})
    refuses([&](auto& it) {
      it.mutable_schedule()->mutable_windows(0)->set_day(static_cast<log::Weekday>(day));
    });
  for (int kind : {3, 256, -1})
    refuses([&](auto& it) {
      it.mutable_retry()->mutable_rules(0)->set_backoff(static_cast<log::Backoff>(kind));
    });
  for (int how : {0, 10, -1})
    refuses([&](auto& it) {
      it.mutable_retry()->mutable_rules(0)->set_outcome(static_cast<log::Outcome>(how));
    });
  refuses([](auto& it) { it.mutable_schedule()->mutable_windows(0)->set_start_minute(65536); });
  refuses([](auto& it) { it.mutable_schedule()->mutable_windows(0)->set_end_minute(65536); });
}
