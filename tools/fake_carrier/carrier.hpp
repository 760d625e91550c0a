// The fake carrier without its sockets: requests of the REST API in, answers and
// callbacks out. One thread.
#pragma once

#include "telephony/line_file.hpp"
#include "telephony/request_lane.hpp"
#include "tools/fake_carrier/call.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::fake_carrier {

struct options {
  std::string account = "AC00000000000000000000000000000000";
  std::string auth_token = "fake-carrier";
  /// Outcomes, times, and what goes wrong: as of a simulated trunk.
  telephony::simulated_settings fates;
  double server_error_rate = 0;       // 503, half of them after the call was placed
  double crash_rate = 0;              // the process ends, half of the times after it
  double list_lag_seconds = 0;        // until a call is in the listing
  std::uint64_t calls_per_second = 0; // beyond: queued; 0: no limit
  std::uint32_t answer_delay_ms = 0;  // at most, before an answer
  std::filesystem::path ledger;       // empty: none
};

struct web_request {
  std::string method;
  std::string path;
  std::string query;
  std::string authorization;
  std::string body;
};
struct web_reply {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};
/// Called once; nothing: the connection is closed without an answer.
using on_reply = std::function<void(std::optional<web_reply>)>;

class carrier {
public:
  /// `ask` and `after` call back on the carrier's thread.
  carrier(options as, telephony::http_sender ask, telephony::clock now, telephony::timer after);

  void handle(const web_request& what, const on_reply& reply);

private:
  [[nodiscard]] bool is_authorised(const web_request& what) const;
  void place(const telephony::form& fields, const on_reply& reply);
  [[nodiscard]] std::optional<web_reply> trouble_with(const telephony::form& fields) const;
  [[nodiscard]] call* admit(call_order order);
  [[nodiscard]] call make_call(std::uint64_t number, call_order order, instant created_at) const;
  [[nodiscard]] bool record(std::string_view what, const telephony::form& fields);
  [[nodiscard]] web_reply list(const telephony::form& query) const;
  [[nodiscard]] web_reply change(call& it, const telephony::form& fields);
  void recall();

  void tell_when_due(std::uint64_t number);
  void tell_due(std::uint64_t number);
  void tell(const call& it, telephony::call_step step);
  void tell_answerer(const call& it);
  void fetch_twiml(const call& it);
  void send(const std::string& url, const telephony::form& fields, unsigned tries);

  const options options_;
  const telephony::http_sender ask_;
  const telephony::clock now_;
  const telephony::timer after_;
  std::optional<telephony::line_file> ledger_; // of calls really placed, told of, and hung up
  std::map<std::uint64_t, call> calls_;        // all of them: a carrier forgets none
  std::map<std::string, std::uint64_t> tries_; // to a number, for its script
  std::uint64_t requests_ = 0;
  instant next_slot_{}; // for the next call that may begin
};

} // namespace ringmaster::fake_carrier
