// What the carrier tells us without being asked.
#include "telephony/callback_token.hpp"
#include "telephony/mail_date.hpp"
#include "telephony/twilio_account.hpp"
#include "telephony/twiml.hpp"

#include <utility>

namespace ringmaster::telephony {

using events::attempt_key;

namespace {

/// Of a call that was placed by an earlier process: after so long nobody asks for it.
constexpr std::chrono::hours longest_memory{2};

} // namespace

std::string twilio_account::address(std::string_view token) const {
  return (parts_.public_base_url + std::string{twilio_callbacks}).append(token);
}

void twilio_account::receive(const callback& what, std::function<void(callback_reply)> answer) {
  auto of = read_callback_token(parts_.callback_key, what.token);
  auto url = address(what.token) + (what.query.empty() ? "" : "?" + what.query);
  if (
    !of || of->trunk != parts_.trunk
    || !is_from_carrier(parts_.settings, parts_.secrets, url, what, parts_.now()))
    return answer({.status = 403});
  auto query = decode_form(what.query);
  auto said = decode_form(what.body);
  if (!query || !said || !parts_.settings.flavour->is_call_id(value_of(*said, "CallSid")))
    return answer({.status = 400});
  auto about = value_of(*query, "about");
  if (about == "agent")
    return answer(twiml_of(of->attempt, std::string{value_of(*said, "CallSid")}));
  if (about == "answerer")
    return hear_answerer(of->attempt, *said, std::move(answer));
  hear_status(of->attempt, *said, std::move(answer));
}

/// It can't be made again: the contact's columns and prompt are not ours to look up.
/// Whoever answered hears nothing but that we hang up.
callback_reply twilio_account::twiml_of(const attempt_key& id, const std::string& sid) {
  std::lock_guard lock{mutex_};
  if (!live_.contains(id)) {
    live_twilio_call call;
    call.sid = sid;
    call.not_after = parts_.now() + longest_memory;
    keep(id, std::move(call));
  }
  auto& call = live_.at(id);
  call.left_queue = call.answered = true;
  call.cut_short = call.twiml.empty();
  return {
    .status = 200,
    .content_type = "text/xml",
    .body = call.cut_short ? hang_up_twiml() : call.twiml};
}

void twilio_account::hear_status(
  const attempt_key& id, const form& said, std::function<void(callback_reply)> answer) {
  auto call = call_told_by(said);
  auto at = parse_mail_date(value_of(said, "Timestamp")).value_or(parts_.now());
  auto reports = reports_of(call, at);
  bool end_it = false;
  {
    std::lock_guard lock{mutex_};
    if (auto found = live_.find(id); found != live_.end()) {
      auto& known = found->second;
      known.sid = call.sid;
      known.left_queue = known.left_queue || !is_queued(call);
      known.answered = known.answered || is_answered(call);
      end_it = !is_over(call) && std::exchange(known.hang_up, false);
      if (auto* end = std::get_if<events::call_ended>(&reports.back()))
        *end = seen_by_us(known, std::move(*end));
    }
    if (is_over(call))
      forget(id);
  }
  pass_on(id, std::move(reports), std::move(answer));
  if (end_it)
    end_call(call.sid);
}

/// Who answered, found out while the agent talks already.
void twilio_account::hear_answerer(
  const attempt_key& id, const form& said, std::function<void(callback_reply)> answer) {
  events::call_verdict verdict;
  verdict.answered_by = answerer_named(value_of(said, "AnsweredBy"));
  verdict.at = parts_.now();
  bool by_machine = verdict.answered_by == events::answerer::machine
                    || verdict.answered_by == events::answerer::fax;
  if (by_machine)
    verdict.outcome = events::outcome::voicemail;
  if (verdict.answered_by == events::answerer::unknown)
    return answer({});
  pass_on(id, {std::move(verdict)}, std::move(answer));
}

void twilio_account::pass_on(
  const attempt_key& id,
  std::vector<events::call_report> reports,
  std::function<void(callback_reply)> answer) {
  auto receipt = std::make_shared<news_receipt>(
    [answer = std::move(answer)](bool recorded) { answer({.status = recorded ? 204U : 503U}); });
  parts_.news({id, std::move(reports), std::move(receipt)});
}

} // namespace ringmaster::telephony
