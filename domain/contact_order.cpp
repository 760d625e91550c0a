#include "domain/contact_order.hpp"

#include "domain/match.hpp"

namespace ringmaster::domain {

contact_command
command_of(const contact_order& order, events::instant now, const events::schedule& schedule) {
  return match(
    order,
    [](const order_cancel&) -> contact_command { return cancel_contact{}; },
    [&](const order_first&) -> contact_command { return put_contact_first{now}; },
    [&](const order_call_at& it) -> contact_command {
      return call_contact_at{it.at, now, &schedule};
    });
}

std::optional<refusal> why_no_order(const campaign& campaign, std::uint32_t row) {
  if (campaign.status == campaign_status::none || row == 0 || row > campaign.contacts)
    return refusal::not_found;
  if (is_over(campaign.status))
    return refusal::already_over;
  return std::nullopt;
}

} // namespace ringmaster::domain
