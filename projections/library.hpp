// Questions to the read models.
#pragma once

#include "events/envelope.hpp"
#include "projections/views.hpp"
#include "store/key_value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ringmaster::projections {

/// Some of many, and where to go on.
template <class T>
struct page {
  std::vector<T> items;
  std::optional<std::uint64_t> next; // cursor for the next page; nothing: the end
};

/// Which campaigns are listed.
enum class shelf { any, in_sight, archived };

struct run_query {
  std::size_t limit = 50;
  bool newest_first = true;
  std::optional<std::uint64_t> cursor = {}; // from the page before
  std::optional<events::outcome> outcome = {};
  std::optional<events::instant> dialed_from = {};     // inclusive
  std::optional<events::instant> dialed_until = {};    // exclusive
  std::optional<std::uint64_t> talk_ms_from = {};      // inclusive
  std::optional<std::uint64_t> talk_ms_until = {};     // exclusive
  std::optional<events::disposition> disposition = {}; // of the contact, once it is done
  std::optional<std::uint32_t> row = {};               // of one contact alone
};

/// What runs are ordered by, before their age.
using run_rank = std::function<std::uint64_t(const run_view&)>;

/// One consistent look at all read models, at one position of the log.
class library_view {
public:
  explicit library_view(std::unique_ptr<store::key_value::snapshot> rows);

  [[nodiscard]] std::uint64_t position() const;

  [[nodiscard]] std::optional<campaign_view> campaign(events::campaign_id id) const;
  /// By age, newest first. The cursor is the id of the last one seen.
  [[nodiscard]] page<campaign_view>
  campaigns(std::optional<std::uint64_t> cursor, std::size_t limit, shelf from = shelf::any) const;
  [[nodiscard]] std::vector<events::campaign_id> running_campaigns() const;

  /// Positions of the events in the campaign's own stream, ascending.
  [[nodiscard]] std::vector<std::uint64_t> steps(events::campaign_id id) const;

  /// Nothing for a contact that was never touched.
  [[nodiscard]] std::optional<contact_view> contact(const events::contact_key& key) const;
  /// Touched contacts with first <= row < end, ascending.
  [[nodiscard]] std::vector<contact_view>
  contacts(events::campaign_id campaign, std::uint32_t first, std::uint32_t end) const;

  [[nodiscard]] std::optional<run_view> run(const events::attempt_key& key) const;
  [[nodiscard]] std::optional<run_view>
  run_at(events::campaign_id campaign, std::uint64_t position) const;
  /// A filtered page may be short, even empty, and still have a `next`: one
  /// query looks at no more than 20,000 runs.
  [[nodiscard]] page<run_view> runs(events::campaign_id campaign, const run_query& query) const;
  /// In another order than by age; `newest_first` is then greatest first. Looks at
  /// every run of the campaign.
  [[nodiscard]] page<run_view>
  runs_by(const run_rank& rank_of, events::campaign_id campaign, const run_query& query) const;

  /// Minutes in which the campaign did something, of first <= minute < end, ascending.
  [[nodiscard]] std::vector<minute_view>
  minutes(events::campaign_id campaign, std::uint64_t first, std::uint64_t end) const;
  /// The first of all.
  [[nodiscard]] std::optional<std::uint64_t> first_minute(events::campaign_id campaign) const;
  /// The last of them before `end`.
  [[nodiscard]] std::optional<minute_view>
  minute_before(events::campaign_id campaign, std::uint64_t end) const;

  /// Waiting contacts in their order.
  [[nodiscard]] std::vector<domain::due_contact>
  due(events::campaign_id campaign, std::size_t most) const;
  /// Contacts with a call up, by row.
  [[nodiscard]] std::vector<std::uint32_t> open_contacts(events::campaign_id campaign) const;

  [[nodiscard]] std::optional<list_view> list(events::contact_list_id id) const;
  [[nodiscard]] page<list_view> lists(std::optional<std::uint64_t> cursor, std::size_t limit) const;
  [[nodiscard]] std::optional<workflow_view> workflow(events::workflow_id id) const;
  [[nodiscard]] page<workflow_view>
  workflows(std::optional<std::uint64_t> cursor, std::size_t limit) const;
  [[nodiscard]] std::optional<trunk_view> trunk(events::trunk_id id) const;
  /// Removed ones are left out.
  [[nodiscard]] page<trunk_view>
  trunks(std::optional<std::uint64_t> cursor, std::size_t limit) const;
  /// Contacts with a call up on it, of all campaigns. Looks at every campaign.
  [[nodiscard]] std::vector<contact_view> open_calls(events::trunk_id id) const;
  /// A campaign that runs or may go on has it, or has calls up on it. Looks at
  /// every campaign.
  [[nodiscard]] bool is_in_use(events::trunk_id id) const;

  /// Revoked ones too, and they are listed too.
  [[nodiscard]] std::optional<api_key_view> api_key(events::api_key_id id) const;
  [[nodiscard]] page<api_key_view>
  api_keys(std::optional<std::uint64_t> cursor, std::size_t limit) const;

  [[nodiscard]] std::optional<webhook_view> webhook(events::webhook_id id) const;
  /// Removed ones are left out.
  [[nodiscard]] page<webhook_view>
  webhooks(std::optional<std::uint64_t> cursor, std::size_t limit) const;

  /// By any key that ever was, a revoked one too: the log calls people by it.
  [[nodiscard]] bool has_api_key_named(const std::string& name) const;

  /// The last command that was carried out for a request known by `key`.
  [[nodiscard]] std::optional<carried_out> request(std::string_view key) const;

  /// Version of any stream; 0 for one without events.
  [[nodiscard]] std::uint64_t version_of(const events::stream_id& stream) const;

private:
  [[nodiscard]] page<run_view>
  runs_of(const events::contact_key& key, const run_query& query) const;
  [[nodiscard]] bool fits(const run_view& run, const run_query& query) const;

  std::unique_ptr<store::key_value::snapshot> rows_;
};

/// Thread safe; each `look` is a snapshot of its own.
class library {
public:
  explicit library(const store::key_value& rows) : rows_{&rows} {}
  [[nodiscard]] library_view look() const { return library_view{rows_->look()}; }

private:
  const store::key_value* rows_;
};

} // namespace ringmaster::projections
