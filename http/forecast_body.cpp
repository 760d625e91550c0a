#include "http/forecast_body.hpp"

#include "domain/retry.hpp"
#include "events/codec.hpp"
#include "http/campaign_body.hpp"
#include "http/render.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace ringmaster::http {

namespace {

constexpr std::uint64_t most_calls = 10'000; // to learn from
constexpr std::size_t runs_at_once = 1'000;
constexpr std::size_t campaigns_looked_at = 100; // for one on the same trunk
constexpr std::uint32_t most_weight = 1'000'000;

/// Learns from runs in one order until `most` were seen; how many were of use.
std::uint64_t learn_some(
  domain::call_odds& odds,
  const projections::library_view& look,
  events::campaign_id campaign,
  bool newest_first,
  std::uint64_t most) {
  std::uint64_t learnt = 0;
  projections::run_query query{.limit = runs_at_once, .newest_first = newest_first};
  while (most > 0) {
    query.limit = std::min<std::uint64_t>(query.limit, most);
    auto page = look.runs(campaign, query);
    for (const auto& run : page.items)
      if (auto call = course_of(run)) {
        odds.learn(run.key.attempt, *call);
        ++learnt;
      }
    most -= std::min<std::uint64_t>(most, page.items.size());
    if (!page.next)
      break;
    query.cursor = page.next;
  }
  return learnt;
}

std::uint64_t learn(
  domain::call_odds& odds,
  const projections::library_view& look,
  const projections::campaign_view& from) {
  auto id = from.state.id;
  auto attempts = from.progress.attempts;
  if (attempts <= most_calls)
    return learn_some(odds, look, id, false, attempts);
  return learn_some(odds, look, id, false, most_calls / 2)
         + learn_some(odds, look, id, true, most_calls / 2);
}

std::optional<known_calls> calls_of(
  const projections::library_view& look,
  const projections::campaign_view& from,
  std::string basis) {
  known_calls known{.odds = {}, .basis = std::move(basis), .campaign = from.state.id};
  known.calls = learn(known.odds, look, from);
  return known.odds.empty() ? std::nullopt : std::optional{std::move(known)};
}

ordered series_json(const domain::forecast& foreseen) {
  auto hours = ordered::array();
  for (const auto& it : foreseen.series)
    hours.push_back(
      {{"from", time_json(it.from)}, {"attempts", it.attempts}, {"connects", it.connects}});
  return hours;
}

double rounded(double value) {
  return static_cast<double>(static_cast<std::int64_t>(value * 10 + 0.5)) / 10;
}

ordered calls_json(const known_calls& from) {
  auto outcomes = ordered::object();
  for (auto how : events::all_outcomes)
    if (auto it = from.odds.of(how); it.percent > 0)
      outcomes[std::string{to_string(how)}] = {
        {"percent", rounded(it.percent)},
        {"mean_seconds", rounded(it.mean_seconds)},
        {"length_is_assumed", it.assumed}};
  return outcomes;
}

ordered assumptions_json(const domain::forecast_question& asked, const known_calls& from) {
  return {
    {"based_on", from.basis},
    {"campaign_id", from.campaign ? ordered(to_string(*from.campaign)) : ordered()},
    {"calls", from.calls},
    {"outcomes", calls_json(from)},
    {"seed", asked.seed},
    {"channels", asked.channels},
    {"calls_per_second", rate_json(asked.rate)},
    {"also",
     {"No other campaign uses the trunk.",
      "Nobody pauses the campaign; if the circuit breaker does, somebody resumes it at once.",
      "The server and the network take no time."}}};
}

/// What is asked besides the policy: a mix, a beginning, a seed.
std::optional<domain::outcome_mix>
read_circumstances(object_reader& body, domain::forecast_question& asked, faults& wrong) {
  if (body.has("concurrency"))
    check_cap(asked.settings.concurrency, asked.channels, wrong);
  std::optional<domain::outcome_mix> mix;
  if (const auto* given = body.object("mix"))
    mix = read_mix(*given, body.at("mix"), wrong);
  if (auto text = body.text("starts_at")) {
    if (auto at = events::parse_rfc3339(*text))
      asked.starts_at = *at;
    else
      wrong.shape(body.at("starts_at"), "It must be a time as in 2026-11-23T09:00:00Z.");
  }
  if (auto seed = body.whole("seed", 0, std::numeric_limits<std::uint32_t>::max()))
    asked.seed = *seed;
  return mix;
}

} // namespace

domain::forecast_question question_of(
  const projections::campaign_view& of,
  const std::optional<projections::trunk_view>& trunk,
  events::instant now) {
  domain::forecast_question asked;
  asked.contacts = of.state.contacts;
  asked.settings = of.state.settings;
  asked.channels = trunk ? trunk->trunk.channels : std::numeric_limits<std::uint32_t>::max();
  asked.rate = trunk ? trunk->trunk.rate : events::pace{};
  asked.starts_at = of.started_at.value_or(now);
  return asked;
}

