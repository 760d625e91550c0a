// Questions about runs, and about the minutes in which they were.
#include "projections/keys.hpp"
#include "projections/library.hpp"
#include "projections/rows.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::projections {

namespace {

/// Most rows one filtered query may look at.
constexpr std::size_t longest_look = 20'000;

std::uint64_t id_in(std::string_view key) {
  return keys::last_number(key, 8);
}

} // namespace

std::optional<run_view> library_view::run(const events::attempt_key& key) const {
  auto view = contact(key.contact());
  if (!view)
    return std::nullopt;
  for (auto position : view->runs)
    if (auto found = run_at(key.campaign, position); found && found->key == key)
      return found;
  return std::nullopt;
}

std::optional<run_view>
library_view::run_at(events::campaign_id campaign, std::uint64_t position) const {
  auto bytes = rows_->get(keys::of_run(campaign, position));
  if (!bytes)
    return std::nullopt;
  return rows::decode_run(campaign, position, *bytes);
}

/// A contact has few runs, and its row names them.
page<run_view> library_view::runs_of(const events::contact_key& key, const run_query& query) const {
  page<run_view> found;
  auto who = contact(key);
  for (auto position : who ? who->runs : std::vector<std::uint64_t>{})
    if (auto run = run_at(key.campaign, position); run && fits(*run, query))
      found.items.push_back(*std::move(run));
  if (query.newest_first)
    std::ranges::reverse(found.items);
  return found;
}

bool library_view::fits(const run_view& run, const run_query& query) const {
  bool told = (!query.outcome || run.outcome == query.outcome)
              && (!query.dialed_from || run.dialed_at >= *query.dialed_from)
              && (!query.dialed_until || run.dialed_at < *query.dialed_until)
              && (!query.talk_ms_from || run.talk_time_ms >= *query.talk_ms_from)
              && (!query.talk_ms_until || run.talk_time_ms < *query.talk_ms_until)
              && (!query.row || run.key.row == *query.row);
  if (!told || !query.disposition)
    return told;
  auto whose = contact(run.key.contact());
  return whose && whose->state.phase == domain::contact_phase::finished
         && whose->state.disposition == *query.disposition;
}

page<run_view> library_view::runs_by(
  const run_rank& rank_of, events::campaign_id campaign, const run_query& query) const {
  using place = std::pair<std::uint64_t, std::uint64_t>; // rank, position
  auto before = [&](const place& a, const place& b) { return query.newest_first ? a > b : a < b; };
  std::optional<place> seen;
  if (query.cursor)
    if (auto last = run_at(campaign, *query.cursor))
      seen = {rank_of(*last), last->position};
  std::vector<place> best; // a heap: the last of them on top
  auto prefix = keys::of(keys::run, campaign.value);
  rows_->scan(prefix, prefix, [&](std::string_view key, std::string_view value) {
    auto run = rows::decode_run(campaign, id_in(key), value);
    place here{rank_of(run), run.position};
    bool wanted = !seen || before(*seen, here);
    if (best.size() > query.limit)
      wanted = wanted && before(here, best.front());
    if (!wanted || !fits(run, query))
      return true;
    best.push_back(here);
    std::ranges::push_heap(best, before);
    if (best.size() > query.limit + 1) {
      std::ranges::pop_heap(best, before);
      best.pop_back();
    }
    return true;
  });
  std::ranges::sort(best, before);
  page<run_view> found;
  for (const auto& [rank, position] : best)
    if (found.items.size() < query.limit)
      found.items.push_back(run_at(campaign, position).value());
  if (best.size() > query.limit)
    found.next = found.items.back().position;
  return found;
}

page<run_view> library_view::runs(events::campaign_id campaign, const run_query& query) const {
  if (query.row)
    return runs_of({campaign, *query.row}, query);
  page<run_view> found;
  std::size_t looked_at = 0;
  std::uint64_t last = 0;
  auto visit = [&](std::string_view key, std::string_view value) {
    if (found.items.size() == query.limit || looked_at == longest_look) {
      found.next = last;
      return false;
    }
    ++looked_at;
    last = id_in(key);
    if (last == query.cursor)
      return true;
    auto run = rows::decode_run(campaign, last, value);
    if (fits(run, query))
      found.items.push_back(std::move(run));
    return true;
  };
  auto prefix = keys::of(keys::run, campaign.value);
  auto cursor = query.cursor ? keys::of_run(campaign, *query.cursor) : std::string{};
  if (query.newest_first)
    rows_->scan_back(prefix, cursor, visit);
  else
    rows_->scan(prefix, cursor, visit);
  return found;
}

std::vector<minute_view>
library_view::minutes(events::campaign_id campaign, std::uint64_t first, std::uint64_t end) const {
  std::vector<minute_view> found;
  rows_->scan(
    keys::of(keys::minute, campaign.value),
    keys::of_minute(campaign, first),
    [&](std::string_view key, std::string_view value) {
      auto minute = id_in(key);
      if (minute >= end)
        return false;
      found.push_back(rows::decode_minute(minute, value));
      return true;
    });
  return found;
}

std::optional<std::uint64_t> library_view::first_minute(events::campaign_id campaign) const {
  std::optional<std::uint64_t> found;
  auto prefix = keys::of(keys::minute, campaign.value);
  rows_->scan(prefix, prefix, [&](std::string_view key, std::string_view) {
    found = id_in(key);
    return false;
  });
  return found;
}

std::optional<minute_view>
library_view::minute_before(events::campaign_id campaign, std::uint64_t end) const {
  std::optional<minute_view> found;
  rows_->scan_back(
    keys::of(keys::minute, campaign.value),
    keys::of_minute(campaign, end),
    [&](std::string_view key, std::string_view value) {
      found = rows::decode_minute(id_in(key), value);
      return false;
    });
  return found;
}

} // namespace ringmaster::projections
