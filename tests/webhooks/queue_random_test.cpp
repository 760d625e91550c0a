// Whatever fails and whenever the power goes: every event arrives or is parked, and
// first in the order of its campaign.
#include "support/any.hpp"
#include "support/memory_outbox.hpp"
#include "webhooks/queue.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace ringmaster::webhooks;
using namespace std::chrono_literals;
using events::instant;

namespace {

constexpr events::webhook_id hook{1};

class world {
public:
  explicit world(std::size_t length) {
    for (std::size_t i = 0; i < length; ++i)
      log_.push_back(
        {any_between<std::uint64_t>(1, 5)}); // 4 is a campaign that it does not hear of
    limits_ = {
      .window = any_between<std::size_t>(1, 6),
      .at_once = any_between<std::size_t>(1, 4),
      .owed_in_silence = any_between<std::size_t>(1, 20)};
    start();
  }

  void step() {
    switch (any_between(0, 12)) {
    case 0: return crash();
    case 1: return save();
    case 2: now_ += std::chrono::minutes{any_between(1, 600)}; return;
    case 3:
    case 4:
    case 5: return read();
    case 6:
    case 7:
    case 8: return send();
    default: return answer(any_between(0, 3) > 0);
    }
  }

  /// The receiver is well from here on.
  void settle() {
    for (int round = 0; round < 10'000 && !is_done(); ++round) {
      now_ += 2h;
      read();
      send();
      answer(true);
    }
    RC_ASSERT(is_done());
    auto parked = parked_;
    for (const auto& it : book_.parked(hook, 0, log_.size()))
      parked.insert(it.position);
    for (std::uint64_t position = 1; position <= log_.size(); ++position)
      RC_ASSERT(!wanted(position) || taken_.contains(position) || parked.contains(position));
  }

private:
  [[nodiscard]] bool wanted(std::uint64_t position) const { return log_[position - 1].value != 4; }
  [[nodiscard]] bool is_done() const {
    return queue_->cursor() == log_.size() && book_.count_owed(hook) == 0 && on_their_way_.empty();
  }

  void start() {
    on_their_way_.clear();
    queue_.emplace(hook, 0, book_, limits_);
  }
  void crash() {
    book_.crash();
    start();
  }
  void save() {
    if (auto unsaved = queue_->unsaved())
      book_.write(std::array{*std::move(unsaved)});
  }
  void read() {
    if (queue_->read_up_to() == log_.size() || !queue_->has_room())
      return;
    auto next = queue_->read_up_to() + 1;
    queue_->take_in(wanted(next) ? std::optional{log_[next - 1]} : std::nullopt, now_);
  }
  void send() {
    if (auto next = queue_->next(now_)) {
      RC_ASSERT(on_their_way_.size() < limits_.at_once);
      for (const auto& it : on_their_way_)
        RC_ASSERT(it.campaign != next->campaign);
      on_their_way_.push_back(*next);
    }
  }
  void answer(bool well) {
    if (on_their_way_.empty())
      return;
    auto which = any_between<std::size_t>(0, on_their_way_.size());
    auto it = on_their_way_[which];
    on_their_way_.erase(on_their_way_.begin() + static_cast<std::ptrdiff_t>(which));
    if (!well)
      return queue_->failed(it, "why", now_, 0.5);
    check_order(it);
    taken_.insert(it.position);
    queue_->delivered(it, now_);
  }

  /// Nothing of the campaign that stands before it is yet to be heard of for the
  /// first time, but what was parked.
  void check_order(const delivery& it) {
    for (const auto& each : book_.parked(hook, 0, log_.size()))
      parked_.insert(each.position);
    for (std::uint64_t before = 1; before < it.position; ++before)
      if (log_[before - 1] == it.campaign)
        RC_ASSERT(taken_.contains(before) || parked_.contains(before));
  }

  std::vector<events::campaign_id> log_;
  queue_limits limits_;
  memory_outbox book_;
  std::optional<queue> queue_;
  instant now_{std::chrono::hours{1'000'000}};
  std::vector<delivery> on_their_way_;
  std::set<std::uint64_t> taken_;
  std::set<std::uint64_t> parked_; // at some time
};

} // namespace

TEST_CASE("whatever fails and whenever the power goes, every event arrives in its campaign's order "
          "or is parked") {
  CHECK(rc::check([] {
    world it{any_between<std::size_t>(0, 40)};
    auto steps = any_between(0, 300);
    for (int step = 0; step < steps; ++step)
      it.step();
    it.settle();
  }));
}
