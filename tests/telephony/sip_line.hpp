// A SIP trunk that the test calls over, and all it said.
#pragma once

#include "support/temporary_directory.hpp"
#include "telephony/sip.hpp"
#include "telephony/sipp.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
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

/// Short times, so that a test is over soon; no OPTIONS, of which most scenarios
/// know nothing.
inline sip_settings quick(const std::string& address, sip_transport how = sip_transport::udp) {
  sip_settings it;
  it.server = *parse_sip_uri("sip:" + address);
  it.server.transport = how;
  it.listen_address = "127.0.0.1";
  it.options_interval = 0ms;
  it.silence = 10s;
  it.ring_timeout = 20s;
  it.farewell = 10s;
  it.hold = 100ms;
  it.agent_answer = 10s;
  return it;
}

class sip_line {
public:
  using names = std::map<std::string, std::string>;

  explicit sip_line(sip_settings settings, names secrets = {}, bool connected = true)
    : settings_{std::move(settings)}, secrets_{std::move(secrets)} {
    if (connected)
      connect();
  }

  void connect() {
    trunk_ = make_sip_trunk(
      settings_,
      secrets_,
      directory_.path() / "book",
      [] { return std::chrono::floor<duration>(std::chrono::system_clock::now()); },
      [this](call_news it) { hear(std::move(it)); });
  }

  /// Ends the trunk; what it did until then is in the book.
  void close() { trunk_.reset(); }

  sip_settings& settings() { return settings_; }
  provider& trunk() { return *trunk_; }
  std::filesystem::path book() { return directory_.path() / "book"; }
  std::string text_of_book() {
    std::ifstream file{book()};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  static call_request request(attempt_key id) {
    call_request it;
    it.id = id;
    it.to = "+493012345" + std::to_string(100 + id.row);
    it.from = "+4930000000";
    it.agent = "agent";
    return it;
  }

  static call_handle handle(attempt_key id, instant dialed_at) {
    auto of = request(id);
    return {.id = id, .to = of.to, .from = of.from, .dialed_at = dialed_at};
  }

  place_answer place(call_request what) {
    auto answered = std::make_shared<std::promise<place_answer>>();
    auto answer = answered->get_future();
    trunk_->place(
      std::move(what), [answered](place_answer it) { answered->set_value(std::move(it)); });
    REQUIRE(answer.wait_for(60s) == std::future_status::ready);
    return answer.get();
  }
  place_answer place(attempt_key id) { return place(request(id)); }

  /// Does not wait for the answer.
  void start(attempt_key id) {
    trunk_->place(request(id), [](const place_answer&) {});
  }

  void hang_up(attempt_key id) { trunk_->hang_up(handle(id, {})); }

  look_up_answer look_up(attempt_key id, instant dialed_at = {}) {
    auto answered = std::make_shared<std::promise<look_up_answer>>();
    auto answer = answered->get_future();
    trunk_->look_up(
      handle(id, dialed_at), [answered](look_up_answer it) { answered->set_value(std::move(it)); });
    REQUIRE(answer.wait_for(60s) == std::future_status::ready);
    return answer.get();
  }

  /// Waits until so many reports of that kind came, of whatever calls.
  template <class Report>
  bool wait_for(std::size_t many = 1) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 60s, [&] {
      std::size_t count = 0;
      for (const auto& [id, report] : told_)
        count += std::holds_alternative<Report>(report);
      return count >= many;
    });
  }

  call_ended end_of(attempt_key id) {
    std::unique_lock lock{mutex_};
    const call_ended* end = nullptr;
    bool came = changed_.wait_for(lock, 60s, [&] {
      for (const auto& [of, report] : told_)
        if (of == id && end == nullptr)
          end = std::get_if<call_ended>(&report);
      return end != nullptr;
    });
    REQUIRE(came);
    return *end;
  }

  /// One letter per report: Initiated, Ringing, Answered, Ended.
  std::string told(attempt_key id) {
    std::lock_guard lock{mutex_};
    std::string all;
    for (const auto& [of, report] : told_)
      if (of == id)
        all += "IRAEV"[report.index()];
    return all;
  }

  bool records = true; // what it is told

private:
  void hear(call_news it) {
    if (it.receipt)
      it.receipt->settle(records);
    std::lock_guard lock{mutex_};
    for (auto& report : it.reports)
      told_.emplace_back(it.id, std::move(report));
    changed_.notify_all();
  }

  sip_settings settings_;
  names secrets_;
  temporary_directory directory_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<attempt_key, call_report>> told_;
  std::unique_ptr<provider> trunk_;
};

/// "busy SIP 486", "failed media SIP 488".
inline std::string words_of(const call_ended& it) {
  std::string text{to_string(it.outcome)};
  if (!it.cause.empty())
    text += " " + it.cause;
  return text + " " + it.provider_code;
}

} // namespace ringmaster::test
