#include "tools/replay/events_command.hpp"

#include "app/progress_line.hpp"
#include "events/codec.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <thread>

namespace ringmaster::replay {

namespace {

/// How often a live log is asked whether it has grown. The answer costs the
/// reading of eight bytes; only then is it opened again.
constexpr auto look_interval = std::chrono::milliseconds{200};

bool is_of_campaign(const events::stream_id& it, events::campaign_id campaign) {
  bool has_campaign =
    it.kind == events::stream_kind::campaign || it.kind == events::stream_kind::contact;
  return has_campaign && it.id == campaign.value;
}

/// Whole words between dots: `contact` is not `contact_list`.
bool begins_with_words(std::string_view type, std::string_view words) {
  return type.starts_with(words) && (type.size() == words.size() || type[words.size()] == '.');
}

/// One look at the log: from where the last one ended.
class printing {
public:
  printing(const common& with, const events_query& query, std::ostream& out)
    : with_{with}, query_{query}, out_{out} {}

  /// Prints what `log` holds beyond what was printed; gives damage if it met any.
  std::optional<store::log_damage> print(const store::log_reader& log);

  [[nodiscard]] bool is_over() const { return over_ || printed_ >= query_.limit; }
  [[nodiscard]] std::uint64_t next() const { return next_; }

private:
  void print_header();
  [[nodiscard]] bool is_behind(const events::envelope& it) const;

  const common& with_;
  const events_query& query_;
  std::ostream& out_;
  std::uint64_t next_ = 0; // 0: before the first look
  std::uint64_t printed_ = 0;
  bool over_ = false;
};

bool printing::is_behind(const events::envelope& it) const {
  if (const auto* position = std::get_if<std::uint64_t>(&query_.until))
    return it.position >= *position;
  return it.recorded_at >= std::get<events::instant>(query_.until);
}

void printing::print_header() {
  if (!with_.as_json)
    out_ << std::setw(10) << "position"
         << "  " << std::left << std::setw(24) << "recorded_at"
         << "  " << std::setw(28) << "stream"
         << "  " << std::setw(26) << "type" << std::right << "  data\n";
}

std::optional<store::log_damage> printing::print(const store::log_reader& log) {
  if (next_ == 0) {
    next_ = std::max<std::uint64_t>(1, position_of(query_.from, log));
    print_header();
  }
  app::progress_line progress{"reading", log.last_position(), "events", /*prints=*/true};
  auto damage = log.read(next_, [&](events::envelope&& it) {
    progress.show(it.position);
    over_ = over_ || is_behind(it);
    if (is_over())
      return false;
    next_ = it.position + 1;
    if (fits(it, query_)) {
      out_ << (with_.as_json ? to_json(it) : event_line(it)) << '\n';
      ++printed_;
    }
    return !is_over();
  });
  out_.flush();
  return damage || is_over() ? damage : log.lost_end();
}

/// Waits until the log holds `position`.
void wait_for(const common& with, std::uint64_t position) {
  while (store::log_reader::reached(with.journal()) < position)
    std::this_thread::sleep_for(look_interval);
}

/// A word as it is, anything else as JSON: a carrier or an operator may have
/// said what would spoil the line, or the terminal.
std::string text_of(const nlohmann::ordered_json& value) {
  if (!value.is_string())
    return value.dump();
  auto text = value.get<std::string>();
  if (has_control_character(text))
    return value.dump(-1, ' ', /*ensure_ascii=*/true);
  return text.find_first_of(" \"") == std::string::npos ? text : value.dump();
}

} // namespace

bool fits(const events::envelope& it, const events_query& query) {
  if (query.campaign && !is_of_campaign(it.stream, *query.campaign))
    return false;
  if (query.row && (it.stream.kind != events::stream_kind::contact || it.stream.row != *query.row))
    return false;
  if (!query.actor.empty() && it.actor != query.actor)
    return false;
  return query.type.empty() || begins_with_words(type_of(it.event), query.type);
}

std::string event_line(const events::envelope& it) {
  std::ostringstream line;
  auto whole = nlohmann::ordered_json::parse(to_json(it));
  auto when = std::chrono::floor<std::chrono::milliseconds>(it.recorded_at);
  line << std::setw(10) << it.position << "  " << std::left << std::setw(24)
       << events::to_rfc3339(when) << "  " << std::setw(28) << to_string(it.stream) << "  "
       << std::setw(26) << type_of(it.event) << ' ';
  if (it.actor != "system")
    line << " by=" << text_of(whole["actor"]);
  if (it.correlation != 0)
    line << " request=" << text_of(whole["correlation"]);
  for (const auto& [name, value] : whole["data"].items())
    if (!value.is_null() && value != "")
      line << ' ' << name << '=' << text_of(value);
  return line.str();
}

status print_events(
  const common& with, const events_query& query, std::ostream& out, std::ostream& errors) {
  printing work{with, query, out};
  std::string generation;
  for (;;) {
    auto log = open_log(with);
    if (!generation.empty() && log->generation() != generation)
      throw trouble{"another log has taken this one's place"};
    generation = log->generation();
    if (auto damage = work.print(*log)) {
      errors << "ringmaster-replay: " << sentence(*damage) << '\n';
      return found_wrong;
    }
    if (!query.follow || work.is_over())
      return all_well;
    log.reset();
    wait_for(with, work.next());
  }
}

void add_events(CLI::App& app, status& result) {
  struct options {
    common with;
    events_query query;
    std::string from, until, campaign;
    std::uint32_t row = 0;
  };
  auto what = std::make_shared<options>();
  auto* events = app.add_subcommand("events", "Print events, in order");
  add_common(*events, what->with);
  events->add_option("--from", what->from, "First position, or time (RFC 3339)");
  events->add_option("--until", what->until, "Position or time behind the last");
  events->add_option("--campaign", what->campaign, "This campaign and its contacts alone: cmp_…");
  auto* row = events->add_option("--contact", what->row, "This row of the campaign alone");
  row->needs("--campaign");
  events->add_option("--type", what->query.type, "contact.dialed, contact, campaign.paused …");
  events->add_option("--actor", what->query.actor, "Done by this API key, or system");
  events->add_option("--limit", what->query.limit, "At most so many");
  events->add_flag("--follow", what->query.follow, "Go on with what is written later");
  events->callback([what, row, &result] {
    auto& query = what->query;
    if (!what->from.empty())
      query.from = parse_place(what->from);
    if (!what->until.empty())
      query.until = parse_place(what->until);
    if (!what->campaign.empty())
      query.campaign = parse_campaign(what->campaign);
    if (row->count() > 0)
      query.row = what->row;
    result = print_events(what->with, query, std::cout, std::cerr);
  });
}

} // namespace ringmaster::replay
