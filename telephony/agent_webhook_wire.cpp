#include "telephony/agent_webhook_wire.hpp"

#include "telephony/agent_context.hpp"
#include "telephony/form.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ringmaster::telephony {

namespace {

using nlohmann::json;
using words = std::map<std::string, std::string, std::less<>>;

constexpr std::chrono::seconds default_rest{10};
constexpr std::uint64_t longest_rest_seconds = 3'600;
constexpr int deepest = 32; // of what a platform says
constexpr std::size_t longest_code = 64;
constexpr std::size_t longest_ref = 200;
constexpr double longest_call_seconds = 86'400;

/// Every `{{name}}` that we know; others stay as they are.
std::string filled(std::string_view text, const words& known) {
  std::string out;
  while (true) {
    auto begin = text.find("{{");
    auto end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    if (end == std::string_view::npos)
      return out.append(text);
    auto name = text.substr(begin + 2, end - begin - 2);
    auto found = known.find(name);
    out.append(text.substr(0, begin));
    out.append(found == known.end() ? text.substr(begin, end + 2 - begin) : found->second);
    text.remove_prefix(end + 2);
  }
}

void fill(json& value, const words& known, const json& context) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    value = text == "{{initial_context}}" ? context : json(filled(text, known));
  } else if (value.is_structured()) {
    for (auto& each : value)
      fill(each, known, context);
  }
}

/// Nothing for what is no JSON, or nested beyond reason.
std::optional<json> parsed(std::string_view text) {
  int depth = 0;
  bool too_deep = false;
  auto value = json::parse(
    text.begin(),
    text.end(),
    [&](int at, json::parse_event_t, json&) {
      depth = std::max(depth, at);
      too_deep = too_deep || at > deepest;
      return !too_deep;
    },
    /*allow_exceptions=*/false);
  return value.is_discarded() || too_deep ? std::nullopt : std::optional{std::move(value)};
}

const json* at(const json& in, const std::string& pointer) {
  json::json_pointer where{pointer};
  return in.contains(where) ? &in.at(where) : nullptr;
}

const json* field(const agent_webhook_settings& by, const json& in, std::string_view name) {
  for (const auto& pointer : by.fields.find(name)->second)
    if (const auto* found = at(in, pointer); found != nullptr && !found->is_null())
      return found;
  return nullptr;
}

