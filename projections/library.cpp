#include "projections/library.hpp"

#include "projections/folds.hpp"
#include "projections/keys.hpp"
#include "projections/rows.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::projections {

namespace {

std::uint64_t id_in(std::string_view key) {
  return keys::last_number(key, 8);
}

/// A page of rows of one kind, newest (highest id) first. `limit` is above 0.
template <class T, class Read>
page<T> newest(
  const store::key_value::snapshot& rows,
  char kind,
  std::optional<std::uint64_t> cursor,
  std::size_t limit,
  Read read) {
  page<T> found;
  std::optional<std::uint64_t> last;
  rows.scan_back(
    std::string{kind},
    cursor ? keys::of(kind, *cursor) : std::string{},
    [&](std::string_view key, std::string_view value) {
      if (found.items.size() == limit) {
        found.next = last;
        return false;
      }
      last = id_in(key);
      if (std::optional<T> item = read(*last, value))
        found.items.push_back(*std::move(item));
      return true;
    });
  return found;
}

std::optional<campaign_view>
as_campaign(const store::key_value::snapshot& rows, std::uint64_t id, std::string_view bytes) {
  auto definition = rows.get(keys::of(keys::campaign_definition, id));
  return definition ? std::optional{rows::decode_campaign(*definition, bytes)} : std::nullopt;
}

list_view as_list(const store::key_value::snapshot& rows, std::string_view bytes) {
  auto it = rows::decode_envelope(bytes);
  auto erased = rows.get(keys::of_version(it.stream));
  return {
    .list = std::get<events::contact_list_uploaded>(std::move(it.event)),
    .uploaded_at = it.recorded_at,
    .version = erased ? rows::decode_version(*erased) : it.version};
}

workflow_view as_workflow(std::string_view bytes) {
  auto it = rows::decode_envelope(bytes);
  return {std::get<events::workflow_created>(std::move(it.event)), it.recorded_at, it.version};
}

trunk_view
as_trunk(const store::key_value::snapshot& rows, std::uint64_t id, std::string_view bytes) {
  auto it = rows::decode_envelope(bytes);
  trunk_view view{
    .trunk = std::get<events::trunk_created>(std::move(it.event)),
    .created_at = it.recorded_at,
    .version = it.version};
  if (auto edit = rows.get(keys::of(keys::edited_trunk, id))) {
    auto latest = rows::decode_envelope(*edit);
    fold(view, std::get<events::trunk_edited>(latest.event));
    view.version = latest.version;
  }
  if (auto removal = rows.get(keys::of(keys::removed_trunk, id))) {
    view.removed = true;
    view.version = rows::decode_envelope(*removal).version;
  }
  return view;
}

api_key_view
as_api_key(const store::key_value::snapshot& rows, std::uint64_t id, std::string_view bytes) {
  auto it = rows::decode_envelope(bytes);
  api_key_view view{
    .key = std::get<events::api_key_created>(std::move(it.event)),
    .created_at = it.recorded_at,
    .created_by = std::move(it.actor),
    .revoked_at = {},
    .version = it.version};
  if (auto revocation = rows.get(keys::of(keys::revoked_api_key, id))) {
    auto end = rows::decode_envelope(*revocation);
    view.revoked_at = end.recorded_at;
    view.version = end.version;
  }
  return view;
}

webhook_view
as_webhook(const store::key_value::snapshot& rows, std::uint64_t id, std::string_view bytes) {
  auto it = rows::decode_envelope(bytes);
  auto made = std::get<events::webhook_created>(std::move(it.event));
  webhook_view view{
    .id = {id},
    .campaign = made.campaign,
    .settings = std::move(made.settings),
    .created_at = it.recorded_at,
    .created_by = std::move(it.actor),
    .created_position = it.position,
    .disabled_because = {},
    .version = it.version};
  if (auto edit = rows.get(keys::of(keys::edited_webhook, id))) {
    auto last = rows::decode_envelope(*edit);
    auto now = std::get<events::webhook_edited>(std::move(last.event));
    view.settings = std::move(now.settings);
    view.disabled_because = std::move(now.reason);
    view.version = last.version;
  }
  if (auto removal = rows.get(keys::of(keys::removed_webhook, id))) {
    view.removed = true;
    view.version = rows::decode_envelope(*removal).version;
  }
  return view;
}

} // namespace

library_view::library_view(std::unique_ptr<store::key_value::snapshot> rows)
  : rows_{std::move(rows)} {}

std::uint64_t library_view::position() const {
  auto bytes = rows_->get(keys::checkpoint);
  return bytes ? rows::decode_checkpoint(*bytes).position : 0;
}

