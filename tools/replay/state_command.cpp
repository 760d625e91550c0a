#include "tools/replay/state_command.hpp"

#include "http/render.hpp"
#include "tools/replay/folding.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <limits>
#include <utility>

namespace ringmaster::replay {

namespace {

using json = http::ordered;

struct moment {
  std::uint64_t position = 0; // the last event that had happened
  events::instant at{};
};

moment find(const std::optional<place>& at, const store::log_reader& log) {
  moment found{log.last_position(), {}};
  if (at && std::holds_alternative<events::instant>(*at)) {
    auto when = std::get<events::instant>(*at);
    return {log.first_at_or_after(when + events::duration{1}) - 1, when};
  }
  if (at)
    found.position = std::min(found.position, std::get<std::uint64_t>(*at));
  (void)log.read(found.position, [&](events::envelope&& it) {
    found.at = it.recorded_at;
    return false;
  });
  return found;
}

json contact_as_json(
  const projections::library_view& look,
  const projections::campaign_view& campaign,
  std::uint32_t row,
  events::instant at) {
  events::contact_key key{campaign.state.id, row};
  auto contact = look.contact(key);
  auto body = http::contact_json(row, contact, campaign.state, {}, at);
  auto& history = body["history"] = json::array();
  for (auto position : contact ? contact->runs : std::vector<std::uint64_t>{})
    if (auto run = look.run_at(key.campaign, position))
      history.push_back(http::run_json(*run, {}));
  return body;
}

json campaign_as_json(
  const projections::library_view& look,
  const projections::campaign_view& campaign,
  events::instant at) {
  auto body = http::campaign_json(campaign);
  body["progress"] = http::progress_json(campaign, look, at);
  return body;
}

/// A line for every scalar member: `progress.completed  12`.
void print_members(const json& of, const std::string& prefix, std::ostream& out) {
  for (const auto& [name, value] : of.items()) {
    auto path = prefix.empty() ? name : prefix + '.' + name;
    if (value.is_structured()) {
      print_members(value, path, out);
      continue;
    }
    auto text = value.is_string() ? plain(value.get<std::string>()) : value.dump();
    if (!value.is_null())
      out << path << std::string(path.size() < 40 ? 40 - path.size() : 1, ' ') << text << '\n';
  }
}

} // namespace

status
print_state(const common& with, const state_query& query, std::ostream& out, std::ostream& errors) {
  auto log = open_log(with);
  auto then = find(query.at, *log);
  scratch_views views;
  auto campaign = stream_of(query.campaign);
  auto damage = fold(
    *log,
    then.position,
    [&](const events::stream_id& it) {
      bool of_campaign = it.kind == events::stream_kind::contact && it.id == campaign.id;
      return it == campaign || (of_campaign && (!query.row || it.row == *query.row));
    },
    views.rows());
  if (damage)
    errors << "ringmaster-replay: " << sentence(*damage) << '\n';
  auto look = views.look();
  auto found = look.campaign(query.campaign);
  if (!found || (query.row && (*query.row == 0 || *query.row > found->state.contacts))) {
    errors << "ringmaster-replay: there was no such " << (found ? "contact" : "campaign")
           << " at position " << then.position << '\n';
    return found_wrong;
  }
  json body{{"at", http::time_json(then.at)}, {"position", then.position}};
  body.update(
    query.row ? contact_as_json(look, *found, *query.row, then.at)
              : campaign_as_json(look, *found, then.at));
  if (with.as_json)
    out << body.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  else
    print_members(body, "", out);
  return damage ? found_wrong : all_well;
}

void add_state(CLI::App& app, status& result) {
  struct options {
    common with;
    std::string campaign, at;
    std::uint32_t row = 0;
  };
  auto what = std::make_shared<options>();
  auto* state = app.add_subcommand("state", "Show a campaign or a contact as it was");
  add_common(*state, what->with);
  state->add_option("campaign", what->campaign, "cmp_…")->required();
  auto* row = state->add_option("--contact", what->row, "This row instead of the campaign");
  state->add_option("--at", what->at, "Position or time; else the end of the log");
  state->callback([what, row, &result] {
    state_query query{.campaign = parse_campaign(what->campaign)};
    if (row->count() > 0)
      query.row = what->row;
    if (!what->at.empty())
      query.at = parse_place(what->at);
    result = print_state(what->with, query, std::cout, std::cerr);
  });
}

} // namespace ringmaster::replay
