#include "projections/projection.hpp"

#include "projections/folds.hpp"
#include "projections/keys.hpp"
#include "projections/rows.hpp"
#include "projections/views.hpp"

#include <algorithm>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::projections {

namespace {

struct campaign_entry {
  campaign_view view;
  std::vector<std::uint32_t> open;   // rows with a call up, ascending, as on disk
  std::optional<minute_view> minute; // the last in which something happened
  bool minute_changed = false;
  bool exists = false;
  bool changed = false;
  bool redefined = false;
  bool open_changed = false;
};

struct contact_entry {
  contact_view view;
  run_view run; // the last one; its position is 0 until it is needed
  bool changed = false;
  bool run_changed = false;
  bool was_open = false;                          // on disk
  std::optional<domain::due_contact> due_on_disk; // its place in the due index
};

std::optional<domain::due_contact> place_of(const contact_view& it) {
  if (it.state.phase != domain::contact_phase::waiting)
    return std::nullopt;
  return domain::due_contact{
    it.state.due_at, it.key.row, it.state.turn == domain::contact_turn::first};
}

/// What is said of a contact and not of one of its calls.
bool is_no_step_of_a_run(const events::contact_event& it) {
  return std::holds_alternative<events::contact_finished>(it)
         || std::holds_alternative<events::contact_put_first>(it)
         || std::holds_alternative<events::contact_call_at_set>(it)
         || std::holds_alternative<events::contact_put_off>(it)
         || std::holds_alternative<events::contact_withdrawn>(it);
}

/// Has `row` among `rows` or not, as `wanted`, and keeps their order.
void put_in(std::vector<std::uint32_t>& rows, std::uint32_t row, bool wanted) {
  auto place = std::lower_bound(rows.begin(), rows.end(), row);
  bool there = place != rows.end() && *place == row;
  if (wanted && !there)
    rows.insert(place, row);
  else if (!wanted && there)
    rows.erase(place);
}

} // namespace

checkpoint read_checkpoint(const store::key_value& rows) {
  auto bytes = rows.look()->get(keys::checkpoint);
  return bytes ? rows::decode_checkpoint(*bytes) : checkpoint{};
}

/// The working set: campaigns that go on and contacts in flight stay from batch
/// to batch, others for one batch. Every row is written once at a batch's end,
/// however many of its events touch it.
class projection::state {
public:
  explicit state(store::key_value& rows) : rows_{rows} {}

  void fold(const events::envelope& it);
  void write(const checkpoint& reached);

private:
  void fold_campaign(const events::envelope& it, const events::campaign_event& event);
  void fold_contact(const events::envelope& it, const events::contact_event& event);
  void
  fold_run(contact_entry& contact, const events::envelope& it, const events::contact_event& event);
  void fold_verdict(
    campaign_entry& campaign,
    contact_entry& contact,
    const events::envelope& it,
    const events::contact_call_judged& verdict);
  void recount(campaign_entry& campaign, const run_view& before, const run_view& after);

  campaign_entry& campaign(events::campaign_id id);
  minute_view& minute(campaign_entry& of, const events::envelope& it);
  contact_entry& contact(const events::contact_key& key, const campaign_view& of);

  void write_contacts();
  void write_open_and_due(contact_entry& contact);
  void write_campaigns();
  void write_campaign(campaign_entry& campaign);
  void put_run(const run_view& run);
  void put_minute(campaign_entry& of, std::uint64_t campaign);

  [[nodiscard]] std::optional<std::string> get(const std::string& key);
  [[nodiscard]] std::optional<std::string> get_latest(const std::string& key);
  run_view& last_run(contact_entry& contact);

  store::key_value& rows_;
  std::unique_ptr<store::key_value::snapshot> look_; // since the last write, if anything was read
  std::unordered_map<events::campaign_id, campaign_entry> campaigns_;
  std::unordered_map<events::contact_key, contact_entry> contacts_;
  std::vector<std::pair<events::campaign_id, campaign_entry*>> changed_campaigns_;
  std::vector<contact_entry*> changed_contacts_;
  store::key_value_batch batch_;
};

