#include "support/temporary_directory.hpp"
#include "telephony/line.hpp"
#include "telephony/real_timer.hpp"

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

using namespace ringmaster::test;

TEST_CASE("calls from many threads are each told to their end, once") {
  constexpr std::uint32_t threads = 4;
  constexpr std::uint32_t each = 500;
  temporary_directory directory;
  std::mutex mutex;
  std::map<attempt_key, int> ends;
  std::promise<void> all_over;
  real_timer timer{1'000};
  auto settings = smooth();
  auto carrier = make_simulated_carrier(
    settings,
    directory.path() / "ledger",
    [start = std::chrono::steady_clock::now()] {
      auto passed = (std::chrono::steady_clock::now() - start) * 1'000;
      return manual_timer::monday_morning + std::chrono::duration_cast<duration>(passed);
    },
    [&](duration delay, std::function<void()> what) { timer.after(delay, std::move(what)); },
    [&](const call_news& news) {
      std::lock_guard lock{mutex};
      for (const auto& it : news.reports)
        if (is<call_ended>(it) && ++ends[news.id] == 1 && ends.size() == threads * each)
          all_over.set_value();
    });
  {
    std::vector<std::jthread> placing;
    for (std::uint32_t thread = 0; thread < threads; ++thread)
      placing.emplace_back([&, thread] {
        for (std::uint32_t i = 1; i <= each; ++i) {
          auto id = call(thread * each + i);
          carrier->place(request(id), [](const auto&) {});
          if (i % 50 == 0)
            carrier->hang_up({.id = id});
          if (i % 70 == 0)
            carrier->look_up({.id = id}, [](const auto&) {});
        }
      });
  }
  all_over.get_future().wait();
  CHECK(read_ledger(directory.path() / "ledger").size() == threads * each);
  std::lock_guard lock{mutex};
  for (const auto& [id, times] : ends)
    CHECK(times == 1);
}

TEST_CASE("a carrier that is gone says nothing more") {
  manual_timer time;
  int told = 0;
  auto carrier = make_simulated_carrier(
    always(outcome::completed),
    {},
    [&] { return time.now(); },
    [&](duration delay, std::function<void()> what) { time.after(delay, std::move(what)); },
    [&](const auto&) { ++told; });
  carrier->place(request(call(1)), [](const auto&) {});
  CHECK(told == 1);
  carrier.reset();
  time.advance(1h);
  CHECK(told == 1);
}

TEST_CASE("a carrier is not gone before its last word is said") {
  std::promise<void> speaking, listened;
  std::atomic<bool> going = false;
  std::atomic<bool> gone = false;
  bool spoke_from_beyond = false;
  real_timer timer;
  auto carrier = make_simulated_carrier(
    always(outcome::busy),
    {},
    [] { return manual_timer::monday_morning; },
    [&](duration, std::function<void()> what) { timer.after(0s, std::move(what)); },
    [&](const call_news& news) {
      if (letters(news.reports) != "E")
        return;
      speaking.set_value();
      listened.get_future().wait();
      spoke_from_beyond = gone;
    });
  carrier->place(request(call(1)), [](const auto&) {});
  speaking.get_future().wait();
  std::jthread destroying{[&] {
    going = true;
    carrier.reset();
    gone = true;
  }};
  while (!going)
    std::this_thread::yield();
  // Time enough for a destructor that does not wait to get caught.
  for (int i = 0; i < 100'000 && !gone; ++i)
    std::this_thread::yield();
  listened.set_value();
  destroying.join();
  CHECK_FALSE(spoke_from_beyond);
}

TEST_CASE("a timer that is late makes up for it in one piece of news") {
  auto now = manual_timer::monday_morning;
  std::vector<std::function<void()>> waiting;
  std::vector<call_news> news;
  auto carrier = make_simulated_carrier(
    always(outcome::completed),
    {},
    [&] { return now; },
    [&](duration, std::function<void()> what) { waiting.push_back(std::move(what)); },
    [&](call_news it) { news.push_back(std::move(it)); });
  carrier->place(request(call(1)), [](const auto&) {});
  now += 10s;
  REQUIRE(waiting.size() == 1);
  waiting[0]();
  REQUIRE(news.size() == 2);
  CHECK(letters(news[1].reports) == "RA");
  REQUIRE(waiting.size() == 2);
}

TEST_CASE("a timer that is ahead of the clock is believed") {
  auto now = manual_timer::monday_morning;
  std::vector<std::function<void()>> waiting;
  std::vector<call_news> news;
  auto carrier = make_simulated_carrier(
    always(outcome::busy),
    {},
    [&] { return now; },
    [&](duration, std::function<void()> what) { waiting.push_back(std::move(what)); },
    [&](call_news it) { news.push_back(std::move(it)); });
  carrier->place(request(call(1)), [](const auto&) {});
  now += 999ms;
  REQUIRE(waiting.size() == 1);
  waiting[0]();
  REQUIRE(news.size() == 2);
  CHECK(letters(news[1].reports) == "E");
  CHECK(waiting.size() == 1);
}
