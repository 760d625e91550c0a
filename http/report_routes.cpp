// Files and figures of a campaign, for spreadsheets and charts.
#include "domain/csv_field.hpp"
#include "events/codec.hpp"
#include "http/campaign_lookup.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace ringmaster::http {

namespace {

using projections::minute_of;

constexpr std::size_t runs_a_piece = 500;
/// Of what was gathered; more have no column of their own.
constexpr std::size_t most_gathered_columns = 100;
constexpr std::string_view gathered_prefix = "gathered.";

// -- report.csv ------------------------------------------------------------------

const std::vector<std::string>& run_columns() {
  static const std::vector<std::string> names = {
    "run_id",          "row",          "attempt",
    "phone_number",    "outcome",      "cause",
    "provider_code",   "provider_ref", "trunk_id",
    "caller_id",       "dialed_at",    "initiated_at",
    "ringing_at",      "answered_at",  "ended_at",
    "duration_ms",     "answered_by",  "call_disposition",
    "opted_out",       "retry_at",     "recording_url",
    "gathered_context"};
  return names;
}

std::string time_cell(std::optional<events::instant> at) {
  return at ? events::to_rfc3339(*at) : std::string{};
}

/// What a call gathered, by name; empty if it is no object.
json gathered_by(const events::call_result& result) {
  auto it = json::parse(result.gathered_context, nullptr, false);
  return it.is_object() ? it : json::object();
}

/// The campaign's runs, oldest first, a piece at a time; all of one look at the
/// views, however long the client takes. A CSV names its columns first: so all
/// results are read once for the names of what was gathered, behind the columns
/// that are known at once, and once more for their values.
class report {
public:
  report(
    projections::campaign_view of,
    projections::library_view look,
    const services& with,
    projections::run_query query)
    : of_{std::move(of)}, look_{std::move(look)}, with_{with}, query_{query},
      columns_{all_columns(of_.state, look_)}, contacts_{of_.state, look_, with_} {}
  report(const report&) = delete;

  /// Nothing: it is over.
  std::optional<std::string> next() {
    if (over_)
      return std::nullopt;
    if (!std::exchange(begun_, true))
      return known_columns();
    auto lines = std::exchange(named_, true) ? std::string{} : gathered_columns();
    do { // an empty piece would end the body
      auto page = look_.runs(of_.state.id, query_);
      for (const auto& run : page.items)
        add(lines, run);
      query_.cursor = page.next;
      over_ = !page.next;
    } while (lines.empty() && !over_);
    return lines.empty() ? std::nullopt : std::optional{std::move(lines)};
  }

private:
  [[nodiscard]] std::string known_columns() const;
  [[nodiscard]] std::string gathered_columns();
  void learn_names(const projections::run_view& run);
  void add(std::string& to, const projections::run_view& run);

  const projections::campaign_view of_;
  const projections::library_view look_;
  const services& with_;
  projections::run_query query_;
  std::vector<std::string> columns_;
  std::vector<std::string> gathered_;
  contact_source contacts_;
  bool begun_ = false;
  bool named_ = false;
  bool over_ = false;
};

void add_cells(std::string& to, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i)
    to.append(i == 0 ? "" : ",").append(domain::csv_field(cells[i]));
}

/// A column of the list that is called as one of ours is told apart.
std::string report::known_columns() const {
  auto names = run_columns();
  for (const auto& name : columns_) {
    bool taken = std::ranges::find(run_columns(), name) != run_columns().end()
                 || name.starts_with(gathered_prefix);
    names.push_back(taken ? "contact." + name : name);
  }
  std::string line;
  add_cells(line, names);
  return line;
}

std::string report::gathered_columns() {
  auto all = query_;
  do {
    auto page = look_.runs(of_.state.id, all);
    for (const auto& run : page.items)
      learn_names(run);
    all.cursor = page.next;
  } while (all.cursor && gathered_.size() < most_gathered_columns);
  std::string line;
  for (const auto& name : gathered_)
    line.append(",").append(domain::csv_field(std::string{gathered_prefix} + name));
  return line + "\r\n";
}

void report::learn_names(const projections::run_view& run) {
  auto result = run.has_result ? with_.result(run.key) : std::nullopt;
  if (!result)
    return;
  auto all = gathered_by(*result);
  for (const auto& [name, value] : all.items())
    if (
      gathered_.size() < most_gathered_columns
      && std::ranges::find(gathered_, name) == gathered_.end())
      gathered_.push_back(name);
}

/// Texts as they are, so that a spreadsheet shows no quotes.
std::string gathered_cell(const json& all, const std::string& name) {
  auto found = all.find(name);
  if (found == all.end() || found->is_null())
    return "";
  return found->is_string() ? found->get<std::string>() : text_of(*found);
}

void report::add(std::string& to, const projections::run_view& run) {
  auto who = contacts_.of(run.key.row);
  auto result = run.has_result ? with_.result(run.key) : std::nullopt;
  std::vector<std::string> cells = {
    to_string(run.key),
    std::to_string(run.key.row),
    std::to_string(run.key.attempt),
    who.row ? who.row->phone_number : std::string{},
    run.outcome ? std::string{events::to_string(*run.outcome)} : std::string{},
    run.cause,
    run.provider_code,
    run.provider_ref,
    to_string(run.trunk),
    run.caller_id,
    time_cell(run.dialed_at),
    time_cell(run.initiated_at),
    time_cell(run.ringing_at),
    time_cell(run.answered_at),
    time_cell(run.ended_at),
    std::to_string(run.talk_time_ms),
    std::string{events::to_string(run.answered_by)},
    run.call_disposition,
    run.opted_out ? "true" : "false",
    time_cell(run.retry_at),
    result ? result->recording_url : std::string{},
    result ? result->gathered_context : std::string{}};
  for (const auto& name : columns_)
    cells.push_back(value_of(who, name));
  auto all = result && !gathered_.empty() ? gathered_by(*result) : json::object();
  for (const auto& name : gathered_)
    cells.push_back(gathered_cell(all, name));
  add_cells(to, cells);
  to += "\r\n";
}