void projection::state::fold(const events::envelope& it) {
  if (it.request)
    batch_.put(
      keys::of_request(it.request->key),
      rows::encode(carried_out{
        .position = it.position,
        .at = it.recorded_at,
        .digest = it.request->digest,
        .stream = it.stream,
        .created = it.version == 1 && it.stream.kind != events::stream_kind::contact}));
  auto keep = [&](char kind, std::uint64_t id) {
    batch_.put(keys::of(kind, id), rows::encode(it));
  };
  std::visit(
    [&](const auto& event) {
      using Event = std::remove_cvref_t<decltype(event)>;
      if constexpr (std::is_constructible_v<events::contact_event, const Event&>)
        fold_contact(it, event);
      else if constexpr (std::is_constructible_v<events::campaign_event, const Event&>)
        fold_campaign(it, event);
      else if constexpr (std::is_same_v<Event, events::contact_list_uploaded>)
        keep(keys::list, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::contact_list_row_erased>)
        batch_.put(keys::of_version(it.stream), rows::encode_version(it.version));
      else if constexpr (std::is_same_v<Event, events::workflow_created>)
        keep(keys::workflow, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::trunk_created>)
        keep(keys::trunk, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::trunk_edited>)
        keep(keys::edited_trunk, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::trunk_removed>)
        keep(keys::removed_trunk, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::api_key_created>)
        keep(keys::api_key, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::api_key_revoked>)
        keep(keys::revoked_api_key, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::webhook_created>)
        keep(keys::webhook, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::webhook_edited>)
        keep(keys::edited_webhook, it.stream.id);
      else if constexpr (std::is_same_v<Event, events::webhook_removed>)
        keep(keys::removed_webhook, it.stream.id);
      else {
        static_assert(std::is_constructible_v<events::engine_event, const Event&>);
        batch_.put(keys::of_version(it.stream), rows::encode_version(it.version));
      }
    },
    it.event);
}

/// A campaign begins with its creation; an event about none changes nothing.
void projection::state::fold_campaign(
  const events::envelope& it, const events::campaign_event& event) {
  auto& entry = campaign({it.stream.id});
  bool created = std::holds_alternative<events::campaign_created>(event);
  if (!entry.exists && !created)
    return;
  batch_.put(keys::of_step({it.stream.id}, it.position), {});
  projections::fold(entry.view, it, event);
  entry.redefined |= created || std::holds_alternative<events::campaign_edited>(event)
                     || std::holds_alternative<events::campaign_contacts_added>(event);
  entry.exists = entry.view.state.status != domain::campaign_status::none;
  if (entry.exists)
    return;
  batch_.erase(keys::of(keys::campaign, it.stream.id));
  batch_.erase(keys::of(keys::campaign_definition, it.stream.id));
  // So that its id is not used again.
  batch_.put(keys::of_version(it.stream), rows::encode_version(it.version));
}

void projection::state::fold_contact(
  const events::envelope& it, const events::contact_event& event) {
  auto& campaign = this->campaign({it.stream.id});
  if (!campaign.exists)
    return;
  auto& contact = this->contact({{it.stream.id}, it.stream.row}, campaign.view);
  auto& figures = minute(campaign, it); // before a verdict looks at those of an earlier minute
  if (const auto* verdict = std::get_if<events::contact_call_judged>(&event))
    fold_verdict(campaign, contact, it, *verdict);
  else
    fold_run(contact, it, event);
  auto& view = contact.view;
  auto after = domain::evolve(view.state, event);
  count(campaign.view, view.state, after, it, event);
  count(figures, campaign.view, view.state, event);
  view.state = std::move(after);
  view.version = it.version;
}

void projection::state::fold_run(
  contact_entry& contact, const events::envelope& it, const events::contact_event& event) {
  if (is_no_step_of_a_run(event))
    return;
  auto& positions = contact.view.runs;
  if (std::holds_alternative<events::contact_dialed>(event)) {
    if (contact.run_changed) // the one before it began and ended in this batch
      put_run(contact.run);
    positions.push_back(it.position);
    contact.run.position = it.position;
  } else if (positions.empty()) {
    return;
  }
  projections::fold(last_run(contact), contact.view.state, it, event);
  contact.run_changed = true;
}

