#include "support/given_campaign.hpp"

#include <algorithm>

using namespace ringmaster;
using namespace ringmaster::test;
using domain::contact_phase;
using domain::line_part;
using domain::order_call_at;
using domain::order_cancel;
using domain::order_first;
using domain::refusal;
using events::outcome;

namespace {

domain::contact contact_in(stage& on, std::uint32_t row) {
  auto found = on.look().contact({campaign, row});
  return found ? found->state : domain::contact{};
}

std::vector<std::uint32_t> rows_called(const stage& on) {
  std::vector<std::uint32_t> rows;
  for (const auto& [at, call] : on.carrier().placed)
    rows.push_back(call.row);
  return rows;
}

void obey(stage& on, std::uint32_t row, const domain::contact_order& what) {
  auto got = on.order({campaign, row}, what);
  CHECK(std::holds_alternative<actors::campaign_receipt>(got));
}

refusal refused(stage& on, std::uint32_t row, const domain::contact_order& what) {
  auto got = on.order({campaign, row}, what);
  REQUIRE(std::holds_alternative<refusal>(got));
  return std::get<refusal>(got);
}

using rows = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("a contact that was cancelled in line is not called, and counts as cancelled") {
  premises at;
  stage on{at};
  plan with{.contacts = 4, .concurrency = 1};
  stock(on, with);
  create(on, with);
  obey(on, 2, order_cancel{});
  obey(on, 2, order_cancel{}); // it is so already
  CHECK(view(on).progress.cancelled == 1);
  (void)on.command(campaign, domain::start_campaign{});
  run_to_the_end(on);
  CHECK(rows_called(on) == rows{1, 3, 4});
  CHECK(view(on).progress.completed == 3);
  CHECK(view(on).state.status == campaign_status::completed);
}

TEST_CASE("a contact that waits for a retry can be cancelled, in memory and on disk") {
  premises at;
  stage on{at, {.near_retries = 2}};
  plan with{.contacts = 6, .concurrency = 6, .script = "busy,completed"};
  with.settings.retry = three_tries(30);
  begin(on, with);
  on.advance(5min);
  CHECK(view(on).progress.waiting == 6);
  for (std::uint32_t row = 1; row <= 5; ++row)
    obey(on, row, order_cancel{});
  run_to_the_end(on);
  CHECK(on.carrier().placed.size() == 7);
  CHECK(view(on).progress.cancelled == 5);
  CHECK(view(on).progress.completed == 1);
}

TEST_CASE("a contact that is cancelled during its call is not called again") {
  premises at;
  stage on{at};
  plan with{.contacts = 2, .concurrency = 2, .script = "no_answer,completed"};
  with.settings.retry = three_tries(1);
  begin(on, with);
  on.advance(3s);
  obey(on, 1, order_cancel{});
  CHECK(contact_in(on, 1).withdrawn);
  run_to_the_end(on);
  CHECK(view(on).progress.cancelled == 1);
  CHECK(view(on).progress.completed == 1);
  CHECK(std::ranges::count(rows_called(on), 1u) == 1);
}

TEST_CASE("the call of a cancelled contact is hung up if that is asked for") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 2, .concurrency = 2});
  on.advance(3s);
  obey(on, 1, order_cancel{.hang_up = true});
  on.advance(1s);
  CHECK(contact_in(on, 1).phase == contact_phase::finished);
  CHECK(contact_in(on, 1).disposition == events::disposition::cancelled);
  CHECK(contact_in(on, 2).in_flight());
}

TEST_CASE("who was put first is called before whoever is due, in the order of the wishes") {
  premises at;
  stage on{at};
  plan with{.contacts = 8, .concurrency = 1};
  stock(on, with);
  create(on, with);
  obey(on, 7, order_first{});
  on.advance(1s);
  obey(on, 3, order_first{});
  CHECK(contact_in(on, 7).phase == contact_phase::waiting);
  (void)on.command(campaign, domain::start_campaign{});
  run_to_the_end(on);
  CHECK(rows_called(on) == rows{7, 3, 1, 2, 4, 5, 6, 8});
}

