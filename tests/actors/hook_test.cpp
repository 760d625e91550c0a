// The pre-dial hook: nobody is dialled without its leave, whatever happens while it
// thinks.
#include "domain/waiting.hpp"
#include "support/given_campaign.hpp"

#include <deque>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

using answer_to = std::function<void(domain::hook_answer)>;

/// A campaign whose hook answers when the test has it answer.
struct office {
  struct question {
    domain::hook_question what;
    answer_to answer;
  };

  premises at;
  std::deque<question> asked;
  std::optional<stage> on;

  office() {
    at.ask_hook = [this](domain::hook_question what, answer_to answer) {
      asked.push_back({std::move(what), std::move(answer)});
    };
    on.emplace(at);
  }
  ~office() { end(); }
  office(const office&) = delete;
  office& operator=(const office&) = delete;

  void end() {
    asked.clear(); // they hold actors
    on.reset();
  }
  /// As after kill -9.
  void restart() {
    end();
    on.emplace(at);
    on->wake_running();
  }

  void begin(std::uint32_t contacts = 1, const events::schedule& when = {}) {
    plan with{.contacts = contacts, .concurrency = 3};
    with.settings.pre_dial_hook = {
      .url = "https://example.org/may-we", .timeout_ms = 1'000, .secret = {}};
    with.settings.retry.retry_interval_minutes = 30;
    with.settings.schedule = when;
    test::begin(*on, with);
  }

  void answer(domain::hook_answer what) {
    REQUIRE_FALSE(asked.empty());
    auto next = std::move(asked.front());
    asked.pop_front();
    next.answer(std::move(what));
    on->run();
  }

  [[nodiscard]] std::size_t dialled() const { return on->carrier().placed.size(); }
  [[nodiscard]] domain::contact contact(std::uint32_t row) const {
    auto found = on->look().contact({campaign, row});
    return found ? found->state : domain::contact{};
  }
};

domain::hook_answer leave() {
  return domain::hook_leave{};
}

domain::hook_answer silence() {
  return domain::hook_silence{"hook_gave_no_answer"};
}

} // namespace

TEST_CASE("a hook that refuses is not asked again at once, though retries need not wait") {
  office in;
  in.begin();
  (void)in.on->command(campaign, [&] {
    auto settings = view(*in.on).state.settings;
    settings.retry.retry_interval_minutes = 0;
    return domain::edit_campaign{settings};
  }());
  in.asked.pop_front(); // asked before the edit; its contact is back in line
  in.answer(domain::hook_denial{.reason = "quiet_day", .retry_after = {}});
  in.on->advance(59s);
  CHECK(in.asked.empty());
  in.on->advance(1s);
  CHECK(in.asked.size() == 1);
}

TEST_CASE("nobody is dialled before the hook gives leave, and no attempt is on record") {
  office it;
  it.begin();
  it.on->advance(1min);
  REQUIRE(it.asked.size() == 1);
  CHECK(it.dialled() == 0);
  CHECK(it.contact(1).attempts == 0);
  CHECK(view(*it.on).progress.pending == 1);
  it.answer(leave());
  CHECK(it.dialled() == 1);
  CHECK(it.contact(1).attempts == 1);
}

TEST_CASE("the hook is asked about the very call that is made then") {
  office it;
  it.begin();
  const auto& what = it.asked.front().what;
  CHECK(what.hook.url == "https://example.org/may-we");
  CHECK(what.call == events::attempt_key{campaign, 1, 1});
  CHECK(what.phone_number == "+14155551001");
  CHECK(what.initial_context.at("customer_name") == "Customer 1");
  auto asked_about = what.call;
  it.answer(leave());
  CHECK(it.on->carrier().placed.front().second == asked_about);
}