run_view& projection::state::last_run(contact_entry& contact) {
  if (contact.run.position == 0) {
    auto campaign = contact.view.key.campaign;
    auto position = contact.view.runs.back();
    contact.run =
      rows::decode_run(campaign, position, get(keys::of_run(campaign, position)).value());
  }
  return contact.run;
}

/// May be on any run of the contact.
void projection::state::fold_verdict(
  campaign_entry& campaign,
  contact_entry& contact,
  const events::envelope& it,
  const events::contact_call_judged& verdict) {
  const auto& positions = contact.view.runs;
  if (verdict.attempt == 0 || verdict.attempt > positions.size())
    return;
  if (verdict.attempt == positions.size()) {
    auto& run = last_run(contact);
    auto before = run;
    projections::fold(run, contact.view.state, it, verdict);
    contact.run_changed = true;
    return recount(campaign, before, run);
  }
  auto position = positions[verdict.attempt - 1];
  auto bytes = get_latest(keys::of_run(contact.view.key.campaign, position));
  auto before = rows::decode_run(contact.view.key.campaign, position, bytes.value());
  auto run = before;
  projections::fold(run, contact.view.state, it, verdict);
  put_run(run);
  recount(campaign, before, run);
}

void projection::state::recount(
  campaign_entry& campaign, const run_view& before, const run_view& after) {
  if (!before.outcome)
    return; // nothing was counted yet
  projections::recount(campaign.view.progress, before, after);
  if (campaign.minute && campaign.minute->minute == before.ended_minute) {
    campaign.minute_changed = true;
    return projections::recount(*campaign.minute, before, after);
  }
  auto key = keys::of_minute(before.key.campaign, before.ended_minute);
  if (auto bytes = get_latest(key)) {
    auto minute = rows::decode_minute(before.ended_minute, *bytes);
    projections::recount(minute, before, after);
    batch_.put(std::move(key), rows::encode(minute));
  }
}

/// For an event: whoever asks is about to change it.
campaign_entry& projection::state::campaign(events::campaign_id id) {
  auto [found, fresh] = campaigns_.try_emplace(id);
  auto& entry = found->second;
  if (fresh) {
    auto definition = get(keys::of(keys::campaign_definition, id.value));
    auto bytes = get(keys::of(keys::campaign, id.value));
    entry.exists = definition && bytes;
    if (entry.exists)
      entry.view = rows::decode_campaign(*definition, *bytes);
    if (auto open = get(keys::of(keys::open, id.value)); entry.exists && open)
      entry.open = rows::decode_open(*open);
  }
  if (!std::exchange(entry.changed, true))
    changed_campaigns_.emplace_back(id, &entry);
  return entry;
}

/// The figures of the minute in which the event was recorded.
minute_view& projection::state::minute(campaign_entry& of, const events::envelope& it) {
  auto number = minute_of(it.recorded_at);
  if (!of.minute || of.minute->minute != number) {
    put_minute(of, it.stream.id);
    auto bytes = get(keys::of_minute({it.stream.id}, number));
    of.minute = bytes ? rows::decode_minute(number, *bytes) : minute_view{.minute = number};
  }
  of.minute_changed = true;
  return *of.minute;
}

void projection::state::put_minute(campaign_entry& of, std::uint64_t campaign) {
  if (std::exchange(of.minute_changed, false))
    batch_.put(keys::of_minute({campaign}, of.minute->minute), rows::encode(*of.minute));
}

/// Nothing is read for a contact that was never touched, nor for one in flight.
contact_entry& projection::state::contact(const events::contact_key& key, const campaign_view& of) {
  auto [found, fresh] = contacts_.try_emplace(key);
  auto& entry = found->second;
  if (fresh) {
    entry.view.key = key;
    auto bytes = was_touched(of, key.row) ? get(keys::of(keys::contact, key)) : std::nullopt;
    if (bytes)
      entry.view = rows::decode_contact(key, *bytes);
    entry.was_open = is_open(entry.view.state);
    entry.due_on_disk = place_of(entry.view);
  }
  if (!std::exchange(entry.changed, true))
    changed_contacts_.push_back(&entry);
  return entry;
}

