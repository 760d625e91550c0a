#include "tools/replay/campaign_record.hpp"

#include "app/progress_line.hpp"
#include "projections/folds.hpp"
#include "tools/replay/open_runs.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace ringmaster::replay {

namespace {

using events::instant;

class reading {
public:
  reading(events::campaign_id campaign, events::duration step) : id_{campaign}, step_{step} {}

  void read(const store::log_reader& log, std::uint64_t first = 1);
  [[nodiscard]] campaign_record take();

  struct start {
    events::campaign_id campaign;
    std::uint64_t position = 0;
  };

  /// Of the newest campaign that was started on the same trunk.
  [[nodiscard]] std::optional<start> neighbour() const;

private:
  [[nodiscard]] bool is_own(const events::stream_id& it) const { return it.id == id_.value; }
  void hear(const events::envelope& it);
  void hear_campaign(const events::envelope& it, const events::campaign_event& event);
  void hear_contact(const events::envelope& it, const events::contact_event& event);
  void count_dial(instant at);
  void count_end(const projections::run_view& run);
  void finish_count(events::disposition how);

  events::campaign_id id_;
  events::duration step_;
  campaign_record found_;
  std::map<events::trunk_id, projections::trunk_view> trunks_;
  std::map<events::campaign_id, events::trunk_id> trunk_of_;
  std::vector<start> started_;
  open_runs runs_;
  std::optional<instant> paused_since_;
};

void reading::read(const store::log_reader& log, std::uint64_t first) {
  app::progress_line progress{"reading", log.last_position()};
  auto position = first;
  found_.damage = log.read(
    first,
    [&](const events::stream_id& it) {
      progress.show(position++);
      bool catalogue =
        it.kind == events::stream_kind::trunk || it.kind == events::stream_kind::campaign;
      return catalogue || (it.kind == events::stream_kind::contact && is_own(it));
    },
    [&](events::envelope&& it) {
      hear(it);
      return true;
    });
  if (!found_.damage)
    found_.damage = log.lost_end();
  (void)log.read(log.last_position(), [&](events::envelope&& it) {
    found_.as_of = it.recorded_at;
    return false;
  });
}

void reading::hear(const events::envelope& it) {
  std::visit(
    [&](const auto& event) {
      using Event = std::remove_cvref_t<decltype(event)>;
      if constexpr (std::is_constructible_v<events::contact_event, const Event&>)
        hear_contact(it, event);
      else if constexpr (std::is_constructible_v<events::campaign_event, const Event&>)
        hear_campaign(it, event);
      else if constexpr (std::is_same_v<Event, events::trunk_created>)
        trunks_[event.trunk] = {.trunk = event, .created_at = it.recorded_at};
      else if constexpr (std::is_same_v<Event, events::trunk_edited>)
        projections::fold(trunks_[event.trunk], event);
    },
    it.event);
}

void reading::hear_campaign(const events::envelope& it, const events::campaign_event& event) {
  if (const auto* created = std::get_if<events::campaign_created>(&event))
    trunk_of_[created->campaign] = created->trunk;
  if (std::holds_alternative<events::campaign_started>(event))
    started_.push_back({{it.stream.id}, it.position});
  if (!is_own(it.stream))
    return;
  auto& campaign = found_.campaign ? *found_.campaign : found_.campaign.emplace();
  if (const auto* paused = std::get_if<events::campaign_paused>(&event);
      paused && std::holds_alternative<events::breaker_trip>(paused->why)) {
    ++found_.recorded.breaker_trips;
    if (!found_.recorded.first_trip_at)
      found_.recorded.first_trip_at = it.recorded_at;
  }
  bool was_paused = campaign.paused_at.has_value();
  auto since = campaign.paused_at.value_or(it.recorded_at);
  projections::fold(campaign, it, event);
  if (was_paused && !campaign.paused_at)
    found_.paused += it.recorded_at - since;
}

void reading::hear_contact(const events::envelope& it, const events::contact_event& event) {
  if (const auto* dialed = std::get_if<events::contact_dialed>(&event))
    count_dial(dialed->at);
  if (auto ended = runs_.hear(it, event))
    count_end(*ended);
  if (const auto* finished = std::get_if<events::contact_finished>(&event))
    finish_count(finished->disposition);
  found_.recorded.most_at_once =
    std::max(found_.recorded.most_at_once, static_cast<std::uint32_t>(runs_.size()));
}

void reading::count_dial(instant at) {
  ++found_.recorded.attempts;
  domain::add_to(found_.recorded.series, step_, at).attempts += 1;
}

void reading::count_end(const projections::run_view& run) {
  auto& recorded = found_.recorded;
  ++recorded.outcomes[static_cast<std::size_t>(*run.outcome) % recorded.outcomes.size()];
  if (run.answered_at) {
    ++recorded.connects;
    domain::add_to(recorded.series, step_, run.dialed_at).connects += 1;
  }
  if (auto course = http::course_of(run)) {
    found_.calls.odds.learn(run.key.attempt, *course);
    ++found_.calls.calls;
  }
}

void reading::finish_count(events::disposition how) {
  switch (how) {
  case events::disposition::completed: ++found_.recorded.completed; break;
  case events::disposition::failed: ++found_.recorded.failed; break;
  case events::disposition::cancelled: ++found_.recorded.cancelled; break;
  }
}

std::optional<reading::start> reading::neighbour() const {
  auto own = trunk_of_.find(id_);
  for (auto it = started_.rbegin(); it != started_.rend() && own != trunk_of_.end(); ++it) {
    auto other = trunk_of_.find(it->campaign);
    if (it->campaign != id_ && other != trunk_of_.end() && other->second == own->second)
      return *it;
  }
  return std::nullopt;
}

campaign_record reading::take() {
  if (found_.campaign) {
    const auto& campaign = *found_.campaign;
    if (campaign.paused_at)
      found_.paused += found_.as_of - *campaign.paused_at;
    if (campaign.state.status == domain::campaign_status::completed)
      found_.recorded.finishes_at = campaign.ended_at;
    if (auto trunk = trunks_.find(campaign.state.trunk); trunk != trunks_.end())
      found_.trunk = trunk->second;
  }
  found_.calls.basis = "own_record";
  found_.calls.campaign = id_;
  return std::move(found_);
}

} // namespace

campaign_record
read_record(const store::log_reader& log, events::campaign_id campaign, events::duration step) {
  reading own{campaign, step};
  own.read(log);
  auto neighbour = own.neighbour();
  auto record = own.take();
  if (!record.calls.odds.empty())
    return record;
  record.calls = {.odds = domain::usual_odds(), .basis = "assumed", .campaign = {}};
  if (!neighbour)
    return record;
  reading other{neighbour->campaign, step};
  other.read(log, neighbour->position);
  auto borrowed = other.take().calls;
  if (!borrowed.odds.empty()) {
    borrowed.basis = "same_trunk";
    record.calls = std::move(borrowed);
  }
  return record;
}

} // namespace ringmaster::replay
