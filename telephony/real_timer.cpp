#include "telephony/real_timer.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ringmaster::telephony {

using std::chrono::steady_clock;

namespace {

struct errand {
  steady_clock::time_point due;
  std::uint64_t number; // what is due at the same moment runs in the order it came
  std::function<void()> what;
};

/// For the heap, whose front is the greatest.
bool later(const errand& a, const errand& b) {
  return a.due != b.due ? a.due > b.due : a.number > b.number;
}

/// Beyond this a steady clock overflows, and nobody waits.
constexpr std::chrono::duration<double> longest = std::chrono::hours{24 * 365 * 100};

} // namespace

struct real_timer::state {
  double factor = 1;
  // A mutex, because whoever asks must not wait for an actor's turn, and the
  // thread must sleep until the earliest of all errands.
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<errand> errands; // a heap
  std::uint64_t next_number = 0;
  bool stopped = false;
  std::thread thread;

  void run() {
    std::unique_lock lock{mutex};
    while (!stopped) {
      if (errands.empty()) {
        changed.wait(lock);
      } else if (auto due = errands.front().due; steady_clock::now() < due) {
        changed.wait_until(lock, due);
      } else {
        std::pop_heap(errands.begin(), errands.end(), later);
        auto what = std::move(errands.back().what);
        errands.pop_back();
        lock.unlock();
        what();
        what = nullptr; // what it holds goes without the lock, too
        lock.lock();
      }
    }
  }
};

real_timer::real_timer(double factor) : state_{std::make_unique<state>()} {
  state_->factor = factor;
  state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

real_timer::~real_timer() {
  {
    std::lock_guard lock{state_->mutex};
    state_->stopped = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

void real_timer::after(events::duration delay, std::function<void()> what) {
  auto wait = std::clamp(
    std::chrono::duration<double>{delay} / state_->factor,
    std::chrono::duration<double>::zero(),
    longest);
  auto due = steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(wait);
  bool first = false;
  {
    std::lock_guard lock{state_->mutex};
    state_->errands.push_back({due, state_->next_number++, std::move(what)});
    std::push_heap(state_->errands.begin(), state_->errands.end(), later);
    first = state_->errands.front().due == due;
  }
  if (first)
    state_->changed.notify_one();
}

} // namespace ringmaster::telephony
