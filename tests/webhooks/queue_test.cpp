#include "domain/webhook.hpp"
#include "support/memory_outbox.hpp"
#include "webhooks/queue.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace ringmaster::webhooks;
using namespace std::chrono_literals;
using events::instant;

namespace {

constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
constexpr events::webhook_id hook{1};
constexpr events::campaign_id red{10};
constexpr events::campaign_id blue{11};
constexpr double plain = 0.5; // tries are not spread

/// One webhook over a log of the test's own.
struct given_queue {
  memory_outbox book;
  queue_limits limits;
  std::optional<queue> it;

  given_queue() { start(); }
  void start() { it.emplace(hook, 0, book, limits); }
  void happen(std::initializer_list<events::campaign_id> of) {
    for (auto campaign : of)
      it->take_in(campaign, noon);
  }
  void save() {
    if (auto unsaved = it->unsaved())
      book.write(std::array{*std::move(unsaved)});
  }
  /// By kill -9.
  void restart() {
    book.crash();
    start();
  }
  std::uint64_t next(instant now = noon) {
    auto found = it->next(now);
    return found ? found->position : 0;
  }
  void fail(std::uint64_t position, events::campaign_id of, instant now) {
    it->failed({position, of}, "it answered 500", now, plain);
  }
};

} // namespace

TEST_CASE("a campaign's events are sent one after the other, in order") {
  given_queue on;
  on.happen({red, red});
  CHECK(on.next() == 1);
  CHECK(on.next() == 0);
  on.it->delivered({1, red}, noon);
  CHECK(on.next() == 2);
}

TEST_CASE("campaigns are sent beside one another, as many as may be at once") {
  given_queue on;
  on.limits.at_once = 2;
  on.start();
  on.happen({{1}, {2}, {3}});
  CHECK(on.next() == 1);
  CHECK(on.next() == 2);
  CHECK(on.next() == 0);
  on.it->delivered({1, {1}}, noon);
  CHECK(on.next() == 3);
}

TEST_CASE("an event that fails is tried again after a while, and holds up its own campaign alone") {
  given_queue on;
  on.happen({red, blue, red, blue});
  CHECK(on.next() == 1);
  CHECK(on.next() == 2);
  on.fail(1, red, noon);
  on.it->delivered({2, blue}, noon);
  CHECK(on.next() == 4);
  CHECK(on.it->next_try_at() == noon + 5s);
  CHECK(on.next(noon + 5s - 1us) == 0);
  CHECK(on.next(noon + 5s) == 1);
  on.it->delivered({1, red}, noon + 5s);
  CHECK(on.next(noon + 5s) == 3);
}

TEST_CASE("what comes after a failure waits behind it") {
  given_queue on;
  on.happen({red});
  CHECK(on.next() == 1);
  on.fail(1, red, noon);
  on.happen({red});
  CHECK(on.next(noon + 5s) == 1);
  on.it->delivered({1, red}, noon + 5s);
  CHECK(on.next(noon + 5s) == 2);
}

TEST_CASE("an event that nobody took for a day is parked, and those behind it go on") {
  given_queue on;
  on.happen({red, red});
  CHECK(on.next() == 1);
  on.fail(1, red, noon);
  CHECK(on.next(noon + 24h - 1us) == 1);
  on.fail(1, red, noon + 24h - 1us);
  CHECK(on.book.count_parked(hook) == 0);
  CHECK(on.next(noon + 25h) == 1);
  on.fail(1, red, noon + 25h);
  CHECK(
    on.book.parked(hook, 0, 10)
    == std::vector{store::parked_event{1, red, noon + 25h, "it answered 500"}});
  CHECK(on.next(noon + 25h) == 0); // a receiver that fails is not hurried
  CHECK(on.next(noon + 27h) == 2);
}

TEST_CASE("what was parked is owed anew when somebody says so, and gets another day") {
  given_queue on;
  on.happen({red, red});
  CHECK(on.next() == 1);
  on.fail(1, red, noon);
  CHECK(on.next(noon + 25h) == 1);
  on.fail(1, red, noon + 25h);
  CHECK(on.it->retry_parked(noon + 30h) == 1);
  CHECK(on.book.count_parked(hook) == 0);
  CHECK(on.next(noon + 30h) == 1);
  on.fail(1, red, noon + 30h);
  CHECK(on.book.count_parked(hook) == 0);
  CHECK(on.next(noon + 40h) == 1);
  on.it->delivered({1, red}, noon + 40h);
  CHECK(on.next(noon + 40h) == 2);
}

TEST_CASE("a restart goes on where the webhook stood") {
  given_queue on;
  on.happen({red, blue});
  CHECK(on.next() == 1);
  on.it->delivered({1, red}, noon);
  CHECK(on.it->cursor() == 1);
  on.save();
  on.restart();
  CHECK(on.it->read_up_to() == 1);
  on.happen({blue});
  CHECK(on.next() == 2);
}

TEST_CASE("what was on its way when the process died is sent again") {
  given_queue on;
  on.happen({red});
  CHECK(on.next() == 1);
  on.save();
  on.restart();
  CHECK(on.it->read_up_to() == 0);
}

TEST_CASE("the cursor passes no event that is neither taken nor owed on disk") {
  given_queue on;
  on.happen({red, red, blue, red});
  CHECK(on.next() == 1);
  CHECK(on.next() == 3);
  on.fail(1, red, noon);
  on.it->delivered({3, blue}, noon);
  on.happen({red});
  CHECK(on.it->cursor() == 5);
  on.save();
  on.restart();
  for (std::uint64_t position : {1, 2, 4, 5}) {
    REQUIRE(on.next(noon + 1h) == position);
    on.it->delivered({position, red}, noon + 1h);
  }
  CHECK(on.next(noon + 1h) == 0);
}

TEST_CASE("an answer that nobody is to blame for costs no try") {
  given_queue on;
  on.happen({red});
  CHECK(on.next() == 1);
  on.it->put_back({1, red});
  CHECK(on.next() == 1);
}

TEST_CASE("the log is read no further than the window, nor behind a receiver that is gone") {
  given_queue on;
  on.limits = {.window = 2, .at_once = 8, .owed_in_silence = 4};
  on.start();
  on.happen({red, blue});
  CHECK_FALSE(on.it->has_room());
  CHECK(on.next() == 1);
  CHECK(on.next() == 2);
  on.fail(1, red, noon);
  CHECK(on.it->has_room());
  on.fail(2, blue, noon);
  on.happen({red, blue});
  CHECK_FALSE(on.it->has_room());
  CHECK(on.next(noon + 1h) == 1);
  on.it->delivered({1, red}, noon + 1h);
  CHECK(on.it->has_room());
}

TEST_CASE("events that nobody wants are passed over") {
  given_queue on;
  on.it->take_in(std::nullopt, noon);
  on.happen({red});
  CHECK(on.next() == 2);
  on.it->delivered({2, red}, noon);
  on.it->take_in(std::nullopt, noon);
  CHECK(on.it->cursor() == 3);
}
