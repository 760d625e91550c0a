#include "telephony/twilio_wire.hpp"

#include "telephony/mail_date.hpp"
#include "telephony/sip_outcome.hpp"
#include "telephony/twiml.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace ringmaster::telephony {

namespace {

using events::outcome;
using nlohmann::json;
using std::chrono::seconds;

/// How long a trunk rests that cannot be reached, that says "too many" and not for
/// how long, and whose credentials are wrong.
constexpr seconds rest_when_unreachable{5};
constexpr seconds rest_when_busy{1};
constexpr seconds longest_rest{3'600};
constexpr seconds rest_when_locked_out{60};

/// A carrier that queues says for how long, in milliseconds; below two seconds that
/// is the rate's own jitter.
constexpr std::chrono::milliseconds short_queue{2'000};
constexpr std::chrono::milliseconds longest_queue_rest{300'000};

/// Errors of the carrier whose meaning a table can tell; the rest is told by the
/// HTTP status alone, as the carrier advises.
struct known_error {
  std::uint64_t code;
  std::string_view cause;
};
constexpr known_error known_errors[] = {
  {13'223, "invalid_number"}, // To is no number
  {13'224, "invalid_number"},
  {21'210, "caller_id"}, // From is not ours
  {21'211, "invalid_number"},
  {21'212, "caller_id"},
  {21'213, "caller_id"},
  {21'214, "invalid_number"},
  {21'215, "refused_by_carrier"}, // no permission for that country
  {21'216, "blocked"},
  {21'217, "invalid_number"},
  {21'219, "account"}, // of a trial: To must be verified
};
constexpr std::uint64_t too_many_calls = 10'004;

json parsed(std::string_view body) {
  return json::parse(body, nullptr, /*allow_exceptions=*/false);
}

std::string text_in(const json& of, const char* name) {
  auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

/// Of the carrier, with an error; 0: it did not say.
std::uint64_t error_code(const http_client::response& it) {
  auto body = parsed(it.body);
  auto found = body.is_object() ? body.find("code") : body.end();
  return body.is_object() && found != body.end() && found->is_number_unsigned()
           ? found->get<std::uint64_t>()
           : 0;
}

/// "21211, HTTP 400". Never the text beside it, which repeats the number called.
std::string provider_code_of(const http_client::response& it, std::uint64_t code) {
  auto status = "HTTP " + std::to_string(it.status);
  return code == 0 ? status : std::to_string(code) + ", " + status;
}

seconds rest_wanted(const http_client::response& it) {
  for (const auto& [name, value] : it.headers)
    if (auto wanted = number(value); name == "retry-after" && wanted > 0)
      return std::min(seconds{wanted}, longest_rest);
  return rest_when_busy;
}

place_answer refused_by(const http_client::response& it) {
  auto code = error_code(it);
  if (it.status == 429 || code == too_many_calls)
    return not_now{provider_code_of(it, code), rest_wanted(it)};
  auto known = std::ranges::find(known_errors, code, &known_error::code);
  refused answer{"refused_by_carrier", provider_code_of(it, code), {}};
  if (known != std::end(known_errors))
    answer.cause = known->cause;
  if (it.status == 401)
    answer = {"trunk_auth", answer.provider_code, rest_when_locked_out};
  return answer;
}

http_client::request asking(std::string method, std::string url, std::string body = {}) {
  http_client::request it{.method = std::move(method), .url = std::move(url)};
  it.headers.emplace_back("Accept", "application/json");
  if (it.method == "POST")
    it.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  it.body = std::move(body);
  return it;
}

void add_detection(const twilio_settings& by, const std::string& callback, form& to) {
  if (by.detection == machine_detection::off)
    return;
  to.emplace_back(
    "MachineDetection", by.detection == machine_detection::detect ? "Enable" : "DetectMessageEnd");
  to.emplace_back("MachineDetectionTimeout", std::to_string(by.detection_timeout_seconds));
  if (!by.detection_async)
    return;
  to.emplace_back("AsyncAmd", "true");
  to.emplace_back("AsyncAmdStatusCallback", callback + "?about=answerer");
  to.emplace_back("AsyncAmdStatusCallbackMethod", "POST");
}

std::optional<twilio_call> read_call(const twilio_settings& by, const json& from) {
  if (!from.is_object())
    return std::nullopt;
  twilio_call it;
  it.sid = text_in(from, "sid");
  it.status = text_in(from, "status");
  if (!by.flavour->is_call_id(it.sid) || it.status.empty())
    return std::nullopt;
  it.answered_by = text_in(from, "answered_by");
  it.duration_seconds = number(text_in(from, "duration"));
  it.created = parse_mail_date(text_in(from, "date_created"));
  it.ended = parse_mail_date(text_in(from, "end_time"));
  return it;
}

/// The body of a 2xx; nothing: something else came.
const http_client::response* good(const http_client::result& answer, std::string& why) {
  if (const auto* it = std::get_if<http_client::response>(&answer)) {
    why = "HTTP " + std::to_string(it->status);
    return it->status / 100 == 2 ? it : nullptr;
  }
  const auto* not_sent = std::get_if<http_client::not_sent>(&answer);
  why = not_sent ? not_sent->why : std::get<http_client::unanswered>(answer).why;
  return nullptr;
}

/// A call that rang and came to nothing. Where the network gave a code, it is finer
/// than the carrier's word.
events::call_ended unanswered_end(const twilio_call& it) {
  events::call_ended end;
  end.provider_code = "status " + it.status;
  end.outcome = it.status == "busy"        ? outcome::busy
                : it.status == "no-answer" ? outcome::no_answer
                                           : outcome::failed;
  end.cause = end.outcome == outcome::failed ? "carrier" : "";
  auto code = number(it.sip_code);
  if (code < 300 || code > 699)
    return end;
  sip_final said{.status = static_cast<std::uint16_t>(code)};
  auto verdict = verdict_on(said);
  end.provider_code = provider_code(said);
  // The carrier's "busy" and "no-answer" stand against the network's plain trouble.
  if (end.outcome == outcome::failed || verdict.outcome != outcome::failed) {
    end.outcome = verdict.outcome;
    end.cause = verdict.cause;
  }
  return end;
}

} // namespace

form placing_form(
  const twilio_settings& by,
  const call_request& what,
  const std::string& callback,
  const std::string& twiml) {
  form fields{{"To", what.to}, {"From", what.from}};
  if (!by.application_sid.empty())
    fields.emplace_back("ApplicationSid", by.application_sid);
  if (twiml.size() <= longest_twiml)
    fields.emplace_back("Twiml", twiml);
  else
    fields.emplace_back("Url", callback + "?about=agent");
  fields.emplace_back("StatusCallback", callback + std::string{by.flavour->callback_options});
  fields.emplace_back("StatusCallbackMethod", "POST");
  for (const auto* event : {"initiated", "ringing", "answered", "completed"})
    fields.emplace_back("StatusCallbackEvent", event);
  fields.emplace_back("Timeout", std::to_string(by.ring_timeout_seconds));
  fields.emplace_back("TimeLimit", std::to_string(by.max_call_seconds));
  add_detection(by, callback, fields);
  return fields;
}

http_client::request ask_to_place(const twilio_settings& by, const form& fields) {
  return asking("POST", by.calls_url(), encode_form(fields));
}

http_client::request ask_for(const twilio_settings& by, std::string_view call) {
  return asking("GET", by.call_url(call));
}

http_client::request ask_for_calls(
  const twilio_settings& by,
  const std::string& to,
  const std::string& from,
  events::instant since) {
  // To the day, which every flavour takes; who reads the answer looks closer.
  auto day = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(since)};
  char date[16];
  std::snprintf(
    date,
    sizeof date,
    "%04d-%02u-%02u",
    static_cast<int>(day.year()),
    static_cast<unsigned>(day.month()),
    static_cast<unsigned>(day.day()));
  auto query = encode_form({{"To", to}, {"From", from}, {"StartTime>", date}, {"PageSize", "50"}});
  return asking("GET", by.calls_url() + '?' + query);
}

http_client::request
ask_to_end(const twilio_settings& by, std::string_view call, std::string_view status) {
  return asking("POST", by.call_url(call), encode_form({{"Status", std::string{status}}}));
}

place_answer placed_by(const twilio_settings& by, const http_client::result& answer) {
  if (const auto* it = std::get_if<http_client::not_sent>(&answer))
    return not_now{it->why, rest_when_unreachable};
  if (const auto* it = std::get_if<http_client::unanswered>(&answer))
    return unclear{it->why};
  const auto& it = std::get<http_client::response>(answer);
  if (it.status / 100 == 4 && it.status != 408)
    return refused_by(it);
  auto call = it.status / 100 == 2 ? read_call(by, parsed(it.body)) : std::nullopt;
  if (call)
    return accepted{call->sid};
  return unclear{"HTTP " + std::to_string(it.status)};
}

events::duration rest_after(const http_client::result& answer) {
  const auto* it = std::get_if<http_client::response>(&answer);
  auto body = it != nullptr && it->status / 100 == 2 ? parsed(it->body) : json{};
  if (!body.is_object())
    return {};
  auto wait = std::chrono::milliseconds{
    std::min(number(text_in(body, "queue_time")), std::uint64_t{longest_queue_rest.count()})};
  return wait > short_queue ? wait : events::duration{};
}

std::optional<twilio_call>
call_in(const twilio_settings& by, const http_client::result& answer, std::string& why) {
  const auto* it = good(answer, why);
  return it ? read_call(by, parsed(it->body)) : std::nullopt;
}

std::optional<std::vector<twilio_call>>
calls_in(const twilio_settings& by, const http_client::result& answer, std::string& why) {
  const auto* it = good(answer, why);
  auto body = it ? parsed(it->body) : json{};
  auto found = body.is_object() ? body.find("calls") : body.end();
  if (!body.is_object() || found == body.end() || !found->is_array())
    return std::nullopt;
  std::vector<twilio_call> calls;
  for (const auto& one : *found)
    if (auto call = read_call(by, one))
      calls.push_back(*std::move(call));
  return calls;
}

twilio_call call_told_by(const form& callback) {
  twilio_call it;
  it.sid = value_of(callback, "CallSid");
  it.status = value_of(callback, "CallStatus");
  it.answered_by = value_of(callback, "AnsweredBy");
  it.sip_code = value_of(callback, "SipResponseCode");
  it.duration_seconds = number(value_of(callback, "CallDuration"));
  return it;
}

bool is_queued(const twilio_call& it) {
  return it.status == "queued";
}

bool is_answered(const twilio_call& it) {
  return it.status == "in-progress" || it.status == "answered";
}

bool is_over(const twilio_call& it) {
  for (const auto* status : {"completed", "busy", "no-answer", "failed", "canceled"})
    if (it.status == status)
      return true;
  return false;
}

events::call_ended end_of(const twilio_call& it, events::instant at) {
  auto end =
    it.status == "completed" || it.status == "canceled" ? events::call_ended{} : unanswered_end(it);
  end.at = at;
  if (it.status == "canceled") { // before anybody answered
    end.outcome = outcome::cancelled;
    end.provider_code = "status canceled";
  } else if (it.status == "completed") {
    end.answered_by = answerer_named(it.answered_by);
    bool by_machine =
      end.answered_by == events::answerer::machine || end.answered_by == events::answerer::fax;
    end.outcome = by_machine ? outcome::voicemail : outcome::completed;
    end.provider_code = "status completed";
    end.talk_time_ms = it.duration_seconds * 1'000;
  }
  return end;
}

std::vector<events::call_report> reports_of(const twilio_call& it, events::instant at) {
  std::vector<events::call_report> reports;
  if (!it.sid.empty())
    reports.emplace_back(events::call_initiated{.provider_ref = it.sid, .at = at});
  if (it.status == "ringing")
    reports.emplace_back(events::call_ringing{.at = at});
  else if (is_answered(it))
    reports.emplace_back(events::call_answered{.at = at});
  else if (is_over(it))
    reports.emplace_back(end_of(it, at));
  return reports;
}

events::answerer answerer_named(std::string_view text) {
  if (text == "human")
    return events::answerer::human;
  if (text.starts_with("machine"))
    return events::answerer::machine;
  return text == "fax" ? events::answerer::fax : events::answerer::unknown;
}

} // namespace ringmaster::telephony