std::optional<campaign_view> library_view::campaign(events::campaign_id id) const {
  auto bytes = rows_->get(keys::of(keys::campaign, id.value));
  return bytes ? as_campaign(*rows_, id.value, *bytes) : std::nullopt;
}

page<campaign_view>
library_view::campaigns(std::optional<std::uint64_t> cursor, std::size_t limit, shelf from) const {
  return newest<campaign_view>(
    *rows_, keys::campaign, cursor, limit, [&](std::uint64_t id, std::string_view bytes) {
      bool other_shelf =
        from != shelf::any && rows::decode_archived(bytes) != (from == shelf::archived);
      return other_shelf ? std::nullopt : as_campaign(*rows_, id, bytes);
    });
}

std::vector<events::campaign_id> library_view::running_campaigns() const {
  std::vector<events::campaign_id> running;
  const std::string kind{keys::campaign};
  rows_->scan(kind, kind, [&](std::string_view key, std::string_view bytes) {
    if (rows::decode_status(bytes) == domain::campaign_status::running)
      running.push_back({id_in(key)});
    return true;
  });
  return running;
}

std::vector<std::uint64_t> library_view::steps(events::campaign_id id) const {
  std::vector<std::uint64_t> positions;
  auto prefix = keys::of(keys::step, id.value);
  rows_->scan(prefix, prefix, [&](std::string_view key, std::string_view) {
    positions.push_back(id_in(key));
    return true;
  });
  return positions;
}

std::optional<contact_view> library_view::contact(const events::contact_key& key) const {
  auto bytes = rows_->get(keys::of(keys::contact, key));
  if (!bytes)
    return std::nullopt;
  return rows::decode_contact(key, *bytes);
}

std::vector<contact_view>
library_view::contacts(events::campaign_id campaign, std::uint32_t first, std::uint32_t end) const {
  std::vector<contact_view> found;
  rows_->scan(
    keys::of(keys::contact, campaign.value),
    keys::of(keys::contact, events::contact_key{campaign, first}),
    [&](std::string_view key, std::string_view value) {
      auto row = static_cast<std::uint32_t>(keys::last_number(key, 4));
      if (row >= end)
        return false;
      found.push_back(rows::decode_contact({campaign, row}, value));
      return true;
    });
  return found;
}

std::vector<domain::due_contact>
library_view::due(events::campaign_id campaign, std::size_t most) const {
  std::vector<domain::due_contact> found;
  auto prefix = keys::of(keys::due, campaign.value);
  rows_->scan(prefix, prefix, [&](std::string_view key, std::string_view) {
    if (found.size() == most)
      return false;
    auto row = static_cast<std::uint32_t>(keys::last_number(key, 4));
    auto micros = keys::last_number(key.substr(0, key.size() - 4), 8);
    bool first = key[prefix.size()] == 0;
    found.push_back({events::instant{events::duration{micros}}, row, first});
    return true;
  });
  return found;
}

std::vector<std::uint32_t> library_view::open_contacts(events::campaign_id campaign) const {
  auto bytes = rows_->get(keys::of(keys::open, campaign.value));
  return bytes ? rows::decode_open(*bytes) : std::vector<std::uint32_t>{};
}

std::optional<list_view> library_view::list(events::contact_list_id id) const {
  auto bytes = rows_->get(keys::of(keys::list, id.value));
  return bytes ? std::optional{as_list(*rows_, *bytes)} : std::nullopt;
}

page<list_view> library_view::lists(std::optional<std::uint64_t> cursor, std::size_t limit) const {
  return newest<list_view>(
    *rows_, keys::list, cursor, limit, [&](std::uint64_t, std::string_view bytes) {
      return std::optional{as_list(*rows_, bytes)};
    });
}

std::optional<workflow_view> library_view::workflow(events::workflow_id id) const {
  auto bytes = rows_->get(keys::of(keys::workflow, id.value));
  return bytes ? std::optional{as_workflow(*bytes)} : std::nullopt;
}

page<workflow_view>
library_view::workflows(std::optional<std::uint64_t> cursor, std::size_t limit) const {
  return newest<workflow_view>(
    *rows_, keys::workflow, cursor, limit, [](std::uint64_t, std::string_view bytes) {
      return std::optional{as_workflow(bytes)};
    });
}

std::optional<trunk_view> library_view::trunk(events::trunk_id id) const {
  auto bytes = rows_->get(keys::of(keys::trunk, id.value));
  return bytes ? std::optional{as_trunk(*rows_, id.value, *bytes)} : std::nullopt;
}

