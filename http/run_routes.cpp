// What became of a campaign: progress, runs, contacts.
#include "events/codec.hpp"
#include "http/campaign_lookup.hpp"

#include <algorithm>
#include <limits>

namespace ringmaster::http {

namespace {

using projections::campaign_view;
using projections::library_view;

void add_positions(ordered& body, const library_view& look, const services& with) {
  body["position"] = look.position();
  body["generation"] = with.generation;
}

// -- progress ------------------------------------------------------------------

outgoing answer_progress(
  const library_view& look,
  const campaign_view& campaign,
  const services& with,
  domain::breaker_window::tally window) {
  auto body = progress_json(campaign, look, with.now(), window);
  add_positions(body, look, with);
  return as_json(200, body);
}

/// The breaker's window is its actor's, the rest is one look at the views.
void get_progress(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto look = with.views->look();
  auto found = find_campaign(request, look);
  if (!found)
    return answer(no_campaign());
  if (found->state.status != domain::campaign_status::running)
    return answer(answer_progress(look, *found, with, {}));
  auto id = found->state.id;
  auto name = request.correlation;
  with.breaker(id, [&with, id, name, answer](domain::breaker_window::tally window) {
    answer(safely(with, name, [&] {
      auto now_look = with.views->look();
      auto campaign = now_look.campaign(id);
      return campaign ? answer_progress(now_look, *campaign, with, window) : no_campaign();
    }));
  });
}

// -- runs ----------------------------------------------------------------------

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

struct run_wish {
  projections::run_query query;
  bool results = false;
};

run_wish read_run_query(const incoming& request, faults& wrong) {
  query_reader query{request, wrong};
  run_wish wish;
  wish.query.limit = query.limit();
  wish.query.cursor = query.cursor();
  wish.query.newest_first = query.choice("order", {"newest", "oldest"}) != std::size_t{1};
  wish.query.outcome = read_outcome(query);
  wish.query.dialed_from = read_instant(query, "from", wrong);
  wish.query.dialed_until = read_instant(query, "until", wrong);
  wish.results = query.choice("include", {"result"}).has_value();
  query.finish();
  return wish;
}

ordered
whole_run(const projections::run_view& run, row_source source, const services& with, bool result) {
  auto body = run_json(run, source);
  if (result)
    add_result(body, run.has_result ? with.result(run.key) : std::nullopt);
  return body;
}

outgoing get_runs(const incoming& request, const services& with) {
  faults wrong;
  auto wish = read_run_query(request, wrong);
  auto look = with.views->look();
  auto campaign = find_campaign(request, look);
  if (!campaign)
    return no_campaign();
  if (wrong.any())
    return render(wrong.as_problem());
  contact_source contacts{campaign->state, look, with};
  return as_json(
    200,
    page_json(look.runs(campaign->state.id, wish.query), [&](const projections::run_view& run) {
      return whole_run(run, contacts.of(run.key.row), with, wish.results);
    }));
}

outgoing get_run(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto key = events::parse_attempt_key(request.params.at(0));
  auto look = with.views->look();
  auto campaign = key ? look.campaign(key->campaign) : std::nullopt;
  auto run = campaign ? look.run(*key) : std::nullopt;
  if (!run)
    return render(not_found("run_id", "run"));
  auto source = contact_source{campaign->state, look, with}.of(key->row);
  return as_json(200, whole_run(*run, std::move(source), with, true));
}

// -- contacts ------------------------------------------------------------------

/// Rows [first, end) of the campaign. Untouched ones are in no view.
ordered contacts_json(
  const library_view& look,
  const campaign_view& campaign,
  const services& with,
  std::uint32_t first,
  std::uint32_t end) {
  auto touched = look.contacts(campaign.state.id, first, end);
  auto sources = contact_source{campaign.state, look, with}.of(first, end);
  auto next_touched = touched.begin();
  auto items = ordered::array();
  for (auto row = first; row < end; ++row) {
    std::optional<projections::contact_view> view;
    if (next_touched != touched.end() && next_touched->key.row == row)
      view = std::move(*next_touched++);
    items.push_back(contact_json(row, view, campaign.state, sources[row - first], with.now()));
  }
  return items;
}

outgoing get_contacts(const incoming& request, const services& with) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.whole("cursor", 0, std::numeric_limits<std::uint32_t>::max() - 1).value_or(0);
  query.finish();
  auto look = with.views->look();
  auto campaign = find_campaign(request, look);
  if (!campaign)
    return no_campaign();
  if (wrong.any())
    return render(wrong.as_problem());
  std::uint64_t after_last = std::uint64_t{campaign->state.contacts} + 1;
  auto first = std::min(cursor + 1, after_last);
  auto end = std::min(first + limit, after_last);
  ordered body{
    {"items",
     contacts_json(
       look, *campaign, with, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end))},
    {"next_cursor", nullptr}};
  if (end < after_last)
    body["next_cursor"] = std::to_string(end - 1);
  return as_json(200, body);
}

outgoing get_contact(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto look = with.views->look();
  auto campaign = find_campaign(request, look);
  if (!campaign)
    return no_campaign();
  auto row = find_row(request, *campaign);
  if (!row)
    return render(not_found("row", "contact"));
  auto touched = look.contact({campaign->state.id, *row});
  auto source = contact_source{campaign->state, look, with}.of(*row);
  auto body = contact_json(*row, touched, campaign->state, source, with.now());
  auto& history = body["history"] = ordered::array();
  for (auto position : touched ? touched->runs : std::vector<std::uint64_t>{})
    if (auto run = look.run_at(campaign->state.id, position))
      history.push_back(run_json(*run, source));
  return as_json(200, body);
}

} // namespace

std::vector<route> run_routes() {
  const std::string one = "/v1/campaigns/{campaign_id}";
  return {
    {"GET", one + "/progress", get_progress},
    {"GET", one + "/runs", at_once(get_runs)},
    {"GET", one + "/contacts", at_once(get_contacts)},
    {"GET", one + "/contacts/{row}", at_once(get_contact)},
    {"GET", "/v1/runs/{run_id}", at_once(get_run)}};
}

} // namespace ringmaster::http
