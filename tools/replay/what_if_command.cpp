#include "tools/replay/what_if_command.hpp"

#include "app/progress_line.hpp"
#include "domain/schedule.hpp"
#include "http/render.hpp"
#include "tools/replay/campaign_record.hpp"
#include "tools/replay/plot.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <utility>

namespace ringmaster::replay {

namespace {

using http::json;
using std::chrono::hours;
using std::chrono::minutes;

/// The policy as a client would write it, so that one member of it can be set. A
/// wait that is just the common one is left out, to follow that when it is set.
json policy_json(const events::campaign_settings& of) {
  json retry = json::parse(http::text_of(http::retry_json(of.retry)));
  for (auto& rule : retry["outcomes"])
    if (rule.value("interval_minutes", json()) == retry["retry_interval_minutes"])
      rule.erase("interval_minutes");
  return {
    {"concurrency", of.concurrency},
    {"line_weight", of.line_weight},
    {"ramp_up_seconds", of.ramp_up_seconds},
    {"schedule", json::parse(http::text_of(http::schedule_json(of.schedule)))},
    {"retry_config", std::move(retry)},
    {"circuit_breaker", json::parse(http::text_of(http::breaker_json(of.breaker)))}};
}

/// A number, a list, true … as JSON has them; anything else is a word.
json value_of(const std::string& text) {
  auto parsed = http::parse_strictly(text);
  auto* value = std::get_if<json>(&parsed);
  return value ? std::move(*value) : json(text);
}

std::pair<std::string, std::string> split(const std::string& text, const std::string& shape) {
  auto sign = text.find('=');
  if (sign == std::string::npos || sign == 0)
    throw trouble{text + ": not " + shape};
  return {text.substr(0, sign), text.substr(sign + 1)};
}

/// `retry_config.max_attempts=2`
void apply_set(json& to, const std::string& text) {
  auto [path, value] = split(text, "NAME=VALUE, as in concurrency=50");
  auto* at = &to;
  for (std::size_t begin = 0; begin <= path.size();) {
    auto end = std::min(path.find('.', begin), path.size());
    if (!at->is_object() && !at->is_null())
      throw trouble{text + ": " + path.substr(0, begin) + " has no members"};
    at = &(*at)[path.substr(begin, end - begin)];
    begin = end + 1;
  }
  *at = value_of(value);
}

/// `completed=60,busy=20`
json mix_json(const std::string& text) {
  json mix = json::object();
  for (std::size_t begin = 0; begin <= text.size();) {
    auto end = std::min(text.find(',', begin), text.size());
    auto [name, weight] =
      split(text.substr(begin, end - begin), "OUTCOME=WEIGHT, as in completed=60,busy=40");
    mix[name] = value_of(weight);
    begin = end + 1;
  }
  return mix;
}

/// What the trunk would have is asked for in the same breath, and is no policy.
void take_trunk(json& from, domain::forecast_question& asked, http::faults& wrong) {
  if (!from.contains("trunk"))
    return;
  http::object_reader trunk{from["trunk"], "/trunk", wrong};
  asked.channels = trunk.whole("channels", 1, 100'000).value_or(asked.channels);
  if (auto calls = trunk.whole("calls_per_second", 0, 100'000))
    asked.rate = {*calls, 1};
  trunk.finish();
  from.erase("trunk");
}

/// One campaign on record, and how it is asked about.
class comparison {
public:
  comparison(const common& with, const what_if_query& query, campaign_record record)
    : with_{with}, query_{query}, record_{std::move(record)},
      as_it_is_{http::question_of(*record_.campaign, record_.trunk, record_.as_of)} {
    as_it_is_.step = step(with);
    as_it_is_.seed = query.seed;
    read_question();
  }

  [[nodiscard]] static events::duration step(const common& with) {
    return with.as_json ? events::duration{hours{1}} : events::duration{minutes{1}};
  }

  void play();
  void print(std::ostream& out) const;

private:
  void read_question();
  [[nodiscard]] bool is_other() const { return !query_.sets.empty(); }
  [[nodiscard]] domain::forecast foresee(const domain::forecast_question& asked) const;
  [[nodiscard]] bool was_started() const { return record_.campaign->started_at.has_value(); }

  void print_json(std::ostream& out) const;
  void print_text(std::ostream& out) const;
  void print_basis(std::ostream& out) const;
  void print_table(std::ostream& out) const;
  [[nodiscard]] std::string unfinished_text(bool recorded) const;
  void print_plots(std::ostream& out) const;

  const common& with_;
  const what_if_query& query_;
  campaign_record record_;
  domain::forecast_question as_it_is_;
  domain::forecast_question otherwise_;
  domain::forecast same_;
  domain::forecast other_;
};

void comparison::read_question() {
  auto body = policy_json(as_it_is_.settings);
  for (const auto& each : query_.sets)
    apply_set(body, each);
  if (!query_.mix.empty())
    body["mix"] = mix_json(query_.mix);
  if (!query_.starts_at.empty())
    body["starts_at"] = query_.starts_at;
  otherwise_ = as_it_is_;
  http::faults wrong;
  take_trunk(body, otherwise_, wrong);
  auto mix = http::read_forecast(body, otherwise_, record_.as_of, wrong);
  if (wrong.any())
    throw trouble{wrong.as_problem().field + ": " + wrong.as_problem().detail};
  as_it_is_.starts_at = otherwise_.starts_at;
  if (mix)
    record_.calls.tell(*mix);
}

domain::forecast comparison::foresee(const domain::forecast_question& asked) const {
  app::progress_line progress{"playing", asked.contacts, "contacts"};
  return domain::foresee(
    asked, record_.calls.odds, [&](std::uint32_t done) { progress.show(done); });
}

void comparison::play() {
  same_ = foresee(as_it_is_);
  if (is_other())
    other_ = foresee(otherwise_);
}

void comparison::print(std::ostream& out) const {
  if (with_.as_json)
    print_json(out);
  else
    print_text(out);
}

void comparison::print_json(std::ostream& out) const {
  http::ordered recorded;
  if (was_started()) {
    auto question = as_it_is_;
    question.starts_at = *record_.campaign->started_at;
    recorded = http::forecast_json(question, record_.calls, record_.recorded);
    recorded.erase("assumptions");
    recorded["paused_seconds"] =
      std::chrono::duration_cast<std::chrono::seconds>(record_.paused).count();
  }
  http::ordered body{
    {"campaign_id", to_string(query_.campaign)},
    {"recorded", std::move(recorded)},
    {"as_it_is", http::forecast_json(as_it_is_, record_.calls, same_)},
    {"what_if",
     is_other() ? http::forecast_json(otherwise_, record_.calls, other_) : http::ordered()}};
  out << http::text_of(body) << '\n';
}

void comparison::print_text(std::ostream& out) const {
  const auto& settings = record_.campaign->state.settings;
  out << "Campaign " << to_string(query_.campaign) << " \"" << plain(settings.name) << "\", "
      << as_it_is_.contacts << " contacts, from "
      << domain::local_text(settings.schedule, as_it_is_.starts_at) << '\n';
  print_basis(out);
  out << '\n';
  print_table(out);
  out << '\n';
  print_plots(out);
}

void comparison::print_basis(std::ostream& out) const {
  const auto& calls = record_.calls;
  out << "Drawn with seed " << query_.seed << " from ";
  if (calls.basis == "mix")
    out << "the given mix:";
  else if (calls.basis == "assumed")
    out << "what calls usually come to (nothing is on record; give a --mix):";
  else
    out << calls.calls << " calls of "
        << (calls.basis == "own_record" ? "its own:" : to_string(*calls.campaign) + ':');
  for (auto how : events::all_outcomes) {
    auto it = calls.odds.of(how);
    if (it.percent <= 0)
      continue;
    char text[64];
    std::snprintf(
      text,
      sizeof text,
      " %.1f %% (%.0f s%s)",
      it.percent,
      it.mean_seconds,
      it.assumed ? ", assumed" : "");
    out << ' ' << to_string(how) << text;
  }
  out << "\nAssumed: nobody else uses the trunk, nobody pauses the campaign, and somebody resumes "
         "it at "
         "once\nwhenever the breaker does.\n";
}

std::string length_text(events::duration it) {
  auto left = std::chrono::duration_cast<std::chrono::seconds>(it).count();
  char text[48];
  std::snprintf(
    text, sizeof text, "%lld h %02lld min %02lld s", left / 3'600LL, left / 60 % 60LL, left % 60LL);
  return text;
}

/// One line of the table: a name and a cell for each column.
void print_row(std::ostream& out, const std::string& name, const std::vector<std::string>& cells) {
  std::string line = name;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line.resize(std::max(line.size() + 1, 20 + 30 * i), ' ');
    line += cells[i];
  }
  out << line << '\n';
}

std::string comparison::unfinished_text(bool recorded) const {
  return recorded ? "no: " + std::string{to_string(record_.campaign->state.status)}
                  : "not within a year";
}

void comparison::print_table(std::ostream& out) const {
  struct column {
    std::string name;
    const domain::forecast* of;
    events::instant from;
  };
  std::vector<column> columns;
  if (was_started())
    columns.push_back({"recorded", &record_.recorded, *record_.campaign->started_at});
  columns.push_back({"as it is", &same_, as_it_is_.starts_at});
  if (is_other())
    columns.push_back({"what if", &other_, otherwise_.starts_at});
  auto row = [&](const std::string& name, const auto& cell) {
    std::vector<std::string> cells;
    for (const auto& it : columns)
      cells.push_back(cell(it));
    print_row(out, name, cells);
  };
  auto number = [&](const std::string& name, auto member) {
    row(name, [&](const column& it) { return std::to_string(it.of->*member); });
  };
  row("", [](const column& it) { return it.name; });
  row("finished", [&](const column& it) {
    return it.of->finishes_at ? domain::local_text(as_it_is_.settings.schedule, *it.of->finishes_at)
                              : unfinished_text(it.of == &record_.recorded);
  });
  row("took", [](const column& it) {
    return it.of->finishes_at ? length_text(*it.of->finishes_at - it.from) : std::string{"-"};
  });
  number("attempts", &domain::forecast::attempts);
  number("connects", &domain::forecast::connects);
  number("contacts completed", &domain::forecast::completed);
  number("contacts failed", &domain::forecast::failed);
  number("most at once", &domain::forecast::most_at_once);
  number("breaker trips", &domain::forecast::breaker_trips);
  if (record_.paused > events::duration{})
    out << "Recorded are pauses of " << length_text(record_.paused) << " in all.\n";
}

void comparison::print_plots(std::ostream& out) const {
  std::vector<plot_curve> curves;
  if (was_started())
    curves.push_back({"recorded", record_.recorded.series});
  if (!was_started() || !is_other())
    curves.push_back({"as it is", same_.series});
  if (is_other())
    curves.push_back({"what if", other_.series});
  out << plot_calls_per_hour(curves, as_it_is_.settings.schedule);
}

} // namespace

status print_what_if(
  const common& with, const what_if_query& query, std::ostream& out, std::ostream& errors) {
  auto log = open_log(with);
  auto record = read_record(*log, query.campaign, comparison::step(with));
  auto damage = record.damage;
  if (damage)
    errors << "ringmaster-replay: " << sentence(*damage) << '\n';
  if (!record.campaign) {
    errors << "ringmaster-replay: there is no campaign " << to_string(query.campaign) << '\n';
    return found_wrong;
  }
  comparison work{with, query, std::move(record)};
  work.play();
  work.print(out);
  return damage ? found_wrong : all_well;
}

void add_what_if(CLI::App& app, status& result) {
  struct options {
    common with;
    what_if_query query;
    std::string campaign;
  };
  auto what = std::make_shared<options>();
  auto* what_if = app.add_subcommand(
    "what-if", "Play a campaign again in virtual time, under its policy and another, and compare");
  add_common(*what_if, what->with);
  what_if->add_option("campaign", what->campaign, "cmp_…")->required();
  what_if->add_option(
    "--set",
    what->query.sets,
    "concurrency=50, retry_config.max_attempts=2, trunk.channels=100 … (members as in the API)");
  what_if->add_option(
    "--mix", what->query.mix, "Weights of outcomes: completed=60,busy=20,no_answer=20");
  what_if->add_option("--start", what->query.starts_at, "When it starts (RFC 3339)");
  what_if->add_option("--seed", what->query.seed, "The same seed, the same dice")
    ->capture_default_str();
  what_if->callback([what, &result] {
    what->query.campaign = parse_campaign(what->campaign);
    result = print_what_if(what->with, what->query, std::cout, std::cerr);
  });
}

} // namespace ringmaster::replay
