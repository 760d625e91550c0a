#include "projections/projection.hpp"

#include "domain/match.hpp"
#include "projections/keys.hpp"
#include "projections/rows.hpp"
#include "projections/views.hpp"

#include <unordered_map>
#include <utility>

namespace ringmaster::projections {

namespace {

/// The counter in which a contact of this phase stands.
std::uint64_t& bucket(progress& of, const domain::contact& it) {
  using domain::contact_phase;
  switch (it.phase) {
  case contact_phase::untouched: return of.pending;
  case contact_phase::waiting: return of.waiting;
  case contact_phase::finished:
    switch (it.disposition) {
    case events::disposition::completed: return of.completed;
    case events::disposition::failed: return of.failed;
    case events::disposition::cancelled: return of.cancelled;
    }
    return of.failed;
  case contact_phase::dialed:
  case contact_phase::ringing:
  case contact_phase::answered:
  case contact_phase::ended: return of.in_flight; // until it is said what follows
  }
  return of.in_flight;
}

void touch(campaign_view& of, std::uint32_t row) {
  if (row < of.first_untouched)
    return;
  of.touched_beyond.insert(row);
  while (!of.touched_beyond.empty() && *of.touched_beyond.begin() == of.first_untouched) {
    of.touched_beyond.erase(of.touched_beyond.begin());
    ++of.first_untouched;
  }
}

bool was_touched(const campaign_view& of, std::uint32_t row) {
  return row < of.first_untouched || of.touched_beyond.contains(row);
}

bool is_open(const domain::contact& it) {
  return it.in_flight() || it.phase == domain::contact_phase::ended;
}

} // namespace

checkpoint read_checkpoint(const store::key_value& rows) {
  auto bytes = rows.look()->get(keys::checkpoint);
  return bytes ? rows::decode_checkpoint(*bytes) : checkpoint{};
}

struct projection::state {
  /// A campaign in memory. `exists` is false for ids that only contacts speak
  /// of: kept for their counters' sake, never written.
  struct campaign_entry {
    campaign_view view;
    bool exists = false;
    bool changed = false;
    bool redefined = false;
  };

  /// A contact that is being called, with its open run.
  struct contact_entry {
    contact_view view;
    run_view run;
    bool run_changed = false;
    bool changed = false;
    bool was_open = false;                      // in the open index on disk
    std::optional<events::instant> due_on_disk; // its entry in the due index on disk
  };

  explicit state(store::key_value& of) : rows{of}, look{of.look()} {}

  campaign_entry& campaign(events::campaign_id id) {
    auto [found, fresh] = campaigns.try_emplace(id);
    auto& entry = found->second;
    if (!fresh)
      return entry;
    auto definition = look->get(keys::of(keys::campaign_definition, id.value));
    auto bytes = look->get(keys::of(keys::campaign, id.value));
    if (definition && bytes) {
      entry.view = rows::decode_campaign(*definition, *bytes);
      entry.exists = true;
    }
    return entry;
  }

  contact_entry& contact(const events::contact_key& key, const campaign_view& of) {
    auto [found, fresh] = contacts.try_emplace(key);
    auto& entry = found->second;
    if (!fresh)
      return entry;
    entry.view.key = key;
    if (!was_touched(of, key.row))
      return entry;
    if (auto bytes = look->get(keys::of(keys::contact, key)))
      entry.view = rows::decode_contact(key, *bytes);
    const auto& it = entry.view.state;
    entry.was_open = is_open(it);
    if (it.phase == domain::contact_phase::waiting)
      entry.due_on_disk = it.due_at;
    if (!entry.view.runs.empty())
      if (auto bytes = look->get(keys::of_run(key.campaign, entry.view.runs.back())))
        entry.run = rows::decode_run(key.campaign, entry.view.runs.back(), *bytes);
    return entry;
  }

  void fold(const events::envelope& it);
  void fold_contact(const events::envelope& it, const events::contact_event& event);
  void fold_campaign(const events::envelope& it, const events::campaign_event& event);
  void fold_catalogue(const events::envelope& it);
  void write(const checkpoint& reached);
  void write_contact(const events::contact_key& key, contact_entry& entry);

