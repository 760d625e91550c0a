// Logs of older versions mean today what they meant when they were written.
#include "domain/campaign.hpp"
#include "events/codec.hpp"
#include "log.pb.h"
#include "support/sample_events.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ringmaster;
using namespace ringmaster::events;

namespace {

/// The bytes of a pause as 0.1.0 wrote it. An `actor` of "" is the system.
std::string first_pause(const std::string& actor, std::uint64_t correlation, bool tripped) {
  log::Envelope it;
  REQUIRE(it.ParseFromString(encode(test::sample_envelope(campaign_started{}))));
  it.set_correlation(correlation);
  if (actor.empty())
    it.clear_actor();
  else
    it.set_actor(actor);
  auto& pause = *it.mutable_campaign_paused();
  if (tripped) {
    pause.mutable_breaker()->set_calls(10);
    pause.mutable_breaker()->set_failures(6);
  }
  return it.SerializeAsString();
}

event read(const std::string& bytes) {
  auto it = decode(bytes);
  REQUIRE(it.has_value());
  return it->event;
}

} // namespace

TEST_CASE("a pause of the first version is the breaker's, a restore's, or else an operator's") {
  CHECK(read(first_pause("", 0, true)) == event{campaign_paused{breaker_trip{10, 6, 0, 0, {}}}});
  CHECK(read(first_pause("restore", 0, false)) == event{campaign_paused{log_was_restored{}}});
  CHECK(read(first_pause("alice", 77, false)) == event{campaign_paused{operator_wish{}}});
  CHECK(read(first_pause("restore", 77, false)) == event{campaign_paused{operator_wish{}}});
}

TEST_CASE("what is around an event stays as it was written") {
  auto old = decode(first_pause("alice", 77, false));
  REQUIRE(old.has_value());
  auto envelope = test::sample_envelope(campaign_paused{});
  envelope.actor = "alice";
  envelope.correlation = 77;
  CHECK(*old == envelope);
}

TEST_CASE("an event of the first version folds to the state that it always had, and is shown as "
          "the newest") {
  domain::campaign running;
  running.status = domain::campaign_status::running;
  for (bool tripped : {false, true}) {
    auto it = decode(first_pause("", 0, tripped));
    REQUIRE(it.has_value());
    auto state = domain::evolve(running, std::get<campaign_paused>(it->event));
    CHECK(state.status == domain::campaign_status::paused);
    CHECK(to_json(*it).find("campaign.paused.v2") != std::string::npos);
  }
}
