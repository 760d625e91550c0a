// What one event changes in one read model. Pure: no rows, no memory of more.
#pragma once

#include "events/envelope.hpp"
#include "projections/views.hpp"

namespace ringmaster::projections {

/// State, times and totals of a campaign.
void fold(campaign_view& into, const events::envelope& it, const events::campaign_event& event);

/// What a contact's step means to its campaign: the counters, and who is
/// untouched. The counters close whatever the events are.
void count(
  campaign_view& into,
  const domain::contact& before,
  const domain::contact& after,
  const events::envelope& it,
  const events::contact_event& event);

/// The run that the event belongs to; a dial begins a new one. `before` is the
/// contact as it was.
void fold(
  run_view& into,
  const domain::contact& before,
  const events::envelope& it,
  const events::contact_event& event);

/// What a verdict on a run changes in the totals of its campaign, and in the
/// figures of the minute in which the run ended.
void recount(progress& into, const run_view& before, const run_view& after);
void recount(minute_view& into, const run_view& before, const run_view& after);

/// The same step in the figures of its minute. `into` the campaign it was counted
/// already.
void count(
  minute_view& into,
  const campaign_view& campaign,
  const domain::contact& before,
  const events::contact_event& event);

/// The edit that changes nothing.
[[nodiscard]] events::trunk_edited as_edit(const events::trunk_created& of);

/// What the trunk is like from now on.
void fold(trunk_view& into, const events::trunk_edited& event);

[[nodiscard]] bool was_touched(const campaign_view& of, std::uint32_t row);

/// In flight, or over and it is not yet said what follows: within one append,
/// but a batch may end between the two.
[[nodiscard]] bool is_open(const domain::contact& it);

} // namespace ringmaster::projections
