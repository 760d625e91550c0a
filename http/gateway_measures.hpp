#pragma once

#include "measures/measures.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace ringmaster::http {

/// What the gateway counts. From any thread.
struct gateway_measures {
  static constexpr std::array<std::string_view, 5> methods{
    "GET", "POST", "PATCH", "DELETE", "other"};
  static constexpr unsigned first_status = 100;
  static constexpr unsigned statuses = 500; // up to 599

  /// Answers, by method and status.
  std::array<std::array<measures::counter, statuses>, methods.size()> answers;
  /// From a request's head to the end of its answer; without WebSockets.
  measures::histogram answer_seconds = measures::seconds();
  /// Answers to what carriers and voice agents told us: on record; refused, for want
  /// of a signature most of all; not on record, to be told again.
  measures::counter callbacks_recorded;
  measures::counter callbacks_refused;
  measures::counter callbacks_failed;
  measures::counter turned_away; // connections, at a limit
  std::atomic<std::int64_t> connections = 0;
  std::atomic<std::int64_t> live_feeds = 0;

  void count_callback(unsigned status) {
    auto& of = status < 300   ? callbacks_recorded
               : status < 500 ? callbacks_refused
                              : callbacks_failed;
    of.add();
  }

  void count(std::string_view method, unsigned status, double seconds) {
    std::size_t at = 0;
    while (at + 1 < methods.size() && methods[at] != method)
      ++at;
    if (status >= first_status && status < first_status + statuses)
      answers[at][status - first_status].add();
    answer_seconds.observe(seconds);
  }
};

} // namespace ringmaster::http