TEST_CASE("before every attempt the hook is asked anew") {
  office it;
  plan with{.contacts = 1, .script = "busy,completed"};
  with.settings.pre_dial_hook = {
    .url = "https://example.org/may-we", .timeout_ms = 1'000, .secret = {}};
  with.settings.retry = {
    .max_attempts = 2, .retry_interval_minutes = 5, .rules = domain::default_retry_rules(5)};
  begin(*it.on, with);
  it.answer(leave());
  it.on->advance(10min);
  REQUIRE(it.asked.size() == 1);
  CHECK(it.asked.front().what.call.attempt == 2);
  CHECK(it.asked.front().what.initial_context.contains("retry_attempt"));
  CHECK(it.dialled() == 1);
}

TEST_CASE("a contact whom the hook denies waits with its reason and has lost no attempt") {
  office it;
  it.begin();
  it.answer(domain::hook_denial{.reason = "asked_not_to_be_called", .retry_after = 2h});
  CHECK(it.dialled() == 0);
  auto now = it.on->now();
  auto put_off = it.contact(1);
  CHECK(put_off.attempts == 0);
  CHECK(put_off.due_at == now + 2h);
  CHECK(put_off.put_off_because == "asked_not_to_be_called");
  auto why = domain::judge(view(*it.on).state, put_off, now);
  CHECK(why == domain::wait{domain::wait_reason::waiting_for_hook, now + 2h});
  CHECK(closes(view(*it.on).progress));
  it.on->advance(2h - 1s, 1min);
  CHECK(it.asked.empty());
  it.on->advance(1s);
  it.answer(leave());
  CHECK(it.dialled() == 1);
}

TEST_CASE("a denial without a time lasts as long as a retry") {
  office it;
  it.begin();
  it.answer(domain::hook_denial{.reason = "denied", .retry_after = {}});
  CHECK(it.contact(1).due_at == it.on->now() + 30min);
}

TEST_CASE("a hook that fails is no leave, and asked again in a minute") {
  office it;
  it.begin();
  it.answer(silence());
  CHECK(it.dialled() == 0);
  CHECK(it.contact(1).put_off_because == "hook_gave_no_answer");
  it.on->advance(59s);
  CHECK(it.asked.empty());
  it.on->advance(1s);
  CHECK(it.asked.size() == 1);
}

TEST_CASE("a hook that fails five times in a row pauses its campaign, and a resume counts anew") {
  office it;
  it.begin(10);
  for (int failures = 0; failures < 4; ++failures)
    it.answer(silence());
  CHECK(view(*it.on).state.status == campaign_status::running);
  it.answer(silence());
  auto paused = view(*it.on);
  CHECK(paused.state.status == campaign_status::paused);
  CHECK(paused.hook_failure == events::hook_failed{.failures = 5, .reason = "hook_gave_no_answer"});
  CHECK(it.dialled() == 0);
  it.asked.clear();
  it.on->command(campaign, domain::resume_campaign{});
  for (int failures = 0; failures < 4; ++failures)
    it.answer(silence());
  CHECK(view(*it.on).state.status == campaign_status::running);
}

TEST_CASE("an answer between failures keeps the campaign going") {
  office it;
  it.begin(20);
  for (int round = 0; round < 3; ++round) {
    for (int failures = 0; failures < 4; ++failures)
      it.answer(silence());
    it.answer(domain::hook_denial{.reason = "denied", .retry_after = {}});
  }
  CHECK(view(*it.on).state.status == campaign_status::running);
}

TEST_CASE("a pause does not wait for the hook, and what it says afterwards dials nobody") {
  office it;
  it.begin();
  REQUIRE(it.asked.size() == 1);
  auto got = it.on->command(campaign, domain::pause_campaign{});
  CHECK(std::get<actors::campaign_receipt>(got).in_flight == 0);
  it.answer(leave());
  it.on->advance(1min);
  CHECK(it.dialled() == 0);
  it.on->command(campaign, domain::resume_campaign{});
  it.answer(leave());
  CHECK(it.dialled() == 1);
}

TEST_CASE("leave that comes when the window has closed dials nobody") {
  office it;
  it.begin(1, {.timezone = "UTC", .windows = {{events::weekday::monday, 9 * 60, 9 * 60 + 1}}});
  REQUIRE(it.asked.size() == 1);
  it.on->advance(1min);
  it.answer(leave());
  CHECK(it.dialled() == 0);
  CHECK(it.contact(1).attempts == 0);
}

TEST_CASE("what was asked when the process died is asked again") {
  office it;
  it.begin();
  REQUIRE(it.asked.size() == 1);
  it.restart();
  REQUIRE(it.asked.size() == 1);
  CHECK(it.asked.front().what.call == events::attempt_key{campaign, 1, 1});
  CHECK(it.dialled() == 0);
  it.answer(leave());
  CHECK(it.dialled() == 1);
}

TEST_CASE("a contact that is cancelled while the hook thinks is not dialled") {
  office it;
  it.begin();
  REQUIRE(it.asked.size() == 1);
  auto got = it.on->order({campaign, 1}, domain::order_cancel{});
  CHECK(std::holds_alternative<actors::campaign_receipt>(got));
  it.answer(leave());
  CHECK(it.dialled() == 0);
  CHECK(view(*it.on).progress.cancelled == 1);
  it.on->advance(1min);
  CHECK(view(*it.on).state.status == campaign_status::completed);
}

TEST_CASE("cancelling all who are in line takes along those whom the hook is asked about") {
  office it;
  it.begin(5);
  REQUIRE(it.asked.size() == 3);
  auto got = it.on->cancel_line(campaign, domain::line_part::everybody);
  CHECK(std::get<actors::campaign_receipt>(got).contacts == 5);
  while (!it.asked.empty())
    it.answer(leave());
  CHECK(it.dialled() == 0);
  CHECK(view(*it.on).progress.cancelled == 5);
}

TEST_CASE("an edit has those asked about asked again, by the new hook") {
  office it;
  it.begin();
  auto settings = view(*it.on).state.settings;
  settings.pre_dial_hook->url = "https://example.org/another";
  it.on->command(campaign, domain::edit_campaign{settings});
  REQUIRE(it.asked.size() == 2);
  CHECK(it.asked.back().what.hook.url == "https://example.org/another");
  it.answer(leave()); // of the old one
  CHECK(it.dialled() == 0);
  it.answer(leave());
  CHECK(it.dialled() == 1);
}

TEST_CASE("a contact that was put off is no failure of the campaign's calls") {
  office it;
  it.begin(20);
  for (int denied = 0; denied < 20; ++denied)
    it.answer(domain::hook_denial{.reason = "denied", .retry_after = {}});
  CHECK(view(*it.on).state.status == campaign_status::running);
  CHECK(view(*it.on).progress.waiting == 20);
  CHECK_FALSE(view(*it.on).breaker_trip);
}

TEST_CASE("without anybody to ask, a campaign with a hook dials nobody") {
  premises at;
  stage on{at};
  plan with{.contacts = 1};
  with.settings.pre_dial_hook = {
    .url = "https://example.org/may-we", .timeout_ms = 1'000, .secret = {}};
  begin(on, with);
  on.advance(5min);
  CHECK(on.carrier().placed.empty());
}