TEST_CASE("who was put first is so after a crash, before retries that were due earlier") {
  premises at;
  plan with{.contacts = 4, .concurrency = 4, .script = "busy,completed"};
  with.settings.retry = three_tries(1);
  {
    stage on{at, {.near_retries = 2}};
    begin(on, with);
    on.advance(30s);
    (void)on.command(campaign, domain::pause_campaign{});
    on.advance(5min); // all retries are overdue
    obey(on, 4, order_first{});
  }
  stage on{at, {.near_retries = 2}};
  auto settings = view(on).state.settings;
  settings.concurrency = 1;
  (void)on.command(campaign, domain::edit_campaign{settings});
  (void)on.command(campaign, domain::resume_campaign{});
  run_to_the_end(on);
  REQUIRE(on.carrier().placed.size() == 4);
  CHECK(rows_called(on).front() == 4);
}

TEST_CASE("a call at an hour is made then, and never outside a window") {
  premises at; // Monday 09:00 UTC
  stage on{at};
  plan with{.contacts = 3, .concurrency = 3};
  with.settings.schedule = {
    .timezone = "UTC",
    .windows = {
      {events::weekday::monday, 9 * 60, 10 * 60}, {events::weekday::monday, 11 * 60, 12 * 60}}};
  stock(on, with);
  create(on, with);
  obey(on, 1, order_call_at{at.now + 20min});
  obey(on, 2, order_call_at{at.now + 90min}); // 10:30, closed
  CHECK(contact_in(on, 2).due_at == at.now + 2h);
  (void)on.command(campaign, domain::start_campaign{});
  auto began = on.now();
  run_to_the_end(on);
  REQUIRE(rows_called(on) == rows{3, 1, 2});
  CHECK(on.carrier().placed[1].first - began >= 20min);
  CHECK(on.carrier().placed[1].first - began < 21min);
  CHECK(on.carrier().placed[2].first - began >= 2h);
  CHECK(on.carrier().placed[2].first - began < 121min);
}

TEST_CASE("orders that cannot be carried out are refused by their rule") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 2, .concurrency = 1});
  on.advance(3s);
  CHECK(refused(on, 1, order_first{}) == refusal::attempt_open);
  CHECK(refused(on, 1, order_call_at{on.now()}) == refusal::attempt_open);
  CHECK(refused(on, 3, order_cancel{}) == refusal::not_found);
  on.advance(20s);
  CHECK(refused(on, 1, order_cancel{}) == refusal::contact_finished);
  CHECK(refused(on, 1, order_first{}) == refusal::contact_finished);
  run_to_the_end(on);
  CHECK(refused(on, 2, order_first{}) == refusal::already_over);
}