std::optional<std::string> projection::state::get(const std::string& key) {
  if (!look_)
    look_ = rows_.look();
  return look_->get(key);
}

/// What this batch made of it, too. Goes through the whole batch: for what is rare.
std::optional<std::string> projection::state::get_latest(const std::string& key) {
  const auto& changes = batch_.changes;
  auto found = std::find_if(
    changes.rbegin(), changes.rend(), [&](const auto& each) { return each.key == key; });
  return found == changes.rend() ? get(key) : found->value;
}

void projection::state::put_run(const run_view& run) {
  batch_.put(keys::of_run(run.key.campaign, run.position), rows::encode(run));
}

/// Kind by kind, each in the order of its keys: RocksDB then finds the place of
/// every next key beside that of the last (measured: a third less time).
void projection::state::write_contacts() {
  auto by_key = [](const contact_entry* it) { return it->view.key; };
  std::ranges::sort(changed_contacts_, {}, by_key);
  for (const auto* it : changed_contacts_)
    batch_.put(keys::of(keys::contact, it->view.key), rows::encode(it->view));
  for (auto* it : changed_contacts_)
    if (std::exchange(it->run_changed, false))
      put_run(it->run);
  for (auto* it : changed_contacts_)
    write_open_and_due(*it);
  for (auto* it : changed_contacts_) {
    it->changed = false;
    auto key = it->view.key;
    if (!it->was_open)
      contacts_.erase(key);
  }
  changed_contacts_.clear();
}

void projection::state::write_open_and_due(contact_entry& contact) {
  const auto& key = contact.view.key;
  if (bool open = is_open(contact.view.state); open != std::exchange(contact.was_open, open)) {
    auto& campaign = campaigns_.at(key.campaign);
    put_in(campaign.open, key.row, open);
    campaign.open_changed = true;
  }
  auto due = place_of(contact.view);
  if (auto was = std::exchange(contact.due_on_disk, due); was != due) {
    if (was)
      batch_.erase(keys::of_due(key.campaign, *was));
    if (due)
      batch_.put(keys::of_due(key.campaign, *due), {});
  }
}

void projection::state::write_campaigns() {
  for (auto& [id, entry] : changed_campaigns_) {
    put_minute(*entry, id.value); // of one that is gone too: it may have been there before
    if (entry->exists)
      write_campaign(*entry);
    entry->changed = false;
    if (!entry->exists || domain::is_over(entry->view.state.status))
      campaigns_.erase(id);
  }
  changed_campaigns_.clear();
}

void projection::state::write_campaign(campaign_entry& campaign) {
  auto id = campaign.view.state.id.value;
  if (std::exchange(campaign.redefined, false))
    batch_.put(
      keys::of(keys::campaign_definition, id), rows::encode_definition(campaign.view.state));
  batch_.put(keys::of(keys::campaign, id), rows::encode(campaign.view));
  if (!std::exchange(campaign.open_changed, false))
    return;
  if (campaign.open.empty())
    batch_.erase(keys::of(keys::open, id));
  else
    batch_.put(keys::of(keys::open, id), rows::encode_open(campaign.open));
}

void projection::state::write(const checkpoint& reached) {
  write_contacts();
  write_campaigns();
  batch_.put(std::string{keys::checkpoint}, rows::encode(reached));
  look_.reset(); // rows in memory are copied for whoever still looks at them
  rows_.write(batch_);
  batch_.changes.clear();
}

projection::projection(store::key_value& rows) : state_{std::make_unique<state>(rows)} {}

projection::~projection() = default;

void projection::fold(std::span<const events::envelope> batch, const checkpoint& reached) {
  for (const auto& it : batch)
    state_->fold(it);
  state_->write(reached);
}

} // namespace ringmaster::projections
