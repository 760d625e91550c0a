#include "tools/fake_carrier/carrier.hpp"

#include "events/codec.hpp"
#include "telephony/dice.hpp"
#include "telephony/keyed_hash.hpp"
#include "telephony/twilio_signature.hpp"
#include "telephony/twiml.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace ringmaster::fake_carrier {

namespace {

using nlohmann::ordered_json;
using std::chrono::seconds;
using telephony::form;
using telephony::value_of;

constexpr seconds until_answerer_is_known{4};
constexpr seconds between_tries{1};
constexpr std::chrono::milliseconds callback_timeout{15'000};
constexpr std::size_t page_size = 50;
constexpr int crash_status = 70;

/// What the dice of a call are rolled for: its number, as if it were a contact's.
events::attempt_key key_of(std::uint64_t number) {
  return {{number}, 1, 1};
}

web_reply as_json(unsigned status, const ordered_json& body) {
  return {status, {{"Content-Type", "application/json"}}, body.dump()};
}

/// As Twilio words it: a number that is always the same, and a text that is not.
web_reply error(unsigned status, int code, const std::string& message) {
  return as_json(
    status,
    {{"code", code},
     {"message", message},
     {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(code)},
     {"status", status}});
}

bool is_number(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text.front() == '+'
         && text.find_first_not_of("0123456789", 1) == text.npos;
}

std::uint64_t whole(std::string_view text, std::uint64_t otherwise) {
  std::uint64_t value = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && !text.empty() && end == text.data() + text.size() ? value
                                                                                    : otherwise;
}

/// The call's number, in which its sid ends.
std::uint64_t number_in(std::string_view sid) {
  constexpr std::size_t begin = 18;
  constexpr std::size_t digits = 16;
  std::uint64_t number = 0;
  if (sid.size() >= begin + digits)
    std::from_chars(sid.data() + begin, sid.data() + begin + digits, number, 16);
  return number;
}

/// The value of the parameter `simulate` in the TwiML: what a contact's column of
/// that name says about its calls.
std::string script_in(std::string_view twiml) {
  constexpr std::string_view begin = R"(<Parameter name="simulate" value=")";
  auto at = twiml.find(begin);
  if (at == twiml.npos)
    return {};
  twiml.remove_prefix(at + begin.size());
  return std::string{twiml.substr(0, twiml.find('"'))};
}

call_order read_order(const form& fields) {
  bool asynchronous = value_of(fields, "AsyncAmd") == "true";
  return {
    .to = std::string{value_of(fields, "To")},
    .from = std::string{value_of(fields, "From")},
    .status_callback = std::string{value_of(fields, "StatusCallback")},
    .answerer_callback =
      asynchronous ? std::string{value_of(fields, "AsyncAmdStatusCallback")} : std::string{},
    .twiml_url = std::string{value_of(fields, "Url")},
    .script = script_in(value_of(fields, "Twiml")),
    .detects_machines = !value_of(fields, "MachineDetection").empty()};
}

form written(const call& it) {
  return {
    {"number", std::to_string(it.number)},
    {"sid", it.sid},
    {"at", std::to_string(it.placed_at.time_since_epoch().count())},
    {"to", it.order.to},
    {"from", it.order.from},
    {"callback", it.order.status_callback},
    {"script", it.order.script}};
}

/// Without what only its sender reads.
std::string without_fragment(const std::string& url) {
  return url.substr(0, url.find('#'));
}

/// How often a callback that fails is sent again, as in `#rc=5&rp=5xx`.
unsigned retries_wanted(const std::string& url) {
  auto options = telephony::decode_form(url.substr(std::min(url.find('#') + 1, url.size())));
  bool some = url.find('#') != url.npos && options;
  return static_cast<unsigned>(
    std::min<std::uint64_t>(some ? whole(value_of(*options, "rc"), 1) : 1, 5));
}

} // namespace

carrier::carrier(
  options as, telephony::http_sender ask, telephony::clock now, telephony::timer after)
  : options_{std::move(as)}, ask_{std::move(ask)}, now_{std::move(now)}, after_{std::move(after)} {
  if (options_.ledger.empty())
    return;
  recall();
  ledger_.emplace(options_.ledger);
}

/// Calls of a process that crashed go on; what fell due meanwhile nobody was told.
void carrier::recall() {
  telephony::line_file::read(options_.ledger, [&](std::uint64_t, std::string_view line) {
    auto what = telephony::take_word(line);
    auto fields = telephony::decode_form(line);
    auto number = fields ? whole(value_of(*fields, "number"), 0) : 0;
    if (number == 0)
      return;
    auto at = instant{duration{static_cast<std::int64_t>(whole(value_of(*fields, "at"), 0))}};
    if (what == "hung_up" && calls_.contains(number))
      calls_.at(number).hung_up_at = at;
    if (what != "placed")
      return;
    call_order order{
      .to = std::string{value_of(*fields, "to")},
      .from = std::string{value_of(*fields, "from")},
      .status_callback = std::string{value_of(*fields, "callback")},
      .script = std::string{value_of(*fields, "script")}};
    auto it = make_call(number, std::move(order), at);
    ++tries_[it.order.to];
    calls_.insert_or_assign(number, std::move(it));
  });
  for (auto& [number, it] : calls_) {
    while (it.next < it.plan.reports.size()
           && it.placed_at + it.plan.reports[it.next].due <= now_())
      ++it.next;
    if (!it.over(now_()))
      tell_when_due(number);
  }
}

