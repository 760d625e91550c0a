// A simulated carrier under a clock that the test moves, and all it said.
#pragma once

#include "support/manual_timer.hpp"
#include "telephony/simulated.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::test {

using namespace ringmaster::events;
using namespace ringmaster::telephony;
using namespace std::chrono_literals;

inline attempt_key call(std::uint32_t row, std::uint32_t attempt = 1) {
  return {campaign_id{0x123456789}, row, attempt};
}

inline call_request request(attempt_key id) {
  return {
    .id = id,
    .to = "+4930123456",
    .from = "+4930000000",
    .agent = "agent",
    .prompt = "Be kind.",
    .initial_context = {},
    .not_after = manual_timer::monday_morning + 24h};
}

/// Fixed times and no mishaps: set up in 1 s, rings 5 s, given up after 30 s,
/// talks 20 s.
inline simulated_settings smooth() {
  simulated_settings it;
  it.setup_ms = {1'000, 1'000};
  it.ring_ms = {5'000, 5'000};
  it.no_answer_ms = {30'000, 30'000};
  it.talk_ms = {20'000, 20'000};
  it.late_ms = {2'000, 2'000};
  it.duplicate_rate = it.reorder_rate = it.late_rate = 0;
  return it;
}

inline simulated_settings always(outcome what) {
  auto it = smooth();
  it.mix = {{what, 1}};
  return it;
}

inline simulated_settings instant_carrier() {
  auto it = smooth();
  it.setup_ms = it.ring_ms = it.no_answer_ms = it.talk_ms = it.late_ms = {0, 0};
  return it;
}

/// One letter per report: Initiated, Ringing, Answered, Ended.
inline std::string letters(const std::vector<call_report>& reports) {
  std::string all;
  for (const auto& it : reports)
    all += "IRAE"[it.index()];
  return all;
}

template <class Answer, class Variant>
bool is(const Variant& it) {
  return std::holds_alternative<Answer>(it);
}

class line {
public:
  explicit line(simulated_settings settings, std::filesystem::path ledger = {})
    : settings_{std::move(settings)}, ledger_{std::move(ledger)} {
    connect();
  }

  /// As if the carrier's process had been killed and started again.
  void restart() {
    carrier_.reset();
    connect();
  }

  void use(simulated_settings settings) { settings_ = std::move(settings); }

  place_answer place(attempt_key id, std::map<std::string, std::string> context = {}) {
    std::optional<place_answer> got;
    auto what = request(id);
    what.initial_context = std::move(context);
    carrier_->place(std::move(what), [&](place_answer answer) {
      CHECK_FALSE(got);
      CHECK(news.size() == told_before_);
      got = std::move(answer);
    });
    told_before_ = news.size();
    REQUIRE(got);
    return *got;
  }

  place_answer place_scripted(attempt_key id, std::string script) {
    return place(id, {{"simulate", std::move(script)}});
  }

  void hang_up(attempt_key id) {
    carrier_->hang_up({.id = id});
    told_before_ = news.size();
  }

  look_up_answer look_up(attempt_key id) {
    std::optional<look_up_answer> got;
    carrier_->look_up({.id = id}, [&](look_up_answer answer) {
      CHECK_FALSE(got);
      got = std::move(answer);
    });
    REQUIRE(got);
    return *got;
  }

  void advance(duration by) {
    time.advance(by);
    told_before_ = news.size();
  }

  [[nodiscard]] std::vector<call_report> reports(attempt_key id) const {
    std::vector<call_report> all;
    for (const auto& it : news)
      if (it.id == id)
        all.insert(all.end(), it.reports.begin(), it.reports.end());
    return all;
  }

  [[nodiscard]] std::string told(attempt_key id) const { return letters(reports(id)); }

  [[nodiscard]] call_ended end_of(attempt_key id) const {
    for (const auto& it : reports(id))
      if (const auto* end = std::get_if<call_ended>(&it))
        return *end;
    FAIL("no end was told");
    return {};
  }

  manual_timer time;
  std::vector<call_news> news;

private:
  void connect() {
    carrier_ = make_simulated_carrier(
      settings_,
      ledger_,
      [this] { return time.now(); },
      [this](duration delay, std::function<void()> what) { time.after(delay, std::move(what)); },
      [this](call_news it) { news.push_back(std::move(it)); });
  }

  simulated_settings settings_;
  std::filesystem::path ledger_;
  std::size_t told_before_ = 0;
  std::unique_ptr<provider> carrier_;
};

/// The times at which a call was told of, in seconds after it was placed.
inline std::vector<long> seconds_told(line& on, attempt_key id, int upto) {
  std::vector<long> times;
  for (long second = 0; second <= upto; ++second, on.advance(1s))
    for (auto told = on.reports(id).size(); times.size() < told;)
      times.push_back(second);
  return times;
}

} // namespace ringmaster::test
