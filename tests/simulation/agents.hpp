// The voice agents of all calls, who bring what came of them to the gateway.
#pragma once

#include "http/message.hpp"
#include "simulation/auditor.hpp"
#include "simulation/plan.hpp"
#include "support/manual_timer.hpp"
#include "telephony/dice.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ringmaster::simulation {

class process;

/// Each brings the result of its call while that is up, after it, or much too late;
/// again, if it was not told that it is kept, and now and then though it was; and
/// some have something to add.
class agents {
public:
  /// `there` answers the process that runs now; null: there is none.
  agents(
    const plan& of, test::manual_timer& timer, auditor& watched_by, std::function<process*()> there)
    : plan_{of}, timer_{timer}, auditor_{watched_by}, there_{std::move(there)} {}

  /// An answered call is handed to its agent.
  void take(const events::attempt_key& call, std::string token, duration answered, duration ended);

  /// Whatever they were told is kept is there.
  void check() const;

private:
  struct memory {
    telephony::dice fate;
    std::string token;
    std::uint32_t version = 1;
    bool opt_out = false;
    std::uint32_t kept = 0; // the version that it was told is
    unsigned tries = 0;
    bool waits = false; // for an answer
  };

  void bring_in(duration delay, const events::attempt_key& call);
  void bring(const events::attempt_key& call);
  void heard(const events::attempt_key& call, const http::outgoing& what);
  void go_on(const events::attempt_key& call, memory& it);
  void check(process& in, const events::attempt_key& call, const memory& it) const;

  const plan& plan_;
  test::manual_timer& timer_;
  auditor& auditor_;
  std::function<process*()> there_;
  std::map<events::attempt_key, memory> calls_;
};

} // namespace ringmaster::simulation
