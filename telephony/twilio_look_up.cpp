// What the carrier says of a call when it is asked.
#include "telephony/twilio_account.hpp"

#include <iterator>
#include <set>
#include <string_view>

namespace ringmaster::telephony {

namespace {

using std::chrono::seconds;

/// The carrier's record of calls runs behind its answers: what it does not know
/// at once it is asked for twice more, within a minute in all.
constexpr seconds until_next_look[] = {seconds{20}, seconds{40}};

} // namespace

void twilio_account::look_up(const call_handle& call, std::function<void(look_up_answer)> answer) {
  auto known = call;
  known.provider_ref = sid_of(call);
  if (!known.provider_ref.empty())
    ask_by_sid(std::move(known), 0, std::move(answer));
  else if (!known.to.empty())
    ask_by_numbers(std::move(known), 0, std::move(answer));
  else
    answer(unclear{"neither the carrier's name for the call nor its number is known"});
}

void twilio_account::ask_by_sid(call_handle call, std::size_t turn, on_look_up answer) {
  auto request = ask_for(parts_.settings, call.provider_ref);
  ask(
    std::move(request),
    [this, call = std::move(call), turn, answer = std::move(answer)](
      const http_client::result& said) {
      const auto* response = std::get_if<http_client::response>(&said);
      if (response != nullptr && response->status == 404)
        return look_again(call, turn, answer);
      std::string why;
      if (auto found = call_in(parts_.settings, said, why))
        return tell(call, *found, answer);
      answer(unclear{why});
    });
}

void twilio_account::ask_by_numbers(call_handle call, std::size_t turn, on_look_up answer) {
  auto request =
    ask_for_calls(parts_.settings, call.to, call.from, call.dialed_at - twilio_clock_skew);
  ask(
    std::move(request),
    [this, call = std::move(call), turn, answer = std::move(answer)](
      const http_client::result& said) {
      std::string why;
      auto calls = calls_in(parts_.settings, said, why);
      if (!calls)
        return answer(unclear{why});
      auto ours = ours_among(*calls, call);
      if (ours.empty())
        return look_again(call, turn, answer);
      if (ours.size() > 1)
        return answer(unclear{"the carrier has more than one call that this may be"});
      tell(call, ours.front(), answer);
    });
}

void twilio_account::look_again(call_handle call, std::size_t turn, on_look_up answer) {
  if (turn == std::size(until_next_look))
    return answer(never_heard_of{});
  parts_.after(
    until_next_look[turn],
    [weak = weak_from_this(), call = std::move(call), turn, answer = std::move(answer)]() mutable {
      auto self = weak.lock();
      if (!self)
        return;
      doorway::visit inside{self->doorway_};
      if (!inside)
        return;
      if (call.provider_ref.empty()) // a callback may have told it meanwhile
        call.provider_ref = self->sid_of(call);
      if (call.provider_ref.empty())
        self->ask_by_numbers(std::move(call), turn + 1, std::move(answer));
      else
        self->ask_by_sid(std::move(call), turn + 1, std::move(answer));
    });
}

/// Those that no other attempt of ours is known to be, and that are young enough.
std::vector<twilio_call>
twilio_account::ours_among(const std::vector<twilio_call>& calls, const call_handle& call) {
  std::set<std::string_view> taken;
  std::lock_guard lock{mutex_};
  for (const auto& [id, other] : live_)
    if (id != call.id)
      taken.insert(other.sid);
  for (const auto& [at, sid_of_other] : ended_)
    taken.insert(sid_of_other);
  std::vector<twilio_call> ours;
  for (const auto& it : calls)
    if (
      !taken.contains(it.sid)
      && it.created.value_or(call.dialed_at) >= call.dialed_at - twilio_clock_skew)
      ours.push_back(it);
  return ours;
}

/// What the callbacks may have failed to tell is told on the way.
void twilio_account::tell(
  const call_handle& asked, const twilio_call& call, const on_look_up& answer) {
  auto now = parts_.now();
  auto ours = live_twilio_call{};
  {
    std::lock_guard lock{mutex_};
    auto found = live_.find(asked.id);
    if (found != live_.end()) {
      found->second.sid = call.sid;
      found->second.left_queue = found->second.left_queue || !is_queued(call);
      found->second.answered = found->second.answered || is_answered(call);
      ours = found->second;
    } else if (is_queued(call)) { // by an earlier process
      ours.sid = call.sid;
      ours.not_after = asked.not_after;
      keep(asked.id, ours);
    }
    if (is_over(call))
      forget(asked.id);
  }
  if (is_over(call)) {
    parts_.news({asked.id, {events::call_initiated{.provider_ref = call.sid, .at = now}}});
    return answer(seen_by_us(ours, end_of(call, call.ended.value_or(now))));
  }
  parts_.news({asked.id, reports_of(call, now)});
  answer(still_up{});
}

} // namespace ringmaster::telephony