page<trunk_view>
library_view::trunks(std::optional<std::uint64_t> cursor, std::size_t limit) const {
  return newest<trunk_view>(
    *rows_,
    keys::trunk,
    cursor,
    limit,
    [&](std::uint64_t id, std::string_view bytes) -> std::optional<trunk_view> {
      auto trunk = as_trunk(*rows_, id, bytes);
      return trunk.removed ? std::nullopt : std::optional{std::move(trunk)};
    });
}

std::vector<contact_view> library_view::open_calls(events::trunk_id id) const {
  std::vector<events::campaign_id> campaigns;
  const std::string kind{keys::campaign};
  rows_->scan(kind, kind, [&](std::string_view key, std::string_view bytes) {
    auto campaign = as_campaign(*rows_, id_in(key), bytes);
    if (campaign && campaign->state.trunk == id && campaign->progress.in_flight > 0)
      campaigns.push_back(campaign->state.id);
    return true;
  });
  std::vector<contact_view> calls;
  for (auto campaign : campaigns)
    for (auto row : open_contacts(campaign))
      if (auto it = contact({campaign, row}))
        calls.push_back(*std::move(it));
  return calls;
}

bool library_view::is_in_use(events::trunk_id id) const {
  bool used = false;
  const std::string kind{keys::campaign};
  rows_->scan(kind, kind, [&](std::string_view key, std::string_view bytes) {
    auto campaign = as_campaign(*rows_, id_in(key), bytes);
    if (!campaign || campaign->state.trunk != id)
      return true;
    auto status = campaign->state.status;
    used = status == domain::campaign_status::running || status == domain::campaign_status::paused
           || campaign->progress.in_flight > 0;
    return !used;
  });
  return used;
}

std::optional<api_key_view> library_view::api_key(events::api_key_id id) const {
  auto bytes = rows_->get(keys::of(keys::api_key, id.value));
  return bytes ? std::optional{as_api_key(*rows_, id.value, *bytes)} : std::nullopt;
}

page<api_key_view>
library_view::api_keys(std::optional<std::uint64_t> cursor, std::size_t limit) const {
  return newest<api_key_view>(
    *rows_, keys::api_key, cursor, limit, [&](std::uint64_t id, std::string_view bytes) {
      return std::optional{as_api_key(*rows_, id, bytes)};
    });
}

std::optional<webhook_view> library_view::webhook(events::webhook_id id) const {
  auto bytes = rows_->get(keys::of(keys::webhook, id.value));
  return bytes ? std::optional{as_webhook(*rows_, id.value, *bytes)} : std::nullopt;
}

page<webhook_view>
library_view::webhooks(std::optional<std::uint64_t> cursor, std::size_t limit) const {
  return newest<webhook_view>(
    *rows_,
    keys::webhook,
    cursor,
    limit,
    [&](std::uint64_t id, std::string_view bytes) -> std::optional<webhook_view> {
      auto webhook = as_webhook(*rows_, id, bytes);
      return webhook.removed ? std::nullopt : std::optional{std::move(webhook)};
    });
}

bool library_view::has_api_key_named(const std::string& name) const {
  bool found = false;
  rows_->scan(std::string{keys::api_key}, {}, [&](std::string_view, std::string_view bytes) {
    auto it = rows::decode_envelope(bytes);
    found = std::get<events::api_key_created>(it.event).name == name;
    return !found;
  });
  return found;
}

std::optional<carried_out> library_view::request(std::string_view key) const {
  auto bytes = rows_->get(keys::of_request(key));
  return bytes ? std::optional{rows::decode_carried_out(*bytes)} : std::nullopt;
}

std::uint64_t library_view::version_of(const events::stream_id& stream) const {
  using events::stream_kind;
  switch (stream.kind) {
  case stream_kind::contact: {
    auto view = contact({{stream.id}, stream.row});
    return view ? view->version : 0;
  }
  case stream_kind::campaign:
    if (auto view = campaign({stream.id}))
      return view->version;
    break;
  case stream_kind::contact_list:
    if (auto view = list({stream.id}))
      return view->version;
    break;
  case stream_kind::workflow:
    if (auto view = workflow({stream.id}))
      return view->version;
    break;
  case stream_kind::trunk:
    if (auto view = trunk({stream.id}))
      return view->version;
    break;
  case stream_kind::api_key:
    if (auto view = api_key({stream.id}))
      return view->version;
    break;
  case stream_kind::webhook:
    if (auto view = webhook({stream.id}))
      return view->version;
    break;
  case stream_kind::engine: break;
  }
  auto bytes = rows_->get(keys::of_version(stream));
  return bytes ? rows::decode_version(*bytes) : 0;
}

} // namespace ringmaster::projections
