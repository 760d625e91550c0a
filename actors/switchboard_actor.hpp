#pragma once

#include "actors/messages.hpp"
#include "domain/call_rate.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace ringmaster::actors {

/// Lines of every trunk. A line is granted to the campaign that holds the
/// fewest of those that want one, so equal shares come about by themselves and
/// an idle share is lent out.
class switchboard_shell {
public:
  static inline const char* name = "ringmaster.switchboard";

  explicit switchboard_shell(switchboard_actor::pointer self) : self_{self} {}

  /// `news` is where providers send what they hear.
  switchboard_actor::behavior_type start(const environment* with, telephony::news_sink news);

private:
  struct line_user {
    std::uint32_t using_lines = 0;
    std::uint32_t wanted = 0;
    caf::actor who;
  };

  struct trunk {
    explicit trunk(events::trunk_created as)
      : plan{std::move(as)}, rate{plan.calls_per_second}, placing{plan.calls_per_second} {}

    events::trunk_created plan;
    std::shared_ptr<telephony::provider> provider;
    std::map<events::campaign_id, line_user> customers;
    std::uint32_t lines_in_use = 0;
    std::size_t next_caller_id = 0;
    domain::call_rate rate;
    domain::call_rate placing; // likewise, of calls that are handed to the carrier
    std::deque<caf::typed_response_promise<place_now>> turns; // recorded, and not placed yet
    events::instant rests_until{};
    std::optional<events::instant> looks_again_at;
  };

  void want(const want_lines& what);
  static void take_back(trunk& of, line_user& from, std::uint32_t lines);
  void adopt(const adopt_lines& what);
  void rest(const rest_trunk& what);
  provider_found find_provider(events::trunk_id id);
  void look_again(const share_lines& what);
  void share(trunk& of);
  void grant(trunk& of, line_user& to, std::uint32_t lines);
  caf::result<place_now> wait_for_turn(const place_request& what);
  void give_turns(trunk& of);
  void stop(caf::error why);
  void look_again(trunk& of, events::instant at);

  /// Null and the reason if it can't be used.
  trunk* find(events::trunk_id id, std::string& why);
  [[nodiscard]] static line_user* neediest(trunk& of);
  [[nodiscard]] static std::optional<events::instant> held_until(trunk& of, events::instant now);

  switchboard_actor::pointer self_;
  const environment* with_ = nullptr;
  telephony::news_sink news_;
  std::unordered_map<events::trunk_id, trunk> trunks_;
};

switchboard_actor::behavior_type switchboard(
  switchboard_actor::stateful_pointer<switchboard_shell> self,
  const environment* with,
  telephony::news_sink news);

} // namespace ringmaster::actors
