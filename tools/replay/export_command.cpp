#include "tools/replay/export_command.hpp"

#include "app/progress_line.hpp"
#include "domain/campaign_rows.hpp"
#include "domain/csv_field.hpp"
#include "http/render.hpp"
#include "store/fatal.hpp"
#include "store/vault.hpp"
#include "tools/replay/open_runs.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <map>

namespace ringmaster::replay {

namespace {

using json = http::ordered;
using projections::run_view;

/// As a CSV has it: nothing for null, texts safe for terminals and spreadsheets.
std::string cell(const json& value) {
  if (value.is_null())
    return {};
  return value.is_string() ? domain::csv_field(plain(value.get<std::string>())) : value.dump();
}

/// Makes records of the log, event by event.
class exporting {
public:
  exporting(const common& with, const export_query& query, std::ostream& out, std::ostream& errors)
    : with_{with}, query_{query}, out_{out}, errors_{errors}, log_{open_log(with)} {
    auto opened = store::vault::open_read_only(with.data / "vault");
    if (auto* it = std::get_if<std::unique_ptr<const store::vault>>(&opened))
      vault_ = std::move(*it);
    else
      errors_ << "ringmaster-replay: without the vault the called numbers are not known: "
              << std::get<std::string>(opened) << '\n';
  }

  /// What damage ended it early, if any did.
  std::optional<store::log_damage> run();

  [[nodiscard]] bool found_campaign() const { return !campaigns_.empty(); }

private:
  [[nodiscard]] bool is_wanted(const events::stream_id& it) const;
  [[nodiscard]] bool is_behind(const events::envelope& it) const;
  void hear(const events::envelope& it);
  void hear(const events::envelope& it, const events::contact_event& event);
  void write_header();
  void write(const run_view& run);
  [[nodiscard]] json record(const run_view& run) const;
  void add_called_number(json& to, const domain::list_row& place) const;

