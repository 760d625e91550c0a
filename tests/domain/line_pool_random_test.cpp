// The sharing of lines against a model that counts everything anew.
#include "domain/line_pool.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <vector>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using test::any_between;

namespace {

constexpr instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

events::pace any_pace() {
  return {any_between<std::uint32_t>(0, 4), any_between<std::uint32_t>(1, 4)};
}

class model {
public:
  /// Most placing 0: without a limit.
  model(std::uint32_t channels, events::pace rate, std::uint32_t most_placing)
    : pool_{channels, call_rate{rate, noon}}, channels_{channels}, rate_{rate},
      most_placing_{most_placing}, silent_until_{noon + rate.seconds * 1s} {
    if (most_placing > 0)
      pool_.limit_placing(most_placing);
  }

  void somebody_wants() {
    auto who = anybody();
    auto& it = users_[who];
    it.wanted = any_between<std::uint32_t>(0, 12);
    it.weight = any_between<std::uint32_t>(1, 5);
    pool_.want({who}, it.wanted, it.weight);
  }

  void calls_end() {
    auto who = anybody();
    auto lines = std::min(any_between<std::uint32_t>(1, 3), users_[who].in_use);
    users_[who].in_use -= lines;
    pool_.take_back({who}, lines);
  }

  void carrier_answers() {
    auto lines = std::min(any_between<std::uint32_t>(1, 3), placing_);
    placing_ -= lines;
    pool_.note_placed(lines);
  }

  void a_restart_finds_calls() {
    auto who = anybody();
    users_[who].in_use = any_between<std::uint32_t>(0, channels_ + 2);
    pool_.adopt({who}, users_[who].in_use);
  }

  void edit() {
    auto before = rate_;
    channels_ = any_between<std::uint32_t>(1, 10);
    rate_ = any_pace();
    if (before.calls == 0 || rate_.seconds > before.seconds)
      silent_until_ = std::max(silent_until_, now_ + rate_.seconds * 1s);
    pool_.change(channels_, rate_, now_);
  }

  void rest() {
    auto asked = any_between(10, 30) * 100ms;
    rest_.begin(asked, now_);
    rests_until_ = *rest_.until(now_);
    pool_.rest(asked, now_);
  }

  void pass() { now_ += any_between(0, 12) * 100ms; }

  void share() {
    auto before = in_use();
    std::vector<std::uint64_t> served;
    for (const auto& it : pool_.share(now_)) {
      auto& lucky = users_[it.to.value];
      RC_ASSERT(it.lines > 0);
      RC_ASSERT(it.lines <= lucky.wanted);
      lucky.wanted -= it.lines;
      lucky.in_use += it.lines;
      placing_ += it.lines;
      served.push_back(it.to.value);
      grants_.insert(grants_.end(), it.lines, now_);
    }
    RC_ASSERT(served.empty() || now_ >= rests_until_);
    RC_ASSERT(in_use() <= std::max(before, channels_));
    RC_ASSERT(most_placing_ == 0 || placing_ <= most_placing_);
    RC_ASSERT(served.empty() || rate_.calls == 0 || latest() <= rate_.calls);
    for (auto who : served)
      nobody_had_less(users_[who]);
    nothing_lies_idle();
    RC_ASSERT(pool_.in_use() == in_use());
  }

private:
  struct user {
    std::uint32_t in_use = 0;
    std::uint32_t wanted = 0;
    std::uint32_t weight = 1;
  };

  static std::uint64_t anybody() { return any_between<std::uint64_t>(1, 4); }

  [[nodiscard]] std::uint32_t in_use() const {
    std::uint32_t sum = 0;
    for (const auto& [who, it] : users_)
      sum += it.in_use;
    return sum;
  }

  /// Grants of the window that ends now.
  [[nodiscard]] std::size_t latest() const {
    return static_cast<std::size_t>(
      std::ranges::count_if(grants_, [&](instant at) { return at > now_ - rate_.seconds * 1s; }));
  }

  /// Whoever still waits has as much for his weight as `lucky` had before its
  /// last line.
  void nobody_had_less(const user& lucky) const {
    for (const auto& [who, it] : users_)
      if (it.wanted > 0)
        RC_ASSERT((lucky.in_use - 1) * it.weight <= it.in_use * lucky.weight);
  }

  void nothing_lies_idle() {
    bool somebody_waits =
      std::ranges::any_of(users_, [](const auto& it) { return it.second.wanted > 0; });
    if (!somebody_waits)
      return;
    bool crowded = most_placing_ > 0 && placing_ >= most_placing_;
    auto expected = in_use() >= channels_ ? shortage::no_free_channel
                    : crowded             ? shortage::placing
                    : now_ < rests_until_ ? shortage::resting
                                          : shortage::rate;
    RC_ASSERT(pool_.held(now_).why == expected);
    bool held = rate_.calls > 0 && (latest() >= rate_.calls || now_ < silent_until_);
    RC_ASSERT(expected != shortage::rate || held);
  }

  line_pool pool_;
  std::uint32_t channels_;
  events::pace rate_;
  std::uint32_t most_placing_;
  std::uint32_t placing_ = 0;
  instant silent_until_; // what was granted before is not known
  std::map<std::uint64_t, user> users_;
  std::vector<instant> grants_;
  trunk_rest rest_;
  instant rests_until_ = noon;
  instant now_ = noon;
};

} // namespace

TEST_CASE("lines are never above the channels or the rate, shared by weight, and never idle") {
  CHECK(rc::check("wishes, ends, edits, rests and restarts in any order", [] {
    model pool{any_between<std::uint32_t>(1, 10), any_pace(), any_between<std::uint32_t>(0, 6)};
    auto steps = any_between(1, 200);
    for (int i = 0; i < steps; ++i) {
      switch (any_between(0, 16)) {
      case 0: pool.a_restart_finds_calls(); break;
      case 13:
      case 14: pool.carrier_answers(); break;
      case 1: pool.rest(); break;
      case 12: pool.edit(); break;
      case 2:
      case 3:
      case 4: pool.somebody_wants(); break;
      case 5:
      case 6:
      case 7: pool.calls_end(); break;
      default: pool.pass();
      }
      pool.share();
    }
  }));
}
