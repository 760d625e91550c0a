#include "telephony/call_plan.hpp"
#include "telephony/settings_json.hpp"
#include "telephony/simulated.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ringmaster::telephony {

namespace {

using events::outcome;
using nlohmann::json;

constexpr int deepest = 3;                            // an object of arrays of numbers
constexpr std::uint32_t longest_span_ms = 86'400'000; // a day
constexpr double heaviest = 1e6;
constexpr std::size_t most_scripted = 100;

/// How a call can end by itself; the other outcomes are the engine's.
constexpr outcome simulated_outcomes[] = {
  outcome::completed,
  outcome::voicemail,
  outcome::busy,
  outcome::no_answer,
  outcome::rejected,
  outcome::failed};

std::optional<outcome> parse_simulated_outcome(std::string_view text) {
  auto found =
    std::ranges::find(simulated_outcomes, text, [](outcome it) { return events::to_string(it); });
  return found == std::end(simulated_outcomes) ? std::nullopt : std::optional{*found};
}

trouble read_span(const json& value, span_ms& into) {
  auto within_a_day = [](const json& it) {
    return it.is_number_unsigned() && it.get<std::uint64_t>() <= longest_span_ms;
  };
  if (!value.is_array() || value.size() != 2 || !within_a_day(value[0]) || !within_a_day(value[1]))
    return "must be [least, most], whole milliseconds from 0 to a day (86400000)";
  span_ms span{value[0].get<std::uint32_t>(), value[1].get<std::uint32_t>()};
  if (span.least > span.most)
    return "must be [least, most], the least not above the most";
  into = span;
  return std::nullopt;
}

/// Replaces all of `into`: what is not named has no weight. A complaint starts
/// where the name of the whole field ends.
template <class Choice, class Parse>
trouble read_weights(const json& value, std::map<Choice, double>& into, Parse parse) {
  if (!value.is_object())
    return " must be an object of names and weights";
  std::map<Choice, double> weights;
  double total = 0;
  for (const auto& [name, weight] : value.items()) {
    std::optional<Choice> choice = parse(name);
    if (!choice)
      return " does not know " + cited(name);
    auto heavy = weight.is_number() ? weight.template get<double>() : -1;
    if (heavy < 0 || heavy > heaviest)
      return "." + name + " must be a weight from 0 to 1000000";
    total += weights[*choice] = heavy;
  }
  if (total <= 0)
    return " must have a weight above 0";
  into = std::move(weights);
  return std::nullopt;
}

std::optional<std::string> parse_cause(std::string_view text) {
  return failure_code(text) ? std::optional{std::string{text}} : std::nullopt;
}

trouble read_mix(const json& value, simulated_settings& into) {
  auto wrong = read_weights(value, into.mix, parse_simulated_outcome);
  return wrong ? std::optional{"mix" + *wrong} : std::nullopt;
}

trouble read_failure_causes(const json& value, simulated_settings& into) {
  auto wrong = read_weights(value, into.failure_causes, parse_cause);
  return wrong ? std::optional{"failure_causes" + *wrong} : std::nullopt;
}

const setting_readers<simulated_settings>& readers() {
  using s = simulated_settings;
  static const setting_readers<s> all{
    setting("seed", &s::seed),
    {"mix", read_mix},
    {"failure_causes", read_failure_causes},
    setting("setup_ms", &s::setup_ms, read_span),
    setting("ring_ms", &s::ring_ms, read_span),
    setting("no_answer_ms", &s::no_answer_ms, read_span),
    setting("talk_ms", &s::talk_ms, read_span),
    setting("duplicate_rate", &s::duplicate_rate),
    setting("reorder_rate", &s::reorder_rate),
    setting("late_rate", &s::late_rate),
    setting("late_ms", &s::late_ms, read_span),
    setting("lost_answer_rate", &s::lost_answer_rate),
    setting("not_now_rate", &s::not_now_rate),
    setting("lost_end_rate", &s::lost_end_rate),
    setting("results", &s::results)};
  return all;
}

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::variant<scripted_outcome, std::string> parse_entry(std::string_view text) {
  auto colon = text.find(':');
  auto name = text.substr(0, colon);
  auto outcome = parse_simulated_outcome(name);
  if (!outcome)
    return "does not know the outcome " + cited(name);
  if (colon == std::string_view::npos)
    return scripted_outcome{*outcome, {}};
  auto cause = text.substr(colon + 1);
  if (*outcome != outcome::failed)
    return cited(name) + " has no causes";
  if (!failure_code(cause))
    return "does not know the cause " + cited(cause);
  return scripted_outcome{*outcome, std::string{cause}};
}

} // namespace

std::variant<simulated_settings, std::string> parse_simulated_settings(std::string_view text) {
  return read_settings(text, readers(), "the simulated carrier", deepest);
}

std::variant<std::vector<scripted_outcome>, std::string> parse_script(std::string_view text) {
  if (text.size() > longest_script)
    return "simulate must not be longer than 2000 characters";
  std::vector<scripted_outcome> script;
  if (trimmed(text).empty())
    return script;
  for (;;) {
    auto comma = text.find(',');
    auto entry = parse_entry(trimmed(text.substr(0, comma)));
    if (auto* wrong = std::get_if<std::string>(&entry))
      return "simulate " + *wrong;
    if (script.size() == most_scripted)
      return "simulate must not hold more than 100 outcomes";
    script.push_back(std::get<scripted_outcome>(std::move(entry)));
    if (comma == std::string_view::npos)
      return script;
    text.remove_prefix(comma + 1);
  }
}

} // namespace ringmaster::telephony
