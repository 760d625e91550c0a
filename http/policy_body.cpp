#include "http/policy_body.hpp"

#include "domain/retry.hpp"
#include "domain/schedule.hpp"

#include <algorithm>
#include <array>

namespace ringmaster::http {

namespace {

constexpr std::size_t most_slots = 500;
constexpr std::uint32_t most_attempts = 20;
constexpr std::uint32_t longest_interval_minutes = 10'080; // a week
/// After a call of which nobody could say how it ended: it may be up still, or have
/// been answered. As long again as the engine waited to hear of it.
constexpr std::uint32_t least_minutes_after_unknown = 120;
constexpr std::uint32_t default_attempts = 3;
constexpr std::uint32_t default_interval_minutes = 60;

constexpr std::array<std::string_view, 7> day_names = {
  "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::optional<events::weekday> read_day(object_reader& slot, faults& wrong) {
  auto name = slot.text("day");
  if (!name)
    return std::nullopt;
  auto found = std::ranges::find(day_names, *name);
  if (found == day_names.end()) {
    wrong.meaning(slot.at("day"), "A day is one of monday to sunday.");
    return std::nullopt;
  }
  return static_cast<events::weekday>(found - day_names.begin() + 1);
}

bool is_digit(char it) {
  return it >= '0' && it <= '9';
}

/// Minutes since midnight of `HH:MM`, up to `latest`.
std::optional<std::uint16_t>
read_clock(object_reader& slot, const std::string& name, int latest, faults& wrong) {
  auto text = slot.text(name);
  if (!text)
    return std::nullopt;
  const auto& t = *text;
  bool shaped = t.size() == 5 && t[2] == ':' && is_digit(t[0]) && is_digit(t[1]) && is_digit(t[3])
                && is_digit(t[4]);
  int hours = shaped ? (t[0] - '0') * 10 + (t[1] - '0') : 0;
  int minutes = shaped ? (t[3] - '0') * 10 + (t[4] - '0') : 0;
  if (shaped && minutes < 60 && hours * 60 + minutes <= latest)
    return static_cast<std::uint16_t>(hours * 60 + minutes);
  wrong.meaning(
    slot.at(name),
    latest == 1440 ? "A time is HH:MM, from 00:00 to 24:00."
                   : "A time is HH:MM, from 00:00 to 23:59.");
  return std::nullopt;
}

std::optional<events::window> read_slot(const json& from, const std::string& at, faults& wrong) {
  object_reader slot{from, at, wrong};
  slot.require("day").require("start").require("end");
  auto day = read_day(slot, wrong);
  auto start = read_clock(slot, "start", 1439, wrong);
  auto end = read_clock(slot, "end", 1440, wrong);
  slot.finish();
  if (!day || !start || !end)
    return std::nullopt;
  if (*start == *end) {
    wrong.meaning(slot.at("end"), "The slot ends when it starts; a whole day is 00:00 to 24:00.");
    return std::nullopt;
  }
  return events::window{.day = *day, .start_minute = *start, .end_minute = *end};
}

std::optional<events::backoff> read_backoff(object_reader& rule, faults& wrong) {
  auto name = rule.text("backoff");
  if (!name)
    return std::nullopt;
  constexpr std::array<std::string_view, 3> names = {"fixed", "exponential", "list"};
  auto found = std::ranges::find(names, *name);
  if (found == names.end()) {
    wrong.meaning(rule.at("backoff"), "backoff is one of fixed, exponential, list.");
    return std::nullopt;
  }
  return static_cast<events::backoff>(found - names.begin());
}

std::vector<std::uint32_t> read_intervals(object_reader& rule, std::uint32_t least, faults& wrong) {
  std::vector<std::uint32_t> minutes;
  bool any = false;
  bool given = rule.each("intervals_minutes", most_attempts, [&](const json& it, const auto& at) {
    any = true;
    if (auto wait = read_whole(it, at, least, longest_interval_minutes, wrong))
      minutes.push_back(*wait);
  });
  if (given && !any)
    wrong.meaning(rule.at("intervals_minutes"), "There must be at least one interval.");
  return minutes;
}

/// No wait is shorter than `least_minutes`, unless there is no retry to wait for.
events::retry_rule read_rule(
  const json& from,
  const std::string& at,
  std::uint32_t interval_minutes,
  std::uint32_t least_minutes,
  faults& wrong) {
  object_reader rule{from, at, wrong};
  bool has_list = rule.has("intervals_minutes");
  bool has_one = rule.has("interval_minutes");
  auto retry = rule.flag("retry").value_or(true);
  auto least = retry ? least_minutes : 0;
  auto backoff =
    read_backoff(rule, wrong).value_or(has_list ? events::backoff::list : events::backoff::fixed);
  auto one = rule.whole("interval_minutes", least, longest_interval_minutes);
  auto many = read_intervals(rule, least, wrong);
  rule.finish();
  bool wants_list = backoff == events::backoff::list;
  if (has_one && (has_list || wants_list))
    wrong.meaning(
      rule.at("interval_minutes"), "A list of waits is given by intervals_minutes alone.");
  else if (wants_list != has_list)
    wrong.meaning(
      rule.at(has_list ? "backoff" : "intervals_minutes"),
      "backoff list and intervals_minutes go together.");
  if (!has_list)
    many = {one.value_or(std::max(interval_minutes, least))};
  return {.retry = retry, .backoff = backoff, .interval_minutes = std::move(many)};
}

void read_rules(
  const json& from, const std::string& at, events::retry_policy& policy, faults& wrong) {
  object_reader outcomes{from, at, wrong};
  for (const auto& [name, rule] : from.items()) {
    auto here = outcomes.at(name);
    auto outcome = events::parse_outcome(name);
    if (!outcome)
      wrong.shape(here, "There is no outcome of this name.");
    else if (*outcome == events::outcome::completed)
      wrong.meaning(here, "A completed call is not made again.");
    else
      policy.rules.insert_or_assign(
        *outcome,
        read_rule(
          rule,
          here,
          policy.retry_interval_minutes,
          *outcome == events::outcome::unknown ? least_minutes_after_unknown : 0,
          wrong));
  }
}

} // namespace

events::schedule
read_schedule(const json& from, const std::string& at, events::instant now, faults& wrong) {
  object_reader body{from, at, wrong};
  events::schedule when;
  auto timezone = body.text("timezone");
  body.each("time_slots", most_slots, [&](const json& it, const std::string& slot_at) {
    if (auto window = read_slot(it, slot_at, wrong))
      when.windows.push_back(*window);
  });
  if (!when.windows.empty())
    body.require("timezone");
  body.finish();
  if (!timezone)
    return when;
  when.timezone = *timezone;
  if (!domain::known_timezone(*timezone))
    wrong.meaning(
      body.at("timezone"),
      "There is no such timezone. It is an IANA name, as in America/New_York.");
  else if (!domain::next_open(when, now))
    wrong.meaning(body.at("time_slots"), "These time slots never open.");
  return when;
}

events::retry_policy no_retries() {
  return {
    .max_attempts = 1,
    .retry_interval_minutes = default_interval_minutes,
    .rules = domain::default_retry_rules(default_interval_minutes)};
}

events::retry_policy read_retry(const json& from, const std::string& at, faults& wrong) {
  object_reader body{from, at, wrong};
  events::retry_policy policy;
  policy.max_attempts = body.whole("max_attempts", 1, most_attempts).value_or(default_attempts);
  policy.retry_interval_minutes = body.whole("retry_interval_minutes", 0, longest_interval_minutes)
                                    .value_or(default_interval_minutes);
  policy.rules = domain::default_retry_rules(policy.retry_interval_minutes);
  if (const auto* outcomes = body.object("outcomes"))
    read_rules(*outcomes, body.at("outcomes"), policy, wrong);
  body.finish();
  return policy;
}

events::breaker_policy read_breaker(const json& from, const std::string& at, faults& wrong) {
  object_reader body{from, at, wrong};
  events::breaker_policy it;
  it.enabled = body.flag("enabled").value_or(it.enabled);
  it.failure_threshold_percent =
    body.whole("failure_threshold_percent", 0, 100).value_or(it.failure_threshold_percent);
  it.window_seconds = body.whole("window_seconds", 1, 86'400).value_or(it.window_seconds);
  it.min_calls_in_window =
    body.whole("min_calls_in_window", 1, 100'000).value_or(it.min_calls_in_window);
  body.finish();
  return it;
}

} // namespace ringmaster::http