TEST_CASE("all who are in line are cancelled, and calls that are up go on") {
  premises at;
  stage on{at, {.near_retries = 3}};
  plan with{.contacts = 2'500, .concurrency = 20, .script = "busy,completed"};
  with.settings.retry = three_tries(60);
  begin(on, with);
  on.advance(30s);
  auto before = view(on).progress;
  REQUIRE(before.waiting > 10);
  auto got = on.cancel_line(campaign, line_part::everybody);
  CHECK(std::get<actors::campaign_receipt>(got).contacts == before.pending + before.waiting);
  auto now = view(on).progress;
  CHECK(closes(now));
  CHECK(now.pending + now.waiting == 0);
  auto dialled = on.carrier().placed.size();
  on.advance(10s);
  CHECK(on.carrier().placed.size() == dialled);
  run_to_the_end(on);
  CHECK(view(on).state.status == campaign_status::completed);
}

TEST_CASE("of those in line only the waiting are cancelled if only they are meant") {
  premises at;
  stage on{at, {.near_retries = 3}};
  plan with{.contacts = 600, .concurrency = 10, .script = "busy,completed"};
  with.settings.retry = three_tries(60);
  begin(on, with);
  on.advance(5s);
  (void)on.command(campaign, domain::pause_campaign{});
  on.advance(20s);
  auto before = view(on).progress;
  REQUIRE(before.pending > 0);
  (void)on.cancel_line(campaign, line_part::waiting);
  CHECK(view(on).progress.cancelled == before.waiting);
  CHECK(view(on).progress.pending == before.pending);
}

TEST_CASE("wherever a crash falls into a day of orders, nobody is lost or called twice") {
  plan with{.contacts = 12, .concurrency = 3, .script = "busy,completed"};
  with.settings.retry = three_tries(1);
  auto orders = [](stage& on) {
    on.order_later({campaign, 12}, order_first{});
    on.order_later({campaign, 2}, order_cancel{});
    on.order_later({campaign, 1}, order_cancel{.hang_up = true});
    on.order_later({campaign, 9}, order_call_at{on.now() + 2min});
  };
  bool all_done = false;
  for (std::uint64_t crash_at = 1; !all_done; ++crash_at) {
    CAPTURE(crash_at);
    premises at;
    std::vector<std::pair<events::instant, events::attempt_key>> placed;
    {
      stage on{at};
      begin(on, with);
      on.advance(2s);
      orders(on);
      auto last = on.journal().head().position + crash_at;
      all_done = !on.run_while([&] { return on.journal().head().position < last; });
      placed = on.carrier().placed;
    }
    stage on{at};
    on.wake_running();
    orders(on); // those that were not answered are given again
    run_to_the_end(on);
    placed.insert(placed.end(), on.carrier().placed.begin(), on.carrier().placed.end());
    never_twice(placed);
    auto now = view(on);
    CHECK(now.state.status == campaign_status::completed);
    CHECK(now.progress.completed + now.progress.cancelled == 12);
    CHECK(now.progress.cancelled == 2);
  }
}

TEST_CASE("a sweep that a crash cuts short leaves the others in line") {
  premises at;
  plan with{.contacts = 50, .concurrency = 2};
  {
    stage on{at};
    stock(on, with);
    create(on, with);
    auto before = on.journal().head().position;
    on.cancel_line_later(campaign, line_part::everybody);
    on.run_while([&] { return on.journal().head().position == before; });
  }
  stage on{at};
  (void)on.command(campaign, domain::start_campaign{});
  run_to_the_end(on);
  auto now = view(on);
  CHECK(now.progress.cancelled > 0);
  CHECK(now.progress.completed + now.progress.cancelled == 50);
}

TEST_CASE(
  "a paused campaign whose last contact was cancelled by a crash's time is completed after it") {
  premises at;
  plan with{.contacts = 1};
  {
    stage on{at};
    stock(on, with);
    create(on, with);
    (void)on.command(campaign, domain::start_campaign{});
    (void)on.command(campaign, domain::pause_campaign{.hang_up = true});
    on.run();
    on.order_later({campaign, 1}, order_cancel{});
    auto before = on.journal().head().position;
    on.run_while([&] { return on.journal().head().position == before; });
  }
  stage on{at};
  REQUIRE(view(on).state.status == campaign_status::paused);
  on.wake_running();
  CHECK(view(on).state.status == campaign_status::completed);
}

TEST_CASE(
  "contacts whose rows were erased are cancelled instead of called, and the others are called") {
  premises at;
  stage on{at};
  stock(on, {.contacts = 6, .concurrency = 1});
  for (std::uint32_t row : {1U, 3U, 4U})
    on.vault().erase_row(list, row);
  create(on, {.contacts = 6, .concurrency = 1});
  (void)on.command(campaign, domain::start_campaign{});
  run_to_the_end(on);
  CHECK(rows_called(on) == rows{2, 5, 6});
  CHECK(view(on).state.status == campaign_status::completed);
  CHECK(view(on).progress.cancelled == 3);
  CHECK(view(on).progress.completed == 3);
}

TEST_CASE("a retry of somebody whose row was erased meanwhile is cancelled") {
  premises at;
  stage on{at};
  plan with{.contacts = 2, .concurrency = 2, .script = "busy,completed"};
  with.settings.retry = three_tries(30);
  begin(on, with);
  on.advance(5min);
  REQUIRE(view(on).progress.waiting == 2);
  on.vault().erase_row(list, 1);
  run_to_the_end(on);
  CHECK(rows_called(on) == rows{1, 2, 2});
  CHECK(view(on).progress.cancelled == 1);
  CHECK(view(on).progress.completed == 1);
}

TEST_CASE("what a call brings is not kept if its row was erased meanwhile") {
  premises at;
  plan with{.contacts = 2, .concurrency = 2, .script = "completed"};
  {
    stage on{at};
    begin(on, with);
    on.advance(3s);
    on.vault().erase_row(list, 1);
  }
  stage on{at}; // nor by another process that hears of its end
  on.wake_running();
  run_to_the_end(on);
  CHECK_FALSE(on.vault().result_of({campaign, 1, 1}));
  CHECK(on.vault().result_of({campaign, 2, 1}));
  CHECK(view(on).progress.completed == 2);
}

TEST_CASE("a row is erased of a list that there is") {
  premises at;
  stage on{at};
  stock(on, {.contacts = 2});
  on.record(events::stream_of(list), events::contact_list_row_erased{list, 2});
  on.record(events::stream_of(list), events::contact_list_row_erased{list, 1});
  CHECK(on.look().version_of(events::stream_of(list)) == 3);
}

TEST_CASE("contacts that are added to a running campaign are called behind the others, or next") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 6, .concurrency = 1});
  on.advance(3s); // the first is up
  auto last = more_contacts(on, {21}, 2, false);
  auto next = more_contacts(on, {22}, 2, true);
  (void)on.command(campaign, domain::add_contacts{last, 0});
  (void)on.command(campaign, domain::add_contacts{next, 1});
  CHECK(view(on).progress.total == 10);
  CHECK(closes(view(on).progress));
  run_to_the_end(on);
  CHECK(rows_called(on) == rows{1, 9, 10, 2, 3, 4, 5, 6, 7, 8});
  CHECK(on.carrier().prompts[1] == "Hello Added 1");
  CHECK(view(on).progress.completed == 10);
  CHECK(view(on).state.status == campaign_status::completed);
}

