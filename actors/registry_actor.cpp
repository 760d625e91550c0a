#include "actors/registry_actor.hpp"

#include "actors/shell.hpp"
#include "projections/each_campaign.hpp"

#include <utility>

namespace ringmaster::actors {

namespace {

bool has_work(const projections::campaign_view& it) {
  const auto& counts = it.progress;
  bool paused = it.state.status == domain::campaign_status::paused;
  bool done = counts.pending + counts.waiting + counts.in_flight == 0;
  return it.state.status == domain::campaign_status::running || counts.in_flight > 0
         || (paused && (done || it.state.settings.expires_at));
}

} // namespace

registry_actor::behavior_type registry_shell::start(
  const environment* with,
  journal_actor journal,
  projector_actor projector,
  switchboard_actor switchboard) {
  end_process_on_exception(self_);
  with_ = with;
  peers_ = {
    std::move(journal), std::move(projector), std::move(switchboard), registry_actor{self_}};
  self_->set_exit_handler([this](caf::exit_msg& told) {
    for (auto& [id, it] : awake_)
      self_->send_exit(it.campaign, told.reason);
    self_->quit(std::move(told.reason));
  });
  return {
    [this](const campaign_request& it) -> caf::result<campaign_receipt> {
      return self_->delegate(route_to(it.campaign), it);
    },
    [this](const contact_request& it) -> caf::result<campaign_receipt> {
      return self_->delegate(route_to(it.contact.campaign), it);
    },
    [this](const line_request& it) -> caf::result<campaign_receipt> {
      return self_->delegate(route_to(it.campaign), it);
    },
    [this](const breaker_request& it) -> caf::result<domain::breaker_window::tally> {
      return self_->delegate(route_to(it.campaign), it);
    },
    [this](telephony::call_news& it) {
      const auto& to = route_to(it.id.campaign);
      self_->send(to, std::move(it));
    },
    [this](const may_leave& it) { let_go(it); },
    [this](wake_running) { wake_running_campaigns(); },
  };
}

registry_shell::awake& registry_shell::wake(events::campaign_id id) {
  auto found = awake_.find(id);
  if (found == awake_.end())
    found = awake_.emplace(id, awake{self_->spawn(actors::campaign, with_, peers_, id)}).first;
  return found->second;
}

const campaign_actor& registry_shell::route_to(events::campaign_id id) {
  auto& it = wake(id);
  ++it.told;
  return it.campaign;
}

/// Only if it heard everything that was routed to it: nothing is on its way,
/// and the next message wakes a fresh one.
void registry_shell::let_go(const may_leave& who) {
  auto found = awake_.find(who.campaign);
  if (found == awake_.end() || found->second.told != who.heard)
    return;
  self_->send(found->second.campaign, leave{});
  awake_.erase(found);
}

/// Running campaigns, to dial on; others with calls up, to settle them; and paused
/// ones that expire, or whose end an earlier process did not come to record.
void registry_shell::wake_running_campaigns() {
  projections::each_campaign(with_->library->look(), [this](const auto& each) {
    if (has_work(each))
      wake(each.state.id);
  });
}

registry_actor::behavior_type registry(
  registry_actor::stateful_pointer<registry_shell> self,
  const environment* with,
  journal_actor journal,
  projector_actor projector,
  switchboard_actor switchboard) {
  return self->state.start(with, std::move(journal), std::move(projector), std::move(switchboard));
}

} // namespace ringmaster::actors