  store::key_value& rows;
  std::unique_ptr<store::key_value::snapshot> look;
  std::unordered_map<events::campaign_id, campaign_entry> campaigns;
  std::unordered_map<events::contact_key, contact_entry> contacts;
  store::key_value_batch batch;
};

namespace {

/// What an event says of the run it belongs to.
void fold_run(run_view& run, const events::envelope& at, const events::contact_event& event) {
  match(
    event,
    [&](const events::contact_dialed& it) {
      run = run_view{};
      run.key = {{at.stream.id}, at.stream.row, it.attempt};
      run.position = at.position;
      run.trunk = it.trunk;
      run.caller_id = it.caller_id;
      run.dialed_at = it.at;
    },
    [&](const events::contact_initiated& it) {
      run.initiated_at = it.at;
      run.provider_ref = it.provider_ref;
    },
    [&](const events::contact_ringing& it) { run.ringing_at = it.at; },
    [&](const events::contact_answered& it) { run.answered_at = it.at; },
    [&](const events::contact_attempt_ended& it) {
      run.ended_at = it.at;
      run.outcome = it.outcome;
      run.cause = it.cause;
      run.provider_code = it.provider_code;
      run.talk_time_ms = it.talk_time_ms;
      run.answered_by = it.answered_by;
      run.has_result = it.has_result;
    },
    [&](const events::contact_retry_scheduled& it) { run.retry_at = it.due_at; },
    [](const events::contact_finished&) {});
}

/// What an event adds to the counts that only grow.
void count(progress& of, const events::contact_event& event, bool answered_before) {
  if (const auto* dialed = std::get_if<events::contact_dialed>(&event)) {
    ++of.attempts;
    of.processed += dialed->attempt == 1 ? 1 : 0;
  } else if (std::holds_alternative<events::contact_answered>(event)) {
    of.answered += answered_before ? 0 : 1;
  } else if (const auto* ended = std::get_if<events::contact_attempt_ended>(&event)) {
    ++of.outcomes[static_cast<std::size_t>(ended->outcome) % of.outcomes.size()];
  }
}

void fold_times(
  campaign_view& view, const events::envelope& at, const events::campaign_event& event) {
  match(
    event,
    [&](const events::campaign_created& it) {
      view.created_at = at.recorded_at;
      view.progress.total = it.contacts;
      view.progress.pending = it.contacts;
    },
    [&](const events::campaign_started&) {
      view.started_at = at.recorded_at;
      view.running_since = at.recorded_at;
    },
    [&](const events::campaign_paused& it) {
      view.paused_at = at.recorded_at;
      view.breaker_trip = it.breaker;
    },
    [&](const events::campaign_resumed&) {
      view.paused_at.reset();
      view.breaker_trip.reset();
      view.running_since = at.recorded_at;
    },
    [&](const events::campaign_completed&) { view.ended_at = at.recorded_at; },
    [&](const events::campaign_failed&) { view.ended_at = at.recorded_at; },
    [](const events::campaign_edited&) {},
    [](const events::campaign_deleted&) {});
}

} // namespace

void projection::state::fold(const events::envelope& it) {
  std::visit(
    [&](const auto& event) {
      using Event = std::remove_cvref_t<decltype(event)>;
      if constexpr (std::is_constructible_v<events::contact_event, const Event&>)
        fold_contact(it, event);
      else if constexpr (std::is_constructible_v<events::campaign_event, const Event&>)
        fold_campaign(it, event);
      else
        fold_catalogue(it);
    },
    it.event);
}

void projection::state::fold_contact(
  const events::envelope& it, const events::contact_event& event) {
  events::contact_key key{{it.stream.id}, it.stream.row};
  auto& campaign = this->campaign(key.campaign);
  auto& contact = this->contact(key, campaign.view);
  auto& before = contact.view.state;
  bool answered_before = before.answered_at != events::instant{};
  auto after = domain::evolve(before, event);
  auto& progress = campaign.view.progress;
  if (auto& from = bucket(progress, before); from > 0)
    --from;
  ++bucket(progress, after);
  count(progress, event, answered_before && before.in_flight());
  contact.view.state = std::move(after);
  contact.view.version = it.version;
  if (std::holds_alternative<events::contact_dialed>(event))
    contact.view.runs.push_back(it.position);
  fold_run(contact.run, it, event);
  contact.changed = contact.run_changed = true;
  touch(campaign.view, key.row);
  campaign.view.position = it.position;
  campaign.changed = true;
}

void projection::state::fold_campaign(
  const events::envelope& it, const events::campaign_event& event) {
  auto& entry = campaign({it.stream.id});
  auto& view = entry.view;
  view.state = domain::evolve(std::move(view.state), event);
  view.version = it.version;
  view.position = it.position;
  fold_times(view, it, event);
  entry.exists = view.state.status != domain::campaign_status::none;
  entry.changed = true;
  entry.redefined = entry.redefined || std::holds_alternative<events::campaign_created>(event)
                    || std::holds_alternative<events::campaign_edited>(event);
  if (std::holds_alternative<events::campaign_deleted>(event)) {
    batch.erase(keys::of(keys::campaign, it.stream.id));
    batch.erase(keys::of(keys::campaign_definition, it.stream.id));
    batch.put(keys::of_version(it.stream), keys::of('v', it.version));
  }
}

void projection::state::fold_catalogue(const events::envelope& it) {
  using events::stream_kind;
  if (it.stream.kind == stream_kind::contact_list)
    batch.put(keys::of(keys::list, it.stream.id), rows::encode(it));
  else if (it.stream.kind == stream_kind::workflow)
    batch.put(keys::of(keys::workflow, it.stream.id), rows::encode(it));
  else if (it.stream.kind == stream_kind::trunk)
    batch.put(
      keys::of(
        std::holds_alternative<events::trunk_removed>(it.event) ? keys::removed_trunk : keys::trunk,
        it.stream.id),
      rows::encode(it));
  else
    batch.put(keys::of_version(it.stream), keys::of('v', it.version));
}

void projection::state::write_contact(const events::contact_key& key, contact_entry& entry) {
  const auto& it = entry.view.state;
  batch.put(keys::of(keys::contact, key), rows::encode(entry.view));
  if (entry.run.position != 0)
    batch.put(keys::of_run(key.campaign, entry.run.position), rows::encode(entry.run));
  if (bool open = is_open(it); open != entry.was_open) {
    if (open)
      batch.put(keys::of(keys::open, key), {});
    else
      batch.erase(keys::of(keys::open, key));
    entry.was_open = open;
  }
  auto due = it.phase == domain::contact_phase::waiting ? std::optional{it.due_at} : std::nullopt;
  if (due != entry.due_on_disk) {
    if (entry.due_on_disk)
      batch.erase(keys::of_due(key, *entry.due_on_disk));
    if (due)
      batch.put(keys::of_due(key, *due), {});
    entry.due_on_disk = due;
  }
  entry.changed = entry.run_changed = false;
}

void projection::state::write(const checkpoint& reached) {
  for (auto it = contacts.begin(); it != contacts.end();) {
    if (it->second.changed)
      write_contact(it->first, it->second);
    it = is_open(it->second.view.state) ? std::next(it) : contacts.erase(it);
  }
  for (auto& [id, entry] : campaigns) {
    if (!std::exchange(entry.changed, false) || !entry.exists)
      continue;
    if (std::exchange(entry.redefined, false))
      batch.put(
        keys::of(keys::campaign_definition, id.value), rows::encode_definition(entry.view.state));
    batch.put(keys::of(keys::campaign, id.value), rows::encode(entry.view));
  }
  batch.put(std::string{keys::checkpoint}, rows::encode(reached));
  rows.write(batch);
  batch.changes.clear();
  look = rows.look();
}

projection::projection(store::key_value& rows) : state_{std::make_unique<state>(rows)} {}

projection::~projection() = default;

void projection::fold(std::span<const events::envelope> batch, const checkpoint& reached) {
  for (const auto& it : batch)
    state_->fold(it);
  state_->write(reached);
}

} // namespace ringmaster::projections
