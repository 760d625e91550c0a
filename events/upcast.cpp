#include "events/upcast.hpp"

namespace ringmaster::events {

namespace {

/// The first version told a restore from an operator by the envelope's actor alone.
void upcast_pause(log::Envelope& it) {
  auto old = it.campaign_paused();
  auto& now = *it.mutable_campaign_paused_v2(); // which takes the old one away
  if (old.has_breaker()) {
    now.set_by(log::PAUSER_BREAKER);
    now.mutable_breaker()->Swap(old.mutable_breaker());
    return;
  }
  // Keys of the API are actors too, and may bear this name; but they are operators
  // with a correlation, which a restore has not.
  bool restored = it.actor() == "restore" && it.correlation() == 0;
  now.set_by(restored ? log::PAUSER_RESTORE : log::PAUSER_OPERATOR);
}

} // namespace

void upcast(log::Envelope& it) {
  if (it.payload_case() == log::Envelope::kCampaignPaused)
    upcast_pause(it);
}

} // namespace ringmaster::events