  const common& with_;
  const export_query& query_;
  std::ostream& out_;
  std::ostream& errors_;
  std::unique_ptr<store::log_reader> log_;
  std::unique_ptr<const store::vault> vault_;
  std::map<events::campaign_id, domain::campaign> campaigns_;
  std::map<events::workflow_id, events::workflow_created> workflows_;
  std::map<events::trunk_id, std::string> providers_;
  open_runs runs_;
  bool over_ = false; // no later dial is asked for
};

bool exporting::is_wanted(const events::stream_id& it) const {
  if (it.kind == events::stream_kind::workflow || it.kind == events::stream_kind::trunk)
    return true;
  bool of_campaign =
    it.kind == events::stream_kind::campaign || it.kind == events::stream_kind::contact;
  return of_campaign && (!query_.campaign || query_.campaign->value == it.id);
}

bool exporting::is_behind(const events::envelope& it) const {
  if (const auto* position = std::get_if<std::uint64_t>(&query_.until))
    return it.position >= *position;
  return it.recorded_at >= std::get<events::instant>(query_.until);
}

std::optional<store::log_damage> exporting::run() {
  auto first = std::max<std::uint64_t>(1, position_of(query_.from, *log_));
  if (!with_.as_json)
    write_header();
  app::progress_line progress{"exporting", log_->last_position(), "events", /*prints=*/true};
  // What the calls were made for was mostly said before they were made.
  auto damage = log_->read(
    1,
    [&](const events::stream_id& it) {
      return it.kind != events::stream_kind::contact && is_wanted(it);
    },
    [&](events::envelope&& it) {
      bool before = it.position < first;
      if (before)
        hear(it);
      return before;
    });
  if (!damage)
    damage = log_->read(
      first,
      [&](const events::stream_id& it) { return is_wanted(it); },
      [&](events::envelope&& it) {
        progress.show(it.position);
        over_ = over_ || is_behind(it);
        hear(it);
        return !over_ || runs_.size() > 0;
      });
  for (const auto& run : runs_.take_rest())
    write(run);
  return damage ? damage : log_->lost_end();
}

void exporting::hear(const events::envelope& it) {
  std::visit(
    [&](const auto& event) {
      using Event = std::remove_cvref_t<decltype(event)>;
      if constexpr (std::is_constructible_v<events::contact_event, const Event&>) {
        hear(it, event);
      } else if constexpr (std::is_constructible_v<events::campaign_event, const Event&>) {
        auto& campaign = campaigns_[{it.stream.id}];
        campaign = domain::evolve(std::move(campaign), event);
      } else if constexpr (std::is_same_v<Event, events::workflow_created>) {
        workflows_[event.workflow] = event;
      } else if constexpr (std::is_same_v<Event, events::trunk_created>) {
        providers_[event.trunk] = event.provider;
      }
    },
    it.event);
}

void exporting::hear(const events::envelope& it, const events::contact_event& event) {
  if (over_ && std::holds_alternative<events::contact_dialed>(event))
    return;
  if (auto ended = runs_.hear(it, event))
    write(*ended);
}

void exporting::add_called_number(json& to, const domain::list_row& place) const {
  to["called_number"] = json();
  auto& is = to["called_number_is"] = vault_ ? "erased" : "not_here";
  try {
    auto row = vault_ ? vault_->row(place.list, place.row) : std::nullopt;
    if (!row)
      return;
    is = "known";
    to["called_number"] = row->phone_number;
  } catch (const store::unreadable&) {
    is = "damaged";
  }
}

json exporting::record(const run_view& run) const {
  auto campaign = campaigns_.find(run.key.campaign);
  const auto& of = campaign == campaigns_.end() ? domain::campaign{} : campaign->second;
  auto place = domain::place_of(of, run.key.row);
  auto workflow = workflows_.find(of.workflow);
  bool has_workflow = workflow != workflows_.end();
  auto provider = providers_.find(run.trunk);
  json it{
    {"call_id", to_string(run.key)}, {"direction", "outbound"}, {"calling_number", run.caller_id}};
  add_called_number(it, place);
  it["caller_id"] = run.caller_id;
  it["dialed_at"] = http::time_json(run.dialed_at);
  it["ringing_at"] = http::time_json(run.ringing_at);
  it["answered_at"] = http::time_json(run.answered_at);
  it["ended_at"] = http::time_json(run.ended_at);
  it["duration_ms"] = run.outcome ? json(run.talk_time_ms) : json();
  it["outcome"] = run.outcome ? json(to_string(*run.outcome)) : json();
  it["cause"] = http::text_or_null(run.cause);
  it["provider_code"] = http::text_or_null(run.provider_code);
  it["answered_by"] = run.answered_at ? json(to_string(run.answered_by)) : json();
  it["campaign_id"] = to_string(run.key.campaign);
  it["campaign"] = of.settings.name;
  it["contact_list_id"] = to_string(place.list);
  it["row"] = run.key.row;
  it["attempt"] = run.key.attempt;
  it["workflow_id"] = to_string(of.workflow);
  it["workflow"] = has_workflow ? json(workflow->second.name) : json();
  it["agent"] = has_workflow ? json(workflow->second.agent) : json();
  it["trunk_id"] = to_string(run.trunk);
  it["provider"] = provider == providers_.end() ? json() : json(provider->second);
  it["provider_ref"] = http::text_or_null(run.provider_ref);
  it["position"] = run.position;
  return it;
}

void exporting::write_header() {
  auto nobody = record({});
  std::string names;
  for (const auto& it : nobody.items())
    names += it.key() + ',';
  names.back() = '\r';
  out_ << names << '\n';
}

void exporting::write(const run_view& run) {
  auto it = record(run);
  if (with_.as_json) {
    out_ << http::text_of(it) << '\n';
    return;
  }
  std::string line;
  for (const auto& value : it)
    line += cell(value) + ',';
  line.back() = '\r';
  out_ << line << '\n';
}

} // namespace

status print_call_records(
  const common& with, const export_query& query, std::ostream& out, std::ostream& errors) {
  exporting work{with, query, out, errors};
  auto damage = work.run();
  bool nobody = query.campaign && !work.found_campaign();
  if (damage)
    errors << "ringmaster-replay: " << sentence(*damage) << '\n';
  if (nobody)
    errors << "ringmaster-replay: there is no campaign " << to_string(*query.campaign) << '\n';
  if (!out.flush())
    throw trouble{"the records could not be written"};
  return damage || nobody ? found_wrong : all_well;
}

void add_export(CLI::App& app, status& result) {
  struct options {
    common with;
    std::string from, until, campaign;
  };
  auto what = std::make_shared<options>();
  auto* exporting = app.add_subcommand(
    "export", "Print a call detail record for each attempt: CSV, or JSON lines with --json");
  add_common(*exporting, what->with);
  exporting->add_option(
    "--from", what->from, "Calls dialled at or after this position, or time (RFC 3339)");
  exporting->add_option("--until", what->until, "Calls dialled before this position or time");
  exporting->add_option("--campaign", what->campaign, "This campaign alone: cmp_…");
  exporting->callback([what, &result] {
    export_query query;
    if (!what->from.empty())
      query.from = parse_place(what->from);
    if (!what->until.empty())
      query.until = parse_place(what->until);
    if (!what->campaign.empty())
      query.campaign = parse_campaign(what->campaign);
    result = print_call_records(what->with, query, std::cout, std::cerr);
  });
}

} // namespace ringmaster::replay
