// How a campaign comes back to life: from the views, and the breaker's window
// from the log itself.
#include "actors/campaign_actor.hpp"

#include <algorithm>
#include <chrono>

namespace ringmaster::actors {

using domain::campaign_status;

void campaign_shell::load() {
  auto look = with_->library->look();
  quiet_since_ = with_->now();
  version_ = look.version_of(events::stream_of(id_));
  auto view = look.campaign(id_);
  if (!view) {
    state_.existed = version_ > 0;
    return wake_at(quiet_since_ + with_->limits.idle_campaign);
  }
  state_ = view->state;
  last_position_ = look.position();
  running_since_ = view->running_since;
  const auto& counts = view->progress;
  finished_ = static_cast<std::uint32_t>(counts.completed + counts.failed + counts.cancelled);
  load_catalogue(look);
  refresh_brief();
  load_line(look, *view);
  if (state_.status == campaign_status::running)
    restore_breaker(*view);
  std::vector<projections::contact_view> open;
  for (auto row : look.open_contacts(id_))
    if (auto contact = look.contact({id_, row}))
      open.push_back(*std::move(contact));
  settle_open_calls(std::move(open));
}

void campaign_shell::load_catalogue(const projections::library_view& look) {
  if (auto workflow = look.workflow(state_.workflow)) {
    agent_ = std::move(workflow->workflow.agent);
    prompt_ = std::move(workflow->workflow.prompt);
  }
  for (const auto& it : domain::lists_of(state_))
    load_columns(look, it.list);
}

void campaign_shell::load_columns(
  const projections::library_view& look, events::contact_list_id list) {
  auto& names = columns_[list];
  names.clear();
  if (auto found = look.list(list))
    for (auto& column : found->list.columns)
      names.push_back(std::move(column.name));
}

void campaign_shell::load_line(
  const projections::library_view& look, const projections::campaign_view& view) {
  auto near = with_->limits.near_retries;
  line_.emplace(domain::calling_order(state_), view.touched, near);
  auto due = look.due(id_, near + 1);
  bool more = due.size() > near;
  if (more)
    due.pop_back();
  line_->reload(due, more);
}

void campaign_shell::restore_breaker(const projections::campaign_view& view) {
  auto window = std::chrono::seconds{state_.settings.breaker.window_seconds};
  auto from = std::max<events::instant>(view.running_since, with_->now() - window);
  with_->journal->read(with_->journal->first_at_or_after(from), [&](events::envelope&& it) {
    const auto* ended = std::get_if<events::contact_attempt_ended>(&it.event);
    if (ended != nullptr && it.stream.id == id_.value)
      breaker_.add({id_, it.stream.row, ended->attempt}, ended->outcome, ended->at);
    return true;
  });
}

/// Calls that were up when an earlier process ended: each is asked for at its
/// carrier, and holds its line until that is settled.
void campaign_shell::settle_open_calls(std::vector<projections::contact_view> open) {
  if (open.empty())
    return fill_soon();
  for (const auto& each : open) // so that news find their way, and counts are right
    calls_[each.key.row] = {{}, each.state.attempts, events::instant::max()};
  self_->request(peers_.switchboard, caf::infinite, provider_request{state_.trunk})
    .await([this, open = std::move(open)](const provider_found& found) {
      provider_ = found.provider;
      auto look = with_->library->look();
      for (const auto& each : open) {
        auto place = domain::place_of(state_, each.key.row);
        auto run = look.run({id_, each.key.row, each.state.attempts});
        auto row = with_->vault->row(place.list, place.row);
        contact_job job{
          .key = each.key,
          .state = each.state,
          .version = each.version,
          .brief = brief_,
          .provider = found.provider,
          .caller_id = each.state.caller_id,
          .provider_ref = run ? run->provider_ref : std::string{},
          .list = place.list,
          .list_row = place.row,
          .row = {}};
        if (row)
          job.row.phone_number = std::move(row->phone_number);
        job.ending = ending();
        calls_[each.key.row].contact = self_->spawn(
          actors::contact, with_, peers_.journal, campaign_actor{self_}, std::move(job));
        calls_[each.key.row].check_at = with_->now() + with_->limits.unanswered_silence;
      }
      fill_soon();
    });
}

} // namespace ringmaster::actors
