// What a campaign makes of its pre-dial hook's answers.
#include "actors/campaign_actor.hpp"

namespace ringmaster::actors {

void campaign_shell::hear(const hook_heard& it) {
  asked_.erase(it.row);
  hook_.add(it.failure);
  pause_if_hook_fails();
  sweep_if_quiet();
}

/// Asked before every dial too: what it decided may have come at a moment at which
/// nothing can be appended.
void campaign_shell::pause_if_hook_fails() {
  if (auto why = hook_.judge(); why && state_.status == domain::campaign_status::running)
    carry_out_own(domain::pause_for_hook{*std::move(why)});
}

} // namespace ringmaster::actors
