// What became of a call of which nobody tells, or no more.
#include "support/given_campaign.hpp"

using namespace ringmaster;
using namespace ringmaster::test;
using events::outcome;

TEST_CASE("after a crash calls that were up are settled, and nobody is called twice") {
  premises at;
  plan with{.contacts = 40, .concurrency = 10, .script = "busy,completed"};
  with.settings.retry = three_tries(1);
  std::vector<std::pair<events::instant, events::attempt_key>> placed;
  auto keep = [&](stage& on) {
    placed.insert(placed.end(), on.carrier().placed.begin(), on.carrier().placed.end());
  };
  {
    stage on{at};
    begin(on, with);
    on.advance(8s);
    keep(on);
  }
  for (int crash = 0; crash < 12; ++crash) {
    stage on{at};
    on.wake_running();
    CHECK(closes(view(on).progress));
    on.advance(std::chrono::seconds{3 + crash * 5 % 13});
    keep(on);
  }
  stage on{at};
  on.wake_running();
  run_to_the_end(on);
  keep(on);
  auto now = view(on);
  CHECK(now.state.status == campaign_status::completed);
  CHECK(now.progress.completed == 40);
  CHECK(now.progress.attempts == 80);
  never_twice(placed);
  never_twice([&] {
    std::vector<std::pair<events::instant, events::attempt_key>> ledger;
    for (const auto& entry : telephony::read_ledger(on.ledger(trunk)))
      ledger.emplace_back(entry.placed_at, entry.call);
    CHECK(ledger.size() == placed.size());
    return ledger;
  }());
}

TEST_CASE(
  "a call the carrier never heard of ends as unknown and is not dialled again on the spot") {
  premises at;
  {
    stage on{at};
    begin(on, {.contacts = 1});
    on.advance(1s);
  }
  std::filesystem::remove(at.home.path() / (to_string(trunk) + ".ledger"));
  stage on{at};
  on.wake_running();
  on.advance(10s);
  auto now = view(on);
  CHECK(now.state.status == campaign_status::completed);
  CHECK(now.progress.outcomes[static_cast<std::size_t>(outcome::unknown)] == 1);
  CHECK(on.carrier().placed.empty());
}

TEST_CASE("an end that the carrier never reported is found by asking") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 3, .carrier = R"({"lost_end_rate": 1, "mix": {"no_answer": 1}})"});
  run_to_the_end(on, 10min);
  CHECK(view(on).state.status == campaign_status::completed);
  CHECK(view(on).progress.outcomes[static_cast<std::size_t>(outcome::no_answer)] == 3);
}

TEST_CASE("an answered call whose end was never reported gives its line back in minutes") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 3, .carrier = R"({"lost_end_rate": 1, "mix": {"completed": 1}})"});
  CHECK(run_to_the_end(on) < 10min);
  CHECK(view(on).progress.completed == 3);
}

TEST_CASE("a lone call of which nothing is heard any more is asked about") {
  premises at;
  stage on{at};
  plan with{
    .contacts = 1,
    .carrier = R"({"lost_end_rate": 1, "mix": {"completed": 1}})",
    .script = "busy,no_answer"};
  with.settings.retry = three_tries(30);
  with.settings.retry.max_attempts = 2;
  begin(on, with);
  run_to_the_end(on, 1h);
  CHECK(view(on).state.status == campaign_status::completed);
  CHECK(view(on).progress.outcomes[static_cast<std::size_t>(outcome::no_answer)] == 1);
}

TEST_CASE("what is up over a trunk that cannot be used for a while is not written off") {
  premises at;
  {
    stage on{at};
    begin(on, {.contacts = 1, .concurrency = 1});
    on.advance(1s);
    (void)on.command(campaign, domain::pause_campaign{});
  }
  at.no_carrier = "the server was started without what it needs";
  {
    stage on{at};
    on.wake_running();
    on.advance(10min);
    CHECK(view(on).progress.in_flight == 1);
    CHECK(view(on).state.status == campaign_status::paused);
  }
  at.no_carrier.clear();
  stage on{at};
  on.wake_running();
  on.advance(1min);
  CHECK(view(on).progress.completed == 1);
}