bool carrier::record(std::string_view what, const form& fields) {
  return !ledger_ || ledger_->append(std::string{what} + ' ' + telephony::encode_form(fields));
}

// -- requests ------------------------------------------------------------------

bool carrier::is_authorised(const web_request& what) const {
  auto credentials = telephony::to_base64(options_.account + ':' + options_.auth_token);
  return telephony::equal_in_constant_time(what.authorization, "Basic " + credentials);
}

void carrier::handle(const web_request& what, const on_reply& reply) {
  auto calls = "/2010-04-01/Accounts/" + options_.account + "/Calls";
  if (!is_authorised(what))
    return reply(error(401, 20'003, "Authenticate"));
  auto fields = telephony::decode_form(what.method == "POST" ? what.body : what.query);
  if (!fields)
    return reply(error(400, 20'001, "The request cannot be read."));
  if (what.path == calls + ".json")
    return what.method == "POST" ? place(*fields, reply) : reply(list(*fields));
  auto sid = what.path.starts_with(calls + '/') ? what.path.substr(calls.size() + 1) : "";
  auto found = calls_.find(number_in(sid));
  if (found == calls_.end() || sid != found->second.sid + ".json")
    return reply(error(404, 20'404, "The requested resource was not found."));
  auto& it = found->second;
  reply(
    what.method == "POST" ? change(it, *fields)
                          : as_json(200, describe(it, options_.account, now_())));
}

std::optional<web_reply> carrier::trouble_with(const form& fields) const {
  if (!is_number(value_of(fields, "To")))
    return error(400, 21'211, "The 'To' number is not a valid phone number.");
  if (!is_number(value_of(fields, "From")))
    return error(400, 21'212, "The 'From' number is not a valid phone number.");
  if (value_of(fields, "Twiml").size() > telephony::longest_twiml)
    return error(400, 32'018, "Twiml size exceeded maximum allowed value of 4000 characters.");
  if (value_of(fields, "Twiml").empty() && value_of(fields, "Url").empty())
    return error(400, 21'205, "Url or Twiml is required.");
  auto script = telephony::parse_script(read_order(fields).script);
  if (const auto* why = std::get_if<std::string>(&script))
    return error(400, 21'000, *why);
  return std::nullopt;
}

void carrier::place(const form& fields, const on_reply& reply) {
  telephony::dice dice{options_.fates.seed + 1, key_of(++requests_)};
  bool fails = dice.hits(options_.server_error_rate);
  bool crashes = dice.hits(options_.crash_rate);
  bool afterwards = dice.hits(0.5);
  duration delay = dice.within({0, options_.answer_delay_ms});
  auto say = [this, reply, delay](std::optional<web_reply> it) {
    after_(delay, [reply, it = std::move(it)] { reply(it); });
  };
  if (auto trouble = trouble_with(fields))
    return say(*std::move(trouble));
  if (telephony::held_back(options_.fates, key_of(requests_), now_())) {
    auto busy = error(429, 20'429, "Too many requests.");
    busy.headers.emplace_back("Retry-After", "1");
    return say(std::move(busy));
  }
  if (crashes && !afterwards)
    _exit(crash_status);
  if (fails && !afterwards)
    return say(error(503, 20'503, "Service unavailable."));
  auto* it = admit(read_order(fields));
  if (it == nullptr)
    return say(error(503, 20'503, "The ledger cannot be written."));
  if (crashes)
    _exit(crash_status);
  auto tell = [&](std::string_view word, std::optional<web_reply> answer) {
    after_(delay, [this, reply, word, number = it->number, answer = std::move(answer)] {
      (void)record(word, {{"number", std::to_string(number)}});
      reply(answer);
    });
  };
  if (fails)
    return tell("lost", error(503, 20'503, "Service unavailable."));
  if (it->plan.answer_lost)
    return tell("lost", std::nullopt);
  tell("answered", as_json(201, describe(*it, options_.account, now_())));
}

call carrier::make_call(std::uint64_t number, call_order order, instant created_at) const {
  // The script is for a number's first, second … call.
  auto script =
    std::get<std::vector<telephony::scripted_outcome>>(telephony::parse_script(order.script));
  auto turn = tries_.contains(order.to) ? tries_.at(order.to) : 0;
  if (turn > 0 && !script.empty())
    script.erase(
      script.begin(),
      script.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(turn, script.size() - 1)));
  char sid[40];
  std::snprintf(
    sid,
    sizeof sid,
    "CA%016llx%016llx",
    static_cast<unsigned long long>(telephony::dice{options_.fates.seed, key_of(0)}.roll()),
    static_cast<unsigned long long>(number));
  return {
    .number = number,
    .sid = sid,
    .order = std::move(order),
    .plan = telephony::plan_call(options_.fates, key_of(number), script),
    .created_at = created_at,
    .placed_at = created_at};
}

/// Nothing: it is not on record and must not be placed.
call* carrier::admit(call_order order) {
  auto number = calls_.empty() ? 1 : calls_.rbegin()->first + 1;
  auto now = now_();
  auto it = make_call(number, std::move(order), now);
  if (options_.calls_per_second > 0) {
    it.placed_at = std::max(now, next_slot_);
    next_slot_ = it.placed_at + duration{seconds{1}} / options_.calls_per_second;
  }
  if (!record("placed", written(it)))
    return nullptr;
  ++tries_[it.order.to];
  auto& kept = calls_.insert_or_assign(number, std::move(it)).first->second;
  tell_when_due(number);
  return &kept;
}

web_reply carrier::list(const form& query) const {
  auto now = now_();
  auto lag =
    std::chrono::duration_cast<duration>(std::chrono::duration<double>{options_.list_lag_seconds});
  auto fits = [&](std::string_view name, const std::string& value) {
    auto wanted = value_of(query, name);
    return wanted.empty() || wanted == value;
  };
  auto day = value_of(query, "StartTime>");
  ordered_json found = ordered_json::array();
  for (auto at = calls_.rbegin(); at != calls_.rend() && found.size() < page_size; ++at) {
    const auto& it = at->second;
    auto created = events::to_rfc3339(it.created_at).substr(0, day.size());
    if (
      it.created_at + lag <= now && created >= day && fits("To", it.order.to)
      && fits("From", it.order.from) && fits("Status", it.status(now)))
      found.push_back(describe(it, options_.account, now));
  }
  return as_json(
    200, {{"calls", found}, {"page", 0}, {"page_size", page_size}, {"next_page_uri", nullptr}});
}

/// `Status=canceled` takes a call back that was not answered, `completed` ends any.
web_reply carrier::change(call& it, const form& fields) {
  auto now = now_();
  auto wanted = value_of(fields, "Status");
  if (wanted != "canceled" && wanted != "completed")
    return error(400, 21'218, "Invalid Status.");
  if (it.over(now))
    return error(400, 21'220, "Call is not in-progress. Cannot redirect.");
  if (wanted == "completed" || it.status(now) != "in-progress") {
    it.hung_up_at = now;
    (void)record(
      "hung_up",
      {{"number", std::to_string(it.number)},
       {"at", std::to_string(now.time_since_epoch().count())}});
    tell(it, telephony::call_step::ended);
  }
  return as_json(200, describe(it, options_.account, now));
}

// -- callbacks -----------------------------------------------------------------

void carrier::tell_when_due(std::uint64_t number) {
  const auto& it = calls_.at(number);
  if (it.next == it.plan.reports.size())
    return;
  auto due = it.placed_at + it.plan.reports[it.next].due;
  after_(std::max(due - now_(), duration{}), [this, number] { tell_due(number); });
}

void carrier::tell_due(std::uint64_t number) {
  auto& it = calls_.at(number);
  if (it.hung_up_at || it.next == it.plan.reports.size())
    return;
  auto step = it.plan.reports[it.next++].step;
  bool first_answer = step == telephony::call_step::answered
                      && std::ranges::count(
                           it.plan.reports.begin(),
                           it.plan.reports.begin() + static_cast<std::ptrdiff_t>(it.next),
                           step,
                           &telephony::planned_report::step)
                           == 1;
  tell(it, step);
  if (first_answer && !it.order.answerer_callback.empty())
    tell_answerer(it);
  if (first_answer && !it.order.twiml_url.empty())
    fetch_twiml(it);
  tell_when_due(number);
}

void carrier::tell(const call& it, telephony::call_step step) {
  const auto& url = it.order.status_callback;
  if (!url.empty())
    send(url, status_fields(it, options_.account, step), 1 + retries_wanted(url));
}

void carrier::tell_answerer(const call& it) {
  auto fields = common_fields(it, options_.account, "in-progress");
  bool machine = it.plan.outcome == events::outcome::voicemail;
  fields.emplace_back("AnsweredBy", machine ? "machine_start" : "human");
  after_(until_answerer_is_known, [this, url = it.order.answerer_callback, fields] {
    send(url, fields, 2);
  });
}

void carrier::fetch_twiml(const call& it) {
  send(it.order.twiml_url, common_fields(it, options_.account, "in-progress"), 2);
}

void carrier::send(const std::string& url, const form& fields, unsigned tries) {
  auto target = without_fragment(url);
  http_client::request what{.method = "POST", .url = target, .timeout = callback_timeout};
  what.headers = {
    {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"},
    {"X-Twilio-Signature", telephony::twilio_signature(options_.auth_token, target, fields)}};
  what.body = telephony::encode_form(fields);
  ask_(std::move(what), [this, url, fields, tries](const http_client::result& answer) {
    const auto* it = std::get_if<http_client::response>(&answer);
    bool again = it == nullptr || it->status >= 500;
    if (again && tries > 1)
      after_(between_tries, [=, this] { send(url, fields, tries - 1); });
  });
}

} // namespace ringmaster::fake_carrier
