// Whoever answers the campaigns' pre-dial hooks, with moods.
#pragma once

#include "domain/pre_dial.hpp"
#include "http_client/client.hpp"
#include "simulation/auditor.hpp"
#include "simulation/carrier.hpp"
#include "simulation/plan.hpp"
#include "support/manual_timer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace ringmaster::simulation {

/// Gives leave, refuses, is late, fails in every way that a server can. The real
/// asker asks (webhooks/pre_dial); only the network is played. Once all is calm, it
/// gives leave.
class hook_desk {
public:
  hook_desk(const plan& of, test::manual_timer& timer, auditor& watched_by)
    : plan_{of}, timer_{timer}, auditor_{watched_by} {}

  void ask(
    const std::shared_ptr<wire>& over,
    const domain::hook_question& what,
    std::function<void(domain::hook_answer)> then);

private:
  struct reply {
    duration after{};
    http_client::result what;
  };
  [[nodiscard]] reply reply_to(const domain::hook_question& what);
  [[nodiscard]] static reply failing(telephony::dice& fate, const events::pre_dial_hook& hook);

  const plan& plan_;
  test::manual_timer& timer_;
  auditor& auditor_;
  std::map<events::attempt_key, std::uint64_t> asked_; // how often
};

} // namespace ringmaster::simulation