outgoing get_report(const incoming& request, const services& with) {
  faults wrong;
  query_reader query{request, wrong};
  projections::run_query which;
  which.limit = runs_a_piece;
  which.newest_first = false;
  which.outcome = read_outcome(query);
  which.dialed_from = read_instant(query, "from", wrong);
  which.dialed_until = read_instant(query, "until", wrong);
  query.finish();
  auto look = with.views->look();
  auto of = find_campaign(request, look);
  if (!of)
    return no_campaign();
  if (wrong.any())
    return render(wrong.as_problem());
  auto name = to_string(of->state.id) + "-report.csv";
  auto pieces = std::make_shared<report>(*std::move(of), std::move(look), with, which);
  return {
    .status = 200,
    .headers =
      {{"Content-Type", "text/csv; charset=utf-8"},
       {"Content-Disposition", "attachment; filename=\"" + name + '"'}},
    .body = "",
    .stream = [pieces] { return pieces->next(); }};
}

// -- timeline --------------------------------------------------------------------

constexpr std::uint64_t most_buckets = 1'500;
constexpr std::uint64_t bucket_minutes[] = {1, 60, 24 * 60};

struct span {
  std::uint64_t first = 0; // minutes; the beginning of a bucket
  std::uint64_t end = 0;
  std::uint64_t bucket = 1;
};

events::instant at_minute(std::uint64_t minute) {
  return events::instant{std::chrono::minutes{minute}};
}

void add(projections::minute_view& to, const projections::minute_view& it) {
  to.attempts += it.attempts;
  to.answered += it.answered;
  for (std::size_t i = 0; i < to.outcomes.size(); ++i)
    to.outcomes[i] += it.outcomes[i];
  to.most_in_flight = std::max(to.most_in_flight, it.most_in_flight);
  to.in_flight = it.in_flight;
}

ordered bucket_json(const projections::minute_view& of) {
  ordered outcomes = ordered::object();
  for (auto it : events::all_outcomes)
    outcomes[std::string{events::to_string(it)}] = of.outcomes[static_cast<std::size_t>(it)];
  return {
    {"at", time_json(at_minute(of.minute))},
    {"attempts", of.attempts},
    {"answered", of.answered},
    {"outcomes", std::move(outcomes)},
    {"most_in_flight", of.most_in_flight}};
}

/// Every bucket of the span, also those in which nothing happened: calls that were
/// up before are up in them.
ordered
buckets_json(const projections::library_view& look, events::campaign_id campaign, const span& of) {
  auto before = look.minute_before(campaign, of.first);
  std::uint64_t up = before ? before->in_flight : 0;
  auto minutes = look.minutes(campaign, of.first, of.end);
  auto next = minutes.begin();
  ordered items = ordered::array();
  for (auto at = of.first; at < of.end; at += of.bucket) {
    projections::minute_view sum{.minute = at, .most_in_flight = up, .in_flight = up};
    for (; next != minutes.end() && next->minute < at + of.bucket; ++next)
      add(sum, *next);
    up = sum.in_flight;
    items.push_back(bucket_json(sum));
  }
  return items;
}

/// From the first call until now, if nothing else is said.
span read_span(
  query_reader& query,
  const projections::library_view& look,
  events::campaign_id campaign,
  events::instant now,
  faults& wrong) {
  span it;
  it.bucket = bucket_minutes[query.choice("bucket", {"minute", "hour", "day"}).value_or(0)];
  auto from = read_instant(query, "from", wrong);
  auto until = read_instant(query, "until", wrong);
  auto begun = look.first_minute(campaign).value_or(minute_of(now));
  it.first = from ? minute_of(std::max(*from, events::instant{})) : begun;
  it.first -= it.first % it.bucket;
  it.end = minute_of(std::max(until.value_or(now), events::instant{})) + (until ? 0 : 1);
  if (it.end > it.first && (it.end - it.first) / it.bucket >= most_buckets)
    wrong.shape("bucket", "There are more than 1,500 of them; take longer ones, or less time.");
  return it;
}

outgoing get_timeline(const incoming& request, const services& with) {
  faults wrong;
  auto look = with.views->look();
  auto of = find_campaign(request, look);
  if (!of)
    return no_campaign();
  query_reader query{request, wrong};
  auto span = read_span(query, look, of->state.id, with.now(), wrong);
  query.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  return as_json(
    200,
    {{"campaign_id", to_string(of->state.id)},
     {"bucket_minutes", span.bucket},
     {"items", buckets_json(look, of->state.id, span)},
     {"position", look.position()}});
}

} // namespace

std::vector<route> report_routes() {
  const std::string one = "/v1/campaigns/{campaign_id}";
  return {
    {"GET", one + "/report.csv", at_once(get_report)},
    {"GET", one + "/timeline", at_once(get_timeline)}};
}

} // namespace ringmaster::http
