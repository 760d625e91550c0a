// Watches a run from outside: what comes to the carrier, what goes into the
// log, what operators are told. Knows nothing of the actors.
#pragma once

#include "domain/pre_dial.hpp"
#include "events/envelope.hpp"
#include "http/message.hpp"
#include "simulation/plan.hpp"
#include "simulation/promises.hpp"
#include "simulation/trunk_account.hpp"
#include "telephony/provider.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::simulation {

struct violation {
  std::string promise;
  std::string what;
  instant at{};
};

/// An event as clients of the live feed are to hear it.
struct told_event {
  std::uint64_t position = 0;
  std::size_t digest = 0; // of its JSON
};

/// One campaign as the log tells it.
struct campaign_account {
  domain::campaign state;
  projections::progress progress;
  std::vector<domain::contact> contacts; // by row, from 1
  std::set<std::pair<instant, std::uint32_t>> waiting;
  breaker_model breaker;
  std::optional<instant> must_trip_since;
  bool pause_acknowledged = false;
  std::set<std::uint32_t> cancelled; // rows of which that was acknowledged
  std::set<std::uint32_t> opted_out; // likewise
  instant running_since{};
  bool running_since_is_true = false; // nobody has set the clock since
  std::uint32_t hook_failures = 0;    // since then
  std::uint64_t last_resume = 0;      // number of the order
  instant last_dial{};
  std::multiset<instant> calls_up_until; // on the carrier's side
  std::vector<told_event> feed;          // what the live feed has to tell, in order
  [[nodiscard]] std::uint64_t unfinished() const {
    return progress.pending + progress.waiting + progress.in_flight;
  }
};

class auditor {
public:
  /// `true_now` is the time by everybody's clock but the engine's.
  auditor(const plan& of, std::function<instant()> true_now);

  // -- what happens --
  void recorded(const events::envelope& it);
  /// Answers the number of the order, for `answered`.
  std::uint64_t sent(const order& it);
  /// What an order was answered with.
  void answered(const order& it, std::uint64_t number, const http::outgoing& what, instant now);
  void answered(const question& it, const http::outgoing& what, instant now);
  void answered(const trunk_edit& it, const http::outgoing& what, instant now);
  /// Somebody was told these counters as of a position of the log.
  void
  counted(events::campaign_id of, const projections::progress& counters, std::uint64_t position);

  /// The event that a client hears at `position` as `json` is the next behind `heard`.
  [[nodiscard]] complaint next_of_feed(
    events::campaign_id of,
    std::uint64_t heard,
    std::uint64_t position,
    std::string_view json) const;
  /// Nothing is left behind `heard`.
  [[nodiscard]] complaint rest_of_feed(events::campaign_id of, std::uint64_t heard) const;

  /// A call comes to the carrier: `now` by the engine's clock, `true_now` by
  /// everybody else's.
  void reached_carrier(
    const events::attempt_key& call, events::trunk_id trunk, instant now, instant true_now);
  /// So many calls are at the carrier before it has answered, of so many that it takes.
  void crowds_carrier(std::uint32_t placing, std::uint32_t most, instant now);
  /// The hook is asked for leave to make it, and answers.
  void asked_for_leave(const events::attempt_key& call) { leave_.erase(call); }
  void answered_for_leave(const events::attempt_key& call, const domain::hook_answer& what);
  /// The carrier really calls; over at `until`.
  void rings(
    const events::attempt_key& call,
    const std::string& to,
    events::trunk_id trunk,
    instant until,
    instant true_now);
  /// The engine ended it.
  void hung_up(const events::attempt_key& call, events::trunk_id trunk);
  /// News are brought with a receipt, and their bringer is told what became of them.
  std::uint64_t brought();
  void told(std::uint64_t number, const telephony::call_news& news, bool recorded);
  /// An agent brings a result of a call that it never brought before.
  void brings_result(const events::attempt_key& call) { ++results_[call].brought; }
  /// It was told that the result is kept.
  void result_is_kept(const events::attempt_key& call, bool opted_out);
  /// Somebody set the engine's clock.
  void clock_was_set(instant from, instant to);

  /// A check by name; the first that fails is kept.
  void hold(std::string_view promise, complaint found, instant at);

  [[nodiscard]] const std::optional<violation>& broken() const { return broken_; }
  [[nodiscard]] const std::map<events::campaign_id, campaign_account>& accounts() const {
    return accounts_;
  }
  [[nodiscard]] const std::map<events::trunk_id, trunk_account>& trunks() const { return trunks_; }
  /// How long somebody has been waiting to be told what became of the news.
  [[nodiscard]] std::optional<events::duration> oldest_receipt() const;
  /// A clock was set, and days in the log are not what the engine counted.
  [[nodiscard]] bool unsure_of(std::chrono::sys_days day) const {
    return unsure_days_.contains(day);
  }
  [[nodiscard]] std::uint64_t calls() const { return seen_.size(); }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::uint64_t orders() const { return orders_; }
  [[nodiscard]] std::uint64_t checks() const { return checks_; }
  [[nodiscard]] const std::map<unsigned, std::uint64_t>& statuses() const { return statuses_; }
  [[nodiscard]] const std::map<events::stream_id, std::vector<std::string>>& ends() const {
    return ends_;
  }
  /// The latest of what was recorded, for the story.
  [[nodiscard]] std::vector<std::string> latest() const { return {latest_.begin(), latest_.end()}; }

private:
  void acknowledged(const order& it, std::uint64_t number);
  void fold(campaign_account& of, const events::envelope& it, const events::campaign_event& event);
  void fold(
    campaign_account& of,
    const events::envelope& it,
    std::uint32_t row,
    const events::contact_event& event);
  void move(campaign_account& of, std::uint32_t row, const domain::contact& before);
  void
  judge_dial(campaign_account& of, const domain::contact& before, const events::contact_dialed& it);
  void judge_pause(campaign_account& of, const events::campaign_paused& it);
  void judge_number(const events::contact_dialed& it);

  std::function<instant()> true_now_;
  std::map<events::campaign_id, campaign_account> accounts_;
  std::map<events::trunk_id, trunk_account> trunks_;
  std::set<events::attempt_key> seen_;
  std::set<events::attempt_key> leave_; // to call, by a hook
  /// Calls on their way to somebody's phone, with the concurrency they came under.
  std::map<events::attempt_key, std::uint32_t> allowed_under_;
  std::map<events::attempt_key, instant> ringing_until_;
  std::map<std::string, events::attempt_key> last_call_to_;
  std::map<std::uint64_t, instant> receipts_; // not settled, since when
  std::uint64_t receipts_given_ = 0;
  struct result_account {
    std::uint32_t brought = 0;
    std::uint32_t verdicts = 0;
  };
  std::map<events::attempt_key, result_account> results_;
  std::set<std::chrono::sys_days> unsure_days_;
  std::deque<std::string> latest_;
  std::map<events::stream_id, std::vector<std::string>> ends_; // how contacts' calls ended
  std::uint64_t events_ = 0;
  std::uint64_t checks_ = 0;
  std::uint64_t orders_ = 0;
  std::set<std::uint64_t> forced_redials_;     // numbers of orders
  std::map<unsigned, std::uint64_t> statuses_; // of answers to orders
  std::optional<violation> broken_;
};

} // namespace ringmaster::simulation
