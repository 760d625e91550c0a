#pragma once

#include "telephony/provider.hpp"

#include <memory>

namespace ringmaster::telephony {

/// One thread that runs things when they fall due. `factor`: how many engine
/// seconds pass in one real second. Its destructor drops what is not yet due
/// and joins.
class real_timer {
public:
  explicit real_timer(double factor = 1.0);
  ~real_timer();

  void after(events::duration delay, std::function<void()> what);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::telephony