std::string text_in(const json* value) {
  if (value == nullptr)
    return {};
  if (value->is_string())
    return value->get<std::string>();
  return value->is_number_integer() ? value->dump() : std::string{};
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// As the log may hold it: words of a platform, and nothing of what was said.
std::string code_of(std::string_view word) {
  std::string code;
  for (char it : word.substr(0, longest_code)) {
    bool plain = (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '-';
    bool upper = it >= 'A' && it <= 'Z';
    code += plain ? it : upper ? static_cast<char>(it - 'A' + 'a') : '_';
  }
  return code;
}

std::optional<events::call_result> result_in(const agent_webhook_settings& by, const json& said) {
  events::call_result result;
  if (const auto* turns = field(by, said, "transcript"); turns != nullptr && turns->is_array())
    result.transcript = dumped(*turns);
  if (const auto* context = field(by, said, "gathered_context");
      context != nullptr && context->is_object())
    result.gathered_context = dumped(*context);
  auto url = text_in(field(by, said, "recording_url"));
  if (url.starts_with("https://") || url.starts_with("http://"))
    result.recording_url = std::move(url);
  bool empty = result == events::call_result{};
  return empty ? std::nullopt : std::optional{std::move(result)};
}

std::uint64_t talk_ms_in(const agent_webhook_settings& by, const json& said) {
  const auto* seconds = field(by, said, "duration_seconds");
  if (seconds == nullptr || !seconds->is_number())
    return 0;
  auto length = seconds->get<double>();
  bool sane = std::isfinite(length) && length > 0 && length <= longest_call_seconds;
  return sane ? static_cast<std::uint64_t>(length * 1'000) : 0;
}

bool is_true(const json* value) {
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

events::call_ended end_of(
  const agent_webhook_settings& by,
  const json& said,
  const std::string& word,
  events::instant now) {
  events::call_ended end;
  auto known = by.outcomes.find(word);
  end.talk_time_ms = talk_ms_in(by, said);
  bool said_nothing = word.empty() && end.talk_time_ms == 0;
  end.outcome = known != by.outcomes.end() ? known->second
                : said_nothing             ? events::outcome::failed
                                           : events::outcome::completed;
  if (end.outcome == events::outcome::failed)
    end.cause = word.empty() ? "not_connected" : code_of(word);
  end.provider_code = word.empty() ? std::string{} : "agent " + code_of(word);
  if (end.outcome == events::outcome::voicemail)
    end.answered_by = events::answerer::machine;
  end.at = now;
  end.result = result_in(by, said);
  return end;
}

std::vector<events::call_report>
reports_in(const agent_webhook_settings& by, const json& said, events::instant now) {
  std::vector<events::call_report> reports;
  auto event = text_in(at(said, "/event"));
  if (event == "ringing")
    reports.emplace_back(events::call_ringing{now});
  if (event == "answered")
    reports.emplace_back(events::call_answered{now});
  auto word = text_in(field(by, said, "disposition"));
  bool over =
    event == "ended" || is_true(field(by, said, "done")) || (event.empty() && !word.empty());
  bool opted_out = is_true(field(by, said, "opt_out"));
  if (opted_out || (over && !word.empty())) {
    events::call_verdict verdict;
    verdict.by = events::judge::agent;
    verdict.disposition = code_of(word);
    verdict.opted_out = opted_out;
    verdict.at = now;
    reports.emplace_back(std::move(verdict)); // before the end, which it bears on
  }
  if (over)
    reports.emplace_back(end_of(by, said, word, now));
  return reports;
}

events::duration rest_after(const http_client::response& answer) {
  auto found =
    std::ranges::find(answer.headers, "retry-after", &http_client::fields::value_type::first);
  if (found == answer.headers.end())
    return default_rest;
  std::uint64_t seconds = 0;
  for (char it : found->second.substr(0, 6)) {
    if (it < '0' || it > '9')
      return default_rest;
    seconds = seconds * 10 + static_cast<std::uint64_t>(it - '0');
  }
  return std::chrono::seconds{std::clamp<std::uint64_t>(seconds, 1, longest_rest_seconds)};
}

place_answer answer_in(const agent_webhook_settings& by, const http_client::response& answer) {
  auto code = "HTTP " + std::to_string(answer.status);
  if (answer.status == 429)
    return not_now{code, rest_after(answer)};
  if (answer.status / 100 == 4 && answer.status != 408) {
    constexpr unsigned out_of_credit = 402;
    bool ours = answer.status == 401 || answer.status == 403 || answer.status == out_of_credit;
    return refused{ours ? "account" : "refused_by_agent", code, {}};
  }
  if (answer.status / 100 != 2)
    return unclear{code}; // whoever redirects or gives up may have passed the request on
  auto said = parsed(answer.body);
  auto ref = said ? text_in(at(*said, by.run_ref)) : std::string{};
  return accepted{ref.size() <= longest_ref ? std::move(ref) : std::string{}};
}

} // namespace

http_client::request ask_agent_to_call(
  const agent_webhook_settings& by, const call_request& what, const std::string& callback_url) {
  words known{
    {"call_id", to_string(what.id)},
    {"to", what.to},
    {"from", what.from},
    {"agent", what.agent},
    {"prompt", what.prompt},
    {"callback_url", callback_url},
    {"result_token", what.result_token}};
  auto context = agent_context(what);
  context["ringmaster_callback_url"] = callback_url;
  auto body = json::parse(by.body);
  fill(body, known, context);
  return {.url = by.url, .headers = {{"Content-Type", "application/json"}}, .body = dumped(body)};
}

place_answer placed_by_agent(const agent_webhook_settings& by, const http_client::result& answer) {
  if (const auto* kept = std::get_if<http_client::not_sent>(&answer))
    return not_now{kept->why, default_rest};
  if (const auto* lost = std::get_if<http_client::unanswered>(&answer))
    return unclear{lost->why};
  return answer_in(by, std::get<http_client::response>(answer));
}

http_client::request ask_agent_about(const agent_webhook_settings& by, std::string_view run_ref) {
  return {.method = "GET", .url = filled(by.status_url, {{"run_ref", percent_encode(run_ref)}})};
}

std::optional<std::vector<events::call_report>>
told_by_agent(const agent_webhook_settings& by, std::string_view text, events::instant now) {
  auto said = parsed(text);
  if (!said || !said->is_object())
    return std::nullopt;
  return reports_in(by, *said, now);
}

look_up_answer looked_up_at_agent(
  const agent_webhook_settings& by, const http_client::result& answer, events::instant now) {
  const auto* response = std::get_if<http_client::response>(&answer);
  if (response == nullptr || response->status / 100 != 2)
    return unclear{"the platform does not tell"};
  auto reports = told_by_agent(by, response->body, now);
  if (!reports)
    return unclear{"the platform's answer can't be read"};
  if (reports->empty() || !std::holds_alternative<events::call_ended>(reports->back()))
    return still_up{};
  return std::get<events::call_ended>(std::move(reports->back()));
}

} // namespace ringmaster::telephony