domain::outcome_mix read_mix(const json& from, const std::string& at, faults& wrong) {
  domain::outcome_mix mix;
  std::uint64_t total = 0;
  object_reader weights{from, at, wrong};
  for (const auto& [name, value] : from.items()) {
    auto outcome = events::parse_outcome(name);
    if (!outcome)
      wrong.shape(weights.at(name), "There is no outcome of this name.");
    else if (auto weight = read_whole(value, weights.at(name), 0, most_weight, wrong))
      total += mix[*outcome] = *weight;
  }
  if (!wrong.any() && total == 0)
    wrong.meaning(at, "At least one outcome must have a weight above 0.");
  return mix;
}

std::optional<domain::outcome_mix> read_forecast(
  const json& from, domain::forecast_question& asked, events::instant now, faults& wrong) {
  object_reader body{from, "", wrong};
  read_policy(body, asked.settings, now, wrong);
  auto mix = read_circumstances(body, asked, wrong);
  body.finish();
  return mix;
}

plan read_plan(
  const json& from,
  const events::campaign_settings& defaults,
  const projections::library_view& look,
  events::instant now,
  faults& wrong) {
  object_reader body{from, "", wrong};
  auto list = find_list(body, look, wrong);
  auto trunk = find_trunk(body, look, wrong);
  plan it;
  it.asked.settings = defaults;
  if (list)
    it.asked.contacts = list->list.rows;
  if (trunk) {
    it.trunk = trunk->trunk.trunk;
    it.asked.settings.concurrency = std::min(defaults.concurrency, trunk->trunk.channels);
    it.asked.rate = trunk->trunk.rate;
  }
  it.asked.channels = trunk ? trunk->trunk.channels : std::numeric_limits<std::uint32_t>::max();
  it.asked.starts_at = now;
  read_policy(body, it.asked.settings, now, wrong);
  read_times(body, it.asked.settings, now, wrong);
  it.mix = read_circumstances(body, it.asked, wrong);
  body.finish();
  return it;
}

std::optional<domain::call_course> course_of(const projections::run_view& run) {
  if (!run.outcome || !run.ended_at || !domain::costs_budget(*run.outcome, run.cause))
    return std::nullopt; // no call came about
  return domain::call_course{
    *run.outcome, run.answered_at.has_value(), *run.ended_at - run.dialed_at};
}

void known_calls::tell(const domain::outcome_mix& mix) {
  basis = "mix";
  odds.tell(mix);
}

known_calls
learn_from(const projections::library_view& look, const projections::campaign_view& of) {
  if (auto own = calls_of(look, of, "own_record"))
    return *std::move(own);
  return learn_from(look, of.state.trunk);
}

known_calls learn_from(const projections::library_view& look, events::trunk_id trunk) {
  for (const auto& other : look.campaigns(std::nullopt, campaigns_looked_at).items)
    if (other.state.trunk == trunk)
      if (auto known = calls_of(look, other, "same_trunk"))
        return *std::move(known);
  return {.odds = domain::usual_odds(), .basis = "assumed", .campaign = {}};
}

ordered forecast_json(
  const domain::forecast_question& asked,
  const known_calls& from,
  const domain::forecast& foreseen) {
  auto outcomes = ordered::object();
  for (auto how : events::all_outcomes)
    outcomes[std::string{to_string(how)}] = foreseen.outcomes[static_cast<std::size_t>(how)];
  auto answered = static_cast<double>(foreseen.connects);
  auto dialled = static_cast<double>(std::max<std::uint64_t>(foreseen.attempts, 1));
  return {
    {"contacts", asked.contacts},
    {"starts_at", time_json(asked.starts_at)},
    {"finishes_at", time_json(foreseen.finishes_at)},
    {"attempts", foreseen.attempts},
    {"connects", foreseen.connects},
    {"connect_rate", std::round(10'000 * answered / dialled) / 10'000},
    {"completed", foreseen.completed},
    {"failed", foreseen.failed},
    {"cancelled", foreseen.cancelled},
    {"outcomes", outcomes},
    {"most_at_once", foreseen.most_at_once},
    {"circuit_breaker",
     {{"trips", foreseen.breaker_trips}, {"first_trip_at", time_json(foreseen.first_trip_at)}}},
    {"step_seconds", std::chrono::duration_cast<std::chrono::seconds>(asked.step).count()},
    {"series", series_json(foreseen)},
    {"policy", policy_json(asked.settings)},
    {"assumptions", assumptions_json(asked, from)}};
}

} // namespace ringmaster::http
