// A carrier that outlives the engine's processes, in all weathers.
#pragma once

#include "domain/pre_dial.hpp"
#include "simulation/agents.hpp"
#include "simulation/auditor.hpp"
#include "simulation/plan.hpp"
#include "support/manual_timer.hpp"
#include "telephony/provider.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace ringmaster::simulation {

/// The wire between a process and its carriers. Cut when the process dies: what
/// is on its way then is lost.
struct wire {
  telephony::news_sink news;
  std::map<std::uint64_t, std::function<void(telephony::place_answer)>> placing;
  std::map<std::uint64_t, std::function<void(telephony::look_up_answer)>> asking;
  std::map<std::uint64_t, std::function<void(domain::hook_answer)>> leave;
  std::uint64_t next = 0;
};

/// One trunk's far end: the simulated carrier, and between it and the engine a
/// network that storms strike.
class carrier {
public:
  carrier(
    const trunk_plan& of,
    std::filesystem::path ledger,
    test::manual_timer& timer,
    std::function<instant()> engine_now,
    auditor& watched_by,
    agents& handing_over_to);

  /// What a process holds of it.
  [[nodiscard]] std::unique_ptr<telephony::provider> connect(std::shared_ptr<wire> over);

  void strike(const storm& it);

private:
  friend class connection;

  void place(
    const std::shared_ptr<wire>& over,
    telephony::call_request request,
    std::function<void(telephony::place_answer)> answer);
  void hang_up(const std::shared_ptr<wire>& over, const telephony::call_handle& call);
  void look_up(
    const std::shared_ptr<wire>& over,
    const telephony::call_handle& call,
    std::function<void(telephony::look_up_answer)> answer);
  void really_place(
    telephony::call_request request, const std::weak_ptr<wire>& over, std::uint64_t number);
  void answer_later(
    const std::weak_ptr<wire>& over,
    std::uint64_t number,
    telephony::place_answer what,
    duration delay);
  void bring(telephony::call_news news);
  void say_more(const events::attempt_key& call, duration after);
  [[nodiscard]] bool storming(weather kind) const;

  const trunk_plan of_;
  test::manual_timer& timer_;
  std::function<instant()> engine_now_;
  auditor& auditor_;
  agents& agents_;
  std::weak_ptr<wire> connected_;
  std::set<events::attempt_key> on_the_way_;
  std::map<weather, instant> storms_; // until when
  std::unique_ptr<telephony::provider> simulated_;
};

} // namespace ringmaster::simulation
