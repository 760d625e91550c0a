#pragma once

#include "actors/messages.hpp"
#include "domain/line_pool.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace ringmaster::actors {

/// The shell around `domain::line_pool` for every trunk: who is told of a line,
/// and when to look again.
class switchboard_shell {
public:
  static inline const char* name = "ringmaster.switchboard";

  explicit switchboard_shell(switchboard_actor::pointer self) : self_{self} {}

  /// `news` is where providers send what they hear.
  switchboard_actor::behavior_type start(const environment* with, telephony::news_sink news);

private:
  struct trunk {
    trunk(events::trunk_created as, events::instant known_since, std::uint64_t head)
      : plan{std::move(as)}, made_behind{head},
        lines{
          plan.channels,
          domain::call_rate{plan.rate, known_since},
          domain::caller_ids{plan.caller_ids, plan.caller_id_limits}},
        placing{plan.rate, known_since} {}

    events::trunk_created plan;
    std::uint64_t made_behind; // position of the log; we count what is dialled from there on
    std::shared_ptr<telephony::provider> provider;
    domain::line_pool lines;
    std::unordered_map<events::campaign_id, caf::actor> customers;
    bool knows_earlier_dials = false; // of the day
    domain::call_rate placing;        // of calls that are handed to the carrier
    std::deque<caf::typed_response_promise<place_now>> turns; // recorded, and not placed yet
    std::optional<events::instant> looks_again_at;
    std::string rests_because; // as the carrier had it last
  };

  void want(const want_lines& what);
  void rest(const rest_trunk& what);
  provider_found find_provider(events::trunk_id id);
  caf::result<trunk_held> hold(const hold_trunk& what);
  void release(const release_trunk& what);
  [[nodiscard]] std::string make_provider(trunk& of);
  domain::line_report report(const line_report_request& what);
  void look_again(const share_lines& what);
  void share(trunk& of);
  caller_id_found choose(const caller_id_request& what);
  void adopt_open_calls(trunk& of);
  void count_earlier_dials(trunk& of);
  static void grant(trunk& of, const domain::line_pool::grant& what);
  caf::result<place_now> wait_for_turn(const place_request& what);
  void give_turns(trunk& of);
  void count(const turn_over& what);
  void count(const placement_answered& what);
  void adopt_called();
  void stop(caf::error why);
  void look_again(trunk& of, events::instant at);

  /// Null and the reason if it can't be used.
  trunk* find(events::trunk_id id, std::string& why);

  switchboard_actor::pointer self_;
  const environment* with_ = nullptr;
  telephony::news_sink news_;
  events::instant started_at_{}; // what an earlier process placed up to then is not known
  std::unordered_map<events::trunk_id, events::instant> forgotten_at_; // what we had placed
  std::unordered_map<events::trunk_id, trunk> trunks_;
  std::unordered_set<events::trunk_id> held_;   // being edited
  std::unordered_multiset<std::string> called_; // who is being called, on any trunk
};

switchboard_actor::behavior_type switchboard(
  switchboard_actor::stateful_pointer<switchboard_shell> self,
  const environment* with,
  telephony::news_sink news);

} // namespace ringmaster::actors
