#include "tools/fake_carrier/call.hpp"

#include "telephony/mail_date.hpp"

#include <algorithm>
#include <cctype>

namespace ringmaster::fake_carrier {

namespace {

using events::outcome;
using telephony::call_step;
using telephony::to_mail_date;

std::string final_status(const telephony::call_plan& plan) {
  switch (plan.outcome) {
  case outcome::completed:
  case outcome::voicemail: return "completed";
  case outcome::busy: return "busy";
  case outcome::no_answer: return "no-answer";
  default: return "failed";
  }
}

std::string machine_or_human(const call& it) {
  return it.plan.outcome == outcome::voicemail ? "machine_start" : "human";
}

/// "404" of "SIP 404"; empty for what is no SIP code.
std::string sip_code(std::string_view provider_code) {
  constexpr std::string_view begin = "SIP ";
  if (!provider_code.starts_with(begin))
    return {};
  provider_code.remove_prefix(begin.size());
  return std::string{provider_code.substr(0, provider_code.find(' '))};
}

std::uint64_t whole_seconds(duration it) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(it.count(), 0)) / 1'000'000;
}

bool was_answered_before(const call& it, instant at) {
  return it.plan.answered && it.placed_at + *it.plan.answered <= at;
}

nlohmann::ordered_json date_or_null(std::optional<instant> at) {
  return at ? nlohmann::ordered_json(to_mail_date(*at)) : nlohmann::ordered_json(nullptr);
}

} // namespace

std::string call::status(instant now) const {
  if (hung_up_at)
    return was_answered_before(*this, *hung_up_at) ? "completed" : "canceled";
  if (over(now))
    return final_status(plan);
  if (was_answered_before(*this, now))
    return "in-progress";
  return plan.ringing && placed_at + *plan.ringing <= now ? "ringing" : "queued";
}

bool call::over(instant now) const {
  return hung_up_at || placed_at + plan.ended <= now;
}

std::optional<instant> call::ended_at(instant now) const {
  if (hung_up_at)
    return hung_up_at;
  return over(now) ? std::optional{placed_at + plan.ended} : std::nullopt;
}

std::uint64_t call::talk_seconds(instant now) const {
  auto end = ended_at(now).value_or(now);
  return was_answered_before(*this, end) ? whole_seconds(end - placed_at - *plan.answered) : 0;
}

nlohmann::ordered_json describe(const call& it, const std::string& account, instant now) {
  auto path = "/2010-04-01/Accounts/" + account + "/Calls/" + it.sid + ".json";
  bool begun = it.placed_at <= now;
  bool over = it.over(now);
  auto start = begun ? std::optional{it.placed_at} : std::nullopt;
  nlohmann::ordered_json answered_by;
  if (it.order.detects_machines && over && it.talk_seconds(now) > 0)
    answered_by = machine_or_human(it);
  return {
    {"sid", it.sid},
    {"account_sid", account},
    {"to", it.order.to},
    {"from", it.order.from},
    {"status", it.status(now)},
    {"direction", "outbound-api"},
    {"answered_by", answered_by},
    {"date_created", to_mail_date(it.created_at)},
    {"date_updated", to_mail_date(now)},
    {"start_time", date_or_null(start)},
    {"end_time", date_or_null(it.ended_at(now))},
    {"duration",
     over ? nlohmann::ordered_json(std::to_string(it.talk_seconds(now)))
          : nlohmann::ordered_json(nullptr)},
    {"queue_time", std::to_string((it.placed_at - it.created_at).count() / 1'000)},
    {"price", nullptr},
    {"api_version", "2010-04-01"},
    {"uri", path}};
}

telephony::form
common_fields(const call& it, const std::string& account, const std::string& status) {
  return {
    {"CallSid", it.sid},
    {"AccountSid", account},
    {"From", it.order.from},
    {"To", it.order.to},
    {"CallStatus", status},
    {"ApiVersion", "2010-04-01"},
    {"Direction", "outbound-api"}};
}

telephony::form status_fields(const call& it, const std::string& account, call_step step) {
  auto at = it.placed_at;
  std::string status = "initiated";
  if (step == call_step::ringing) {
    at += it.plan.ringing.value_or(duration{});
    status = "ringing";
  } else if (step == call_step::answered) {
    at += it.plan.answered.value_or(duration{});
    status = "in-progress";
  } else if (step == call_step::ended) {
    at = it.hung_up_at.value_or(it.placed_at + it.plan.ended);
    status = it.status(at);
  }
  auto fields = common_fields(it, account, status);
  fields.emplace_back("CallbackSource", "call-progress-events");
  fields.emplace_back("SequenceNumber", std::to_string(static_cast<int>(step)));
  fields.emplace_back("Timestamp", to_mail_date(at));
  bool answered = was_answered_before(it, at);
  if (it.order.detects_machines && answered && it.order.answerer_callback.empty())
    fields.emplace_back("AnsweredBy", machine_or_human(it));
  if (step != call_step::ended)
    return fields;
  auto talked = it.talk_seconds(at);
  fields.emplace_back("CallDuration", std::to_string(talked));
  fields.emplace_back("Duration", std::to_string((talked + 59) / 60));
  auto code = it.hung_up_at ? "487" : answered ? "200" : sip_code(it.plan.provider_code);
  if (!code.empty())
    fields.emplace_back("SipResponseCode", answered ? "200" : code);
  return fields;
}

} // namespace ringmaster::fake_carrier
