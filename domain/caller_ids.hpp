// The numbers that a trunk calls from.
#pragma once

#include "events/event.hpp"
#include "events/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::domain {

/// Which number shows on the next call, and whether there is one: each in turn,
/// none above its limits, and whoever was called before sees the same number
/// again as long as it may be used. A trunk without numbers calls with none.
class caller_ids {
public:
  struct use {
    std::uint32_t up = 0;
    std::chrono::sys_days day{};
    std::uint32_t dials = 0; // of that day
  };

  caller_ids(std::vector<std::string> numbers, events::caller_id_limits limits)
    : numbers_{std::move(numbers)}, limits_{limits} {}

  /// Edited. What is known of numbers stays known, also of those that are not there
  /// any more.
  void change(std::vector<std::string> numbers, events::caller_id_limits limits);

  /// A number for a call that is dialled at `now`; `usual` is the contact's last.
  /// Nothing: all are at their limits.
  [[nodiscard]] std::optional<std::string> take(const std::string& usual, events::instant now);

  /// The call is over.
  void give_back(const std::string& number);

  /// The call for which it was taken at `at` came to nothing: it does not count for
  /// that day.
  void discount(const std::string& number, events::instant at);

  /// A call that an earlier process dialled: it is up; it counts for its day.
  void adopt(const std::string& number);
  void count_dial(const std::string& number, events::instant at);

  /// How many calls more could be dialled at `now`.
  [[nodiscard]] std::uint64_t room(events::instant now) const;

  /// When numbers that had their dials of the day may be used again, if there are
  /// such.
  [[nodiscard]] std::optional<events::instant> next_day(events::instant now) const;

  /// Calls that have a number of this trunk.
  [[nodiscard]] std::uint32_t up() const { return up_; }
  [[nodiscard]] const std::vector<std::string>& numbers() const { return numbers_; }
  [[nodiscard]] use of(const std::string& number, events::instant now) const;
  [[nodiscard]] bool counts_days() const { return limits_.per_day != 0; }

private:
  [[nodiscard]] std::uint64_t room_of(const std::string& number, events::instant now) const;

  std::vector<std::string> numbers_;
  events::caller_id_limits limits_;
  std::map<std::string, use> uses_;
  std::size_t next_ = 0;
  std::uint32_t up_ = 0;
};

} // namespace ringmaster::domain