TEST_CASE("contacts that are added while the last call is up keep the campaign going") {
  premises at;
  stage on{at};
  begin(on, {.contacts = 1, .concurrency = 1});
  on.advance(5s);
  (void)on.command(campaign, domain::add_contacts{more_contacts(on, {21}, 1, false), 0});
  run_to_the_end(on);
  CHECK(rows_called(on) == rows{1, 2});
  auto got = on.command(campaign, domain::add_contacts{more_contacts(on, {22}, 1, false), 1});
  CHECK(std::get<refusal>(got) == refusal::already_over);
}

TEST_CASE("wherever a crash falls while contacts are added, nobody is lost or called twice") {
  plan with{.contacts = 6, .concurrency = 2, .script = "busy,completed"};
  with.settings.retry = three_tries(1);
  bool all_done = false;
  for (std::uint64_t crash_at = 1; !all_done; ++crash_at) {
    CAPTURE(crash_at);
    premises at;
    std::vector<std::pair<events::instant, events::attempt_key>> placed;
    domain::add_contacts more;
    {
      stage on{at};
      begin(on, with);
      on.advance(3s);
      more = {more_contacts(on, {21}, 3, true), 0};
      auto last = on.journal().head().position + crash_at;
      on.command_later(campaign, more);
      for (int n = 0; n < 30 && on.journal().head().position < last; ++n)
        if (!on.run_while([&] { return on.journal().head().position < last; }))
          on.advance(1s, 1s);
      all_done = on.journal().head().position < last;
      placed = on.carrier().placed;
    }
    stage on{at};
    on.wake_running();
    if (view(on).state.added.empty())
      (void)on.command(campaign, more);
    run_to_the_end(on);
    placed.insert(placed.end(), on.carrier().placed.begin(), on.carrier().placed.end());
    never_twice(placed);
    auto now = view(on);
    CHECK(now.state.status == campaign_status::completed);
    CHECK(now.progress.total == 9);
    CHECK(now.progress.completed == 9);
  }
}
