#include "http/campaign_lookup.hpp"

#include "events/codec.hpp"

#include <algorithm>
#include <charconv>

namespace ringmaster::http {

std::optional<projections::campaign_view>
find_campaign(const incoming& request, const projections::library_view& look) {
  auto id = id_in<events::campaign_id>(request.params.at(0));
  return id ? look.campaign(*id) : std::nullopt;
}

outgoing no_campaign() {
  return render(not_found("campaign_id", "campaign"));
}

std::optional<problem>
seen_otherwise(const incoming& request, const projections::campaign_view& of) {
  auto seen = origin_of(request).seen_version;
  if (!seen || *seen == of.version)
    return std::nullopt;
  return refused(
    domain::refusal::version_changed,
    "The campaign was changed since you saw it.",
    {{"campaign_id", to_string(of.state.id)}});
}

std::optional<std::uint32_t>
find_row(const incoming& request, const projections::campaign_view& of) {
  const auto& text = request.params.at(1);
  constexpr std::size_t longest = 9;
  bool digits = std::ranges::all_of(text, [](char it) { return it >= '0' && it <= '9'; });
  if (text.empty() || text.size() > longest || text.front() == '0' || !digits)
    return std::nullopt;
  auto row = static_cast<std::uint32_t>(std::stoul(text));
  return row <= of.state.contacts ? std::optional{row} : std::nullopt;
}

std::vector<std::string>
columns_of(const projections::library_view& look, events::contact_list_id list) {
  std::vector<std::string> names;
  if (auto found = look.list(list))
    for (auto& it : found->list.columns)
      names.push_back(std::move(it.name));
  return names;
}

std::vector<std::string>
all_columns(const domain::campaign& campaign, const projections::library_view& look) {
  std::vector<std::string> names;
  for (const auto& list : domain::lists_of(campaign))
    for (auto& name : columns_of(look, list.list))
      if (std::ranges::find(names, name) == names.end())
        names.push_back(std::move(name));
  return names;
}

std::string value_of(const row_source& who, const std::string& column) {
  auto at = static_cast<std::size_t>(std::ranges::find(who.columns, column) - who.columns.begin());
  return who.row && at < who.row->values.size() ? who.row->values[at] : std::string{};
}

const std::vector<std::string>& contact_source::columns(events::contact_list_id list) {
  auto found = columns_.find(list);
  if (found == columns_.end())
    found = columns_.emplace(list, columns_of(look_, list)).first;
  return found->second;
}

row_source contact_source::of(std::uint32_t row) {
  auto place = domain::place_of(campaign_, row);
  return {columns(place.list), with_.row(place.list, place.row)};
}

std::vector<row_source> contact_source::of(std::uint32_t first, std::uint32_t end) {
  std::vector<row_source> found;
  for (const auto& list : domain::lists_of(campaign_)) {
    auto from = std::max(first, list.first);
    auto until = std::min(end, list.first + list.rows);
    if (from >= until)
      continue;
    auto rows = with_.rows(list.list, from - list.first + 1, until - from);
    auto next = rows.begin();
    for (auto row = from; row < until; ++row) {
      row_source source{columns(list.list), std::nullopt};
      if (next != rows.end() && next->first == row - list.first + 1)
        source.row = std::move((next++)->second);
      found.push_back(std::move(source));
    }
  }
  return found;
}

std::uint64_t digits_of(const std::string& phone_number) {
  std::uint64_t digits = 0;
  if (phone_number.size() > 1)
    std::from_chars(phone_number.data() + 1, phone_number.data() + phone_number.size(), digits);
  return digits;
}

std::optional<events::outcome> read_outcome(query_reader& query) {
  std::vector<std::string_view> names;
  for (auto it : events::all_outcomes)
    names.push_back(events::to_string(it));
  auto chosen = query.choice("outcome", names);
  return chosen ? std::optional{events::all_outcomes[*chosen]} : std::nullopt;
}

std::optional<events::instant>
read_instant(query_reader& query, const std::string& name, faults& wrong) {
  auto text = query.text(name);
  if (!text)
    return std::nullopt;
  auto at = events::parse_rfc3339(*text);
  if (!at)
    wrong.shape(name, name + " must be a time as in 2026-11-23T09:00:00Z.");
  return at;
}

json choices_of(const projections::campaign_view& of, const projections::library_view& look) {
  auto settings = of.state.settings;
  if (auto trunk = look.trunk(of.state.trunk))
    settings.concurrency = std::min(settings.concurrency, trunk->trunk.channels);
  auto body = json(policy_json(settings));
  body["workflow_id"] = to_string(of.state.workflow);
  body["contact_list_id"] = to_string(of.state.list);
  body["trunk_id"] = to_string(of.state.trunk);
  return body;
}

std::string copy_name(const std::string& name) {
  const std::string mark = " (copy)";
  auto longest = text_limits{}.most - mark.size();
  return name.size() > longest ? name : name + mark;
}

ordered contact_now(
  std::uint32_t row,
  const projections::campaign_view& of,
  const projections::library_view& look,
  const services& with) {
  return contact_json(
    row,
    look.contact({of.state.id, row}),
    of.state,
    contact_source{of.state, look, with}.of(row),
    with.now());
}

} // namespace ringmaster::http
