#include "http/trunk_body.hpp"

#include "domain/phone_number.hpp"
#include "http/trunk_secrets.hpp"
#include "projections/folds.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ringmaster::http {

namespace {

constexpr std::size_t most_caller_ids = 1'000;
constexpr std::uint32_t most_channels = 100'000;
constexpr std::uint32_t most_calls_per_second = 100'000;
constexpr std::uint32_t longest_window_seconds = 60;
constexpr std::uint32_t most_calls_per_day = 1'000'000;

std::string_view words(domain::phone_trouble it) {
  using domain::phone_trouble;
  switch (it) {
  case phone_trouble::empty: return "is empty";
  case phone_trouble::not_a_number: return "is no number";
  case phone_trouble::no_country: return "does not begin with + and the code of a country";
  case phone_trouble::too_short: return "is too short";
  case phone_trouble::too_long: return "is too long";
  case phone_trouble::not_in_use: return "is one that nobody can have";
  case phone_trouble::has_extension: return "has an extension";
  }
  return "is none";
}

std::vector<std::string> read_caller_ids(object_reader& body, faults& wrong) {
  std::vector<std::string> numbers;
  body.each("caller_ids", most_caller_ids, [&](const json& it, const std::string& at) {
    auto text = read_text(it, at, {}, wrong);
    if (!text)
      return;
    auto number = domain::to_e164(*text, "");
    if (const auto* why = std::get_if<domain::phone_trouble>(&number))
      wrong.meaning(
        at,
        "A caller id is a number as in +14155550100; this one " + std::string{words(*why)} + ".");
    else if (std::ranges::find(numbers, std::get<std::string>(number)) != numbers.end())
      wrong.meaning(at, "The caller id comes twice.");
    else
      numbers.push_back(std::get<std::string>(std::move(number)));
  });
  return numbers;
}

/// A window holds whole calls, or no count of them could be exact.
events::pace read_pace(object_reader& body, events::pace current, faults& wrong) {
  auto given = body.number("calls_per_second", 0, most_calls_per_second);
  auto seconds = body.whole("rate_window_seconds", 1, longest_window_seconds);
  if (!given && !seconds)
    return current;
  auto window = seconds.value_or(current.seconds);
  auto calls = given.value_or(static_cast<double>(current.calls) / current.seconds) * window;
  auto whole = std::round(calls);
  constexpr double rounding = 1e-6; // of the text to a binary fraction
  if (std::abs(calls - whole) > rounding)
    wrong.meaning(
      body.at("calls_per_second"),
      "In rate_window_seconds, here " + std::to_string(window)
        + ", there must be a whole number of calls.");
  return {static_cast<std::uint32_t>(whole), window};
}

void read_limits(object_reader& body, events::caller_id_limits& to, faults& wrong) {
  const auto* it = body.object("caller_id_limits");
  if (it == nullptr)
    return;
  object_reader limits{*it, body.at("caller_id_limits"), wrong};
  to.concurrent = limits.whole("concurrent", 0, most_channels).value_or(0);
  to.per_day = limits.whole("per_day", 0, most_calls_per_day).value_or(0);
  limits.finish();
}

/// The members that can be edited; those not given keep their value. `Trunk` is
/// what is made, or what it is edited to.
template <class Trunk>
void read_members(object_reader& body, Trunk& to, faults& wrong) {
  if (auto name = body.text("name"))
    to.name = *std::move(name);
  if (const auto* settings = body.object("settings"))
    to.settings = settings->dump();
  if (body.has("caller_ids"))
    to.caller_ids = read_caller_ids(body, wrong);
  if (auto channels = body.whole("channels", 1, most_channels))
    to.channels = *channels;
  to.rate = read_pace(body, to.rate, wrong);
  read_limits(body, to.caller_id_limits, wrong);
}

/// What the edit leaves as it is was taken before, maybe by an older version.
void check_changes(
  const events::trunk_edited& edit,
  const events::trunk_created& before,
  const services& with,
  faults& wrong) {
  projections::trunk_view after;
  after.trunk = before;
  projections::fold(after, edit);
  bool settings = edit.settings != before.settings;
  bool numbers = edit.caller_ids != before.caller_ids;
  if (!settings && !numbers)
    return;
  for (auto& it : with.check_trunk(after.trunk))
    if ((settings && it.field == "/settings") || (numbers && it.field == "/caller_ids"))
      wrong.meaning(std::move(it.field), std::move(it.detail));
}

} // namespace

events::trunk_created
read_trunk(const json& from, const services& with, trunk_secrets& secrets, faults& wrong) {
  object_reader body{from, "", wrong};
  body.require("name").require("provider").require("channels");
  events::trunk_created it;
  it.settings = "{}";
  auto provider = body.text("provider");
  it.provider = provider.value_or("");
  read_members(body, it, wrong);
  secrets = read_secrets(body, wrong);
  body.finish();
  if (provider) {
    for (auto& trouble : with.check_trunk(it))
      wrong.meaning(std::move(trouble.field), std::move(trouble.detail));
    check_secrets({}, it.provider, it.settings, secrets, with, wrong);
  }
  return it;
}

events::trunk_edited read_trunk_changes(
  const json& from,
  const events::trunk_created& current,
  const services& with,
  trunk_secrets& secrets,
  faults& wrong) {
  object_reader body{from, "", wrong};
  auto it = projections::as_edit(current);
  read_members(body, it, wrong);
  secrets = read_secrets(body, wrong);
  body.finish();
  check_changes(it, current, with, wrong);
  if (it.settings != current.settings || !secrets.empty())
    check_secrets(current.trunk, current.provider, it.settings, secrets, with, wrong);
  return it;
}

} // namespace ringmaster::http
