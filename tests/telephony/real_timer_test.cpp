#include "telephony/real_timer.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

using namespace ringmaster::telephony;
using namespace std::chrono_literals;

TEST_CASE("what is due first runs first, whatever was asked for first") {
  real_timer timer;
  std::vector<int> ran;
  std::promise<void> done;
  timer.after(20ms, [&] {
    ran.push_back(2);
    done.set_value();
  });
  timer.after(1ms, [&] { ran.push_back(1); });
  done.get_future().wait();
  CHECK(ran == std::vector{1, 2});
}

TEST_CASE("a time factor speeds time up") {
  real_timer timer{1e6};
  std::promise<void> done;
  timer.after(24h, [&] { done.set_value(); }); // 86 ms
  done.get_future().wait();
}

TEST_CASE("what is overdue runs at once") {
  real_timer timer;
  std::promise<void> done;
  timer.after(-1h, [&] { done.set_value(); });
  done.get_future().wait();
}

TEST_CASE("what runs may ask for more") {
  real_timer timer;
  std::promise<void> done;
  timer.after(0s, [&] { timer.after(0s, [&] { done.set_value(); }); });
  done.get_future().wait();
}

TEST_CASE("an eternity is not overdue") {
  std::atomic<bool> ran = false;
  std::promise<void> done;
  {
    real_timer timer{1e-6};
    timer.after(ringmaster::events::duration::max(), [&] { ran = true; });
    timer.after(0s, [&] { done.set_value(); });
    done.get_future().wait();
  }
  CHECK_FALSE(ran);
}

TEST_CASE("a timer that goes drops what is not yet due") {
  auto held = std::make_shared<int>();
  std::weak_ptr watched = held;
  {
    real_timer timer;
    timer.after(1h, [held = std::move(held)] {});
    CHECK_FALSE(watched.expired());
  }
  CHECK(watched.expired());
}

TEST_CASE("any thread may ask") {
  constexpr int askers = 4;
  constexpr int each = 1'000;
  std::atomic<int> left = askers * each;
  std::promise<void> done;
  real_timer timer;
  std::vector<std::jthread> threads;
  for (int i = 0; i < askers; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < each; ++j)
        timer.after(std::chrono::microseconds{j % 7}, [&] {
          if (--left == 0)
            done.set_value();
        });
    });
  done.get_future().wait();
  CHECK(left == 0);
}
