#include "tools/replay/story.hpp"

#include "domain/held_back.hpp"
#include "domain/match.hpp"
#include "domain/retry.hpp"
#include "domain/schedule.hpp"
#include "domain/waiting.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace ringmaster::replay {

namespace {

using domain::wait_reason;
using events::instant;

/// More stretches of waiting than this are told in sum.
constexpr std::size_t most_spans = 8;

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::string words(std::string_view name) {
  std::string text{name};
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string plural(std::uint64_t count, const std::string& what) {
  return number(count) + ' ' + what + (count == 1 ? "" : "s");
}

std::string length_text(events::duration it) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(it).count();
  char text[64];
  if (seconds < 60)
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(it.count()) / 1e6);
  else if (seconds < 3'600)
    std::snprintf(text, sizeof text, "%lld min %02lld s", seconds / 60LL, seconds % 60LL);
  else
    std::snprintf(text, sizeof text, "%lld h %02lld min", seconds / 3'600LL, seconds / 60 % 60LL);
  return text;
}

std::string minute_text(std::uint32_t minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02u:%02u", minute / 60, minute % 60);
  return text;
}

std::string windows_text(const events::schedule& of) {
  static constexpr const char* days[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  if (of.windows.empty())
    return "at any hour";
  std::string text;
  for (std::size_t i = 0; i < of.windows.size(); ++i) {
    const auto& it = of.windows[i];
    text += text.empty() ? "" : " ";
    text += days[static_cast<unsigned>(it.day) % 8];
    bool same_hours = i + 1 < of.windows.size() && of.windows[i + 1].start_minute == it.start_minute
                      && of.windows[i + 1].end_minute == it.end_minute;
    if (!same_hours)
      text += ' ' + minute_text(it.start_minute) + '-' + minute_text(it.end_minute);
  }
  return text + ' ' + of.timezone;
}

std::string policy_text(const events::campaign_settings& it) {
  return "It calls " + windows_text(it.schedule) + ", at most " + number(it.concurrency)
         + " at once, each contact up to " + plural(it.retry.max_attempts, "time") + '.';
}

std::string trip_text(const events::breaker_trip& it) {
  return "The circuit breaker paused the campaign: " + number(it.failures) + " of "
         + number(it.calls) + " calls in " + number(it.window_seconds) + " s had failed, more than "
         + number(it.threshold_percent) + " %.";
}

/// Tells one contact's story event by event, with what the rules made of it then.
class teller {
public:
  teller(const contact_history& history, std::uint32_t row) : history_{history}, row_{row} {}

  std::vector<story_step> tell();

private:
  using lines = std::vector<std::string>;

  void tell(const events::envelope& it);
  [[nodiscard]] bool is_over() const { return contact_.phase == domain::contact_phase::finished; }

  [[nodiscard]] lines
  campaign_lines(const events::envelope& it, const events::campaign_event& event) const;
  [[nodiscard]] lines
  edit_lines(const std::string& who, const events::campaign_settings& now) const;
  [[nodiscard]] lines contact_lines(const events::contact_event& event) const;
  [[nodiscard]] lines dial_lines(const events::contact_dialed& it) const;
  [[nodiscard]] static lines end_lines(const events::contact_attempt_ended& it);
  [[nodiscard]] static lines verdict_lines(const events::contact_call_judged& it);
  [[nodiscard]] lines retry_lines(const events::contact_retry_scheduled& it) const;
  [[nodiscard]] lines finish_lines(const events::contact_finished& it) const;
  [[nodiscard]] lines standing() const;
  void add_waiting(lines& to, instant ready, instant then) const;
  [[nodiscard]] std::string span_text(const domain::held_span& it) const;

  [[nodiscard]] std::string local(instant at) const {
    return domain::local_text(campaign_.settings.schedule, at);
  }
  /// Since when the contact could have been dialled, but for the rules.
  [[nodiscard]] instant ready_since(instant due_at) const {
    return due_at == instant{} ? started_at_ : due_at;
  }

  const contact_history& history_;
  std::uint32_t row_;
  domain::campaign campaign_;
  domain::contact contact_;
  instant started_at_{};
  std::vector<domain::campaign_since> since_;
  std::vector<story_step> steps_;
};

std::string teller::span_text(const domain::held_span& it) const {
  auto length = length_text(it.until - it.from);
  std::string from_until = "For " + length + ' ';
  if (it.until - it.from >= std::chrono::minutes{1})
    from_until = "From " + local(it.from) + " until " + local(it.until) + " (" + length + ") ";
  switch (it.reason) {
  case wait_reason::none: return from_until + "it was in line for a free line.";
  case wait_reason::waiting_for_window: return from_until + "no calling window was open.";
  case wait_reason::campaign_paused: return from_until + "the campaign was paused.";
  case wait_reason::campaign_draft: return from_until + "the campaign was not started.";
  case wait_reason::waiting_for_start: return from_until + "the campaign's time had not come.";
  case wait_reason::campaign_over: return from_until + "the campaign was over.";
  case wait_reason::waiting_for_retry:
  case wait_reason::waiting_for_call_at:
  case wait_reason::waiting_for_other:
  case wait_reason::waiting_for_hook:
  case wait_reason::in_flight:
  case wait_reason::contact_finished: break;
  }
  return from_until + words(domain::to_string(it.reason)) + '.';
}

void teller::add_waiting(lines& to, instant ready, instant then) const {
  auto spans = domain::held_back(since_, ready, then);
  std::size_t told = 0;
  events::duration rest{};
  for (const auto& it : spans) {
    if (told < most_spans) {
      to.push_back(span_text(it));
      ++told;
    } else {
      rest += it.until - it.from;
    }
  }
  if (rest > events::duration{})
    to.push_back(
      "So it went on " + plural(spans.size() - told, "more time") + ", " + length_text(rest)
      + " in all.");
}

teller::lines teller::dial_lines(const events::contact_dialed& it) const {
  lines to{
    "Attempt " + number(it.attempt) + " was dialled over trunk " + to_string(it.trunk)
    + (it.caller_id.empty() ? " without a caller id" : " with caller id " + it.caller_id) + '.'};
  auto ready = ready_since(it.due_at);
  auto order = it.due_at == instant{} ? "It was the next of the list that nobody had called"
                                      : "It had been due since " + local(it.due_at);
  if (contact_.attempts > 0 && it.due_at == instant{})
    order = "The attempt before it had ended";
  auto closes = domain::closes_at(campaign_.settings.schedule, it.at);
  to.push_back(
    order + "; the campaign was running"
    + (closes ? ", and the calling window was open until " + local(*closes) + '.' : "."));
  add_waiting(to, ready, it.at);
  return to;
}

teller::lines teller::end_lines(const events::contact_attempt_ended& it) {
  auto text = "Attempt " + number(it.attempt) + " ended: " + words(to_string(it.outcome));
  if (!it.cause.empty())
    text += " (" + words(it.cause) + ')';
  if (!it.provider_code.empty())
    text += ", the carrier said \"" + it.provider_code + '"';
  if (it.talk_time_ms > 0)
    text += ", after " + length_text(std::chrono::milliseconds{it.talk_time_ms}) + " of talk";
  if (it.answered_by != events::answerer::unknown)
    text += ", answered by a " + std::string{to_string(it.answered_by)};
  lines to{text + '.'};
  if (it.has_result)
    to.emplace_back("What was said was put into the vault.");
  return to;
}

teller::lines teller::verdict_lines(const events::contact_call_judged& it) {
  std::string text = it.by == events::judge::agent ? "The agent" : "The carrier";
  text += " says of attempt " + number(it.attempt) + ':';
  if (it.outcome)
    text += ' ' + words(to_string(*it.outcome)) + ',';
  if (!it.provider_code.empty())
    text += " \"" + it.provider_code + "\",";
  if (it.answered_by != events::answerer::unknown)
    text += " answered by a " + std::string{to_string(it.answered_by)} + ',';
  if (!it.call_disposition.empty())
    text += " \"" + it.call_disposition + "\",";
  if (it.has_result)
    text += " what was said was put into the vault,";
  text.back() = '.';
  lines to{std::move(text)};
  if (it.opted_out)
    to.emplace_back("The person asked not to be called again.");
  return to;
}

/// When the policy alone, without the windows, would have it called again.
teller::lines teller::retry_lines(const events::contact_retry_scheduled& it) const {
  const auto& settings = campaign_.settings;
  auto wanted = domain::next_try(
    settings.retry, {}, contact_.attempts_spent(), contact_.last_outcome, contact_.ended_at);
  if (contact_.held_back > 0 && contact_.last_outcome == events::outcome::cancelled)
    return {
      "It came to nothing by no doing of the contact. It costs no attempt and falls due again "
      + local(it.due_at) + '.'};
  auto text = "After " + words(to_string(contact_.last_outcome)) + " it is tried again: attempt "
              + number(it.next_attempt) + " of " + number(settings.retry.max_attempts)
              + " falls due " + local(it.due_at);
  if (!wanted || it.due_at <= *wanted)
    return {text + ", " + length_text(it.due_at - contact_.ended_at) + " later."};
  return {
    text + ".",
    "The policy says " + local(*wanted)
      + "; no calling window is open then, so it waits for the next."};
}

teller::lines teller::finish_lines(const events::contact_finished& it) const {
  auto text = "The contact is done: " + std::string{to_string(it.disposition)} + '.';
  if (it.disposition != events::disposition::failed || contact_.attempts == 0)
    return {text};
  auto budget = campaign_.settings.retry.max_attempts;
  if (contact_.attempts_spent() >= budget)
    return {text, "All " + plural(budget, "attempt") + " of its budget were used up."};
  return {text, "After " + words(to_string(contact_.last_outcome)) + " nothing is tried again."};
}

teller::lines teller::contact_lines(const events::contact_event& event) const {
  return match(
    event,
    [&](const events::contact_dialed& it) { return dial_lines(it); },
    [](const events::contact_initiated& it) {
      return lines{"The carrier took the call as " + it.provider_ref + '.'};
    },
    [](const events::contact_ringing&) { return lines{"It rang."}; },
    [](const events::contact_answered&) { return lines{"The call was answered."}; },
    [](const events::contact_attempt_ended& it) { return end_lines(it); },
    [](const events::contact_call_judged& it) { return verdict_lines(it); },
    [&](const events::contact_retry_scheduled& it) { return retry_lines(it); },
    [](const events::contact_put_first&) { return lines{"It was put first in line."}; },
    [&](const events::contact_call_at_set& it) {
      return lines{"Its next call was set for " + local(it.due_at) + '.'};
    },
    [&](const events::contact_put_off& it) {
      if (it.reason == domain::is_called_cause)
        return lines{
          "Another call to the number was up. It is looked again " + local(it.due_at) + '.'};
      return lines{
        "The pre-dial hook gave no leave to call: " + it.reason + ". It is asked again "
        + local(it.due_at) + '.'};
    },
    [](const events::contact_withdrawn&) {
      return lines{"It was cancelled during the call, which was its last."};
    },
    [&](const events::contact_finished& it) { return finish_lines(it); });
}

teller::lines
teller::edit_lines(const std::string& who, const events::campaign_settings& now) const {
  const auto& before = campaign_.settings;
  std::string what;
  auto note = [&](bool changed, const std::string& name) {
    if (changed)
      what += (what.empty() ? "" : ", ") + name;
  };
  note(before.name != now.name, "the name");
  note(
    before.concurrency != now.concurrency,
    "the calls at once from " + number(before.concurrency) + " to " + number(now.concurrency));
  note(before.line_weight != now.line_weight, "its share of the trunk's lines");
  note(before.ramp_up_seconds != now.ramp_up_seconds, "how slowly it starts");
  note(before.schedule != now.schedule, "the calling windows");
  note(before.retry != now.retry, "what is tried again");
  note(before.breaker != now.breaker, "the circuit breaker");
  note(before.not_before != now.not_before, "when it begins");
  note(before.expires_at != now.expires_at, "when it expires");
  note(before.pre_dial_hook != now.pre_dial_hook, "the pre-dial hook");
  return {who + " changed " + (what.empty() ? "nothing" : what) + '.', policy_text(now)};
}

teller::lines
teller::campaign_lines(const events::envelope& it, const events::campaign_event& event) const {
  const auto& who = it.actor;
  return match(
    event,
    [&](const events::campaign_created& as) {
      return lines{
        who + " created the campaign \"" + as.settings.name + "\" with "
          + plural(as.contacts, "contact") + '.',
        policy_text(as.settings)};
    },
    [&](const events::campaign_edited& as) { return edit_lines(who, as.settings); },
    [&](const events::campaign_started&) { return lines{who + " started the campaign."}; },
    [&](const events::campaign_paused& as) {
      if (const auto* trip = std::get_if<events::breaker_trip>(&as.why))
        return lines{trip_text(*trip)};
      if (std::holds_alternative<events::log_was_restored>(as.why))
        return lines{"The log was restored from a backup, and the campaign paused."};
      if (const auto* silence = std::get_if<events::hook_failed>(&as.why))
        return lines{
          "The pre-dial hook failed " + plural(silence->failures, "time") + " in a row ("
          + silence->reason + "), and the campaign paused."};
      return lines{who + " paused the campaign."};
    },
    [&](const events::campaign_resumed&) { return lines{who + " resumed the campaign."}; },
    [](const events::campaign_completed&) {
      return lines{"The campaign was completed: nobody was left to call."};
    },
    [](const events::campaign_failed& as) { return lines{"The campaign failed: " + as.reason}; },
    [&](const events::campaign_cancelled&) {
      return lines{who + " cancelled the campaign, and with it whoever was in line."};
    },
    [&](const events::campaign_contacts_added& as) {
      return lines{
        who + " added " + plural(as.contacts, "contact")
        + (as.next ? ", to be called next." : ", behind those who were there.")};
    },
    [](const events::campaign_expired&) {
      return lines{"The campaign's time was up, and whoever was in line was cancelled with it."};
    },
    [&](const events::campaign_redialed& as) {
      return lines{who + " had campaign " + to_string(as.as) + " call those it did not reach."};
    },
    [&](const events::campaign_archived&) { return lines{who + " archived the campaign."}; },
    [&](const events::campaign_unarchived&) {
      return lines{who + " brought the campaign back from the archive."};
    },
    [&](const events::campaign_hang_up_ordered&) {
      return lines{who + " had the calls that were up hung up."};
    },
    [&](const events::campaign_deleted&) { return lines{who + " deleted the draft."}; });
}

void teller::tell(const events::envelope& it) {
  std::visit(
    [&](const auto& event) {
      using Event = std::remove_cvref_t<decltype(event)>;
      if constexpr (std::is_constructible_v<events::campaign_event, const Event&>) {
        // What the campaign did after the contact was done is not its story.
        if (!is_over())
          steps_.push_back({it.position, it.recorded_at, campaign_lines(it, event)});
        campaign_ = domain::evolve(std::move(campaign_), event);
        since_.push_back({it.recorded_at, campaign_});
        if constexpr (std::is_same_v<Event, events::campaign_started>)
          started_at_ = it.recorded_at;
      } else if constexpr (std::is_constructible_v<events::contact_event, const Event&>) {
        steps_.push_back({it.position, it.recorded_at, contact_lines(event)});
        contact_ = domain::evolve(std::move(contact_), event);
      }
    },
    it.event);
}

teller::lines teller::standing() const {
  lines to;
  if (contact_.phase == domain::contact_phase::untouched)
    to.emplace_back("It was never dialled.");
  if (contact_.in_flight())
    to.emplace_back("It is being called.");
  auto ready = ready_since(contact_.due_at);
  bool waits = contact_.phase == domain::contact_phase::untouched
               || contact_.phase == domain::contact_phase::waiting;
  if (waits && ready != instant{} && ready < history_.as_of)
    add_waiting(to, ready, history_.as_of);
  auto wait = domain::judge(campaign_, contact_, history_.as_of);
  auto until = wait.until ? " until " + local(*wait.until) : std::string{};
  if (waits && wait.reason == wait_reason::none)
    to.emplace_back("It is in line for a free line.");
  else if (waits)
    to.push_back("What holds it back now: " + words(domain::to_string(wait.reason)) + until + '.');
  return to;
}

std::vector<story_step> teller::tell() {
  auto campaign = history_.campaign.begin();
  for (const auto& it : history_.contact) {
    for (; campaign != history_.campaign.end() && campaign->position < it.position; ++campaign)
      tell(*campaign);
    tell(it);
  }
  for (; campaign != history_.campaign.end(); ++campaign)
    tell(*campaign);
  if (row_ == 0 || row_ > campaign_.contacts)
    return {};
  if (!is_over())
    steps_.push_back({0, history_.as_of, standing()});
  return std::move(steps_);
}

} // namespace

std::vector<story_step> tell(const contact_history& history, std::uint32_t row) {
  return teller{history, row}.tell();
}

} // namespace ringmaster::replay
