// One trunk as the log and the carrier tell it: what it may, and what it does.
#pragma once

#include "events/event.hpp"
#include "events/time.hpp"
#include "simulation/promises.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace ringmaster::simulation {

class trunk_account {
public:
  explicit trunk_account(events::trunk_created as) : now_{std::move(as)} {}

  [[nodiscard]] const events::trunk_created& now() const { return now_; }
  void edited(const events::trunk_edited& to, events::instant at);

  /// A call comes to the carrier.
  [[nodiscard]] complaint placed(events::instant at);
  /// Somebody set a clock: for a while, rates mean nothing.
  void forget_rates() { placed_.clear(); }

  /// A call is really up, until it is over or ended by us.
  [[nodiscard]] complaint begins(events::instant until, events::instant at);
  void ends(events::instant until);

  /// A call from one of the numbers goes into the log, `dialed_at` by the engine's clock.
  [[nodiscard]] complaint
  dialed(const std::string& number, events::instant dialed_at, events::instant at);
  void over(const std::string& number);
  /// Nobody saw the number: the call does not count for the day of its dial.
  void came_to_nothing(const std::string& number, events::instant dialed_at);
  /// With `dialed`: nothing above the numbers' limits per day.
  [[nodiscard]] complaint
  judge_day(const std::string& number, events::instant dialed_at, events::instant at) const;

  [[nodiscard]] std::uint64_t dials() const { return dials_; }

  /// Calls that could be made from the numbers on this day.
  [[nodiscard]] std::uint64_t room_of_numbers(std::chrono::sys_days today) const;

private:
  struct earlier {
    events::instant until;
    events::trunk_created was;
  };

  /// The most that was allowed of late; 0: there was no limit.
  template <class Limit>
  [[nodiscard]] std::uint32_t most(events::instant at, Limit limit) const;

  events::trunk_created now_;
  std::deque<earlier> earlier_;
  std::deque<events::instant> placed_;
  std::multiset<events::instant> up_until_;
  std::map<std::string, std::uint32_t> calls_of_;
  std::map<std::pair<std::string, std::chrono::sys_days>, std::uint32_t> dials_of_;
  std::uint64_t dials_ = 0;
};

} // namespace ringmaster::simulation
