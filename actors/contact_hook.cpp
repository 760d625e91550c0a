// Leave to call, asked of the campaign's pre-dial hook before every dial.
#include "actors/contact_actor.hpp"
#include "actors/shell.hpp"
#include "domain/match.hpp"
#include "domain/schedule.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::actors {

namespace {

constexpr events::duration shortest_rest = domain::hook_rest;

} // namespace

/// Before the intent to call is on record: what is not allowed leaves no attempt
/// behind, and a crash meanwhile nothing at all.
void contact_shell::ask_hook() {
  asking_hook_ = true;
  domain::hook_question question{
    .hook = *job_.brief->settings.pre_dial_hook,
    .call = {job_.key.campaign, job_.key.row, job_.state.attempts + 1},
    .phone_number = job_.row.phone_number,
    .initial_context = initial_context(job_.state.attempts + 1)};
  if (!with_->ask_hook)
    return take(hook_answered{domain::hook_silence{"hook_not_reached"}});
  with_->ask_hook(std::move(question), [me = contact_actor{self_}](domain::hook_answer answer) {
    caf::anon_send(me, hook_answered{std::move(answer)});
  });
}

/// An answer that comes after we have stood back says nothing any more.
void contact_shell::take(const hook_answered& it) {
  if (!std::exchange(asking_hook_, false))
    return;
  auto now = with_->now();
  const auto& settings = job_.brief->settings;
  const auto* silence = std::get_if<domain::hook_silence>(&it.answer);
  self_->send(
    campaign_, hook_heard{job_.key.row, silence ? std::optional{silence->why} : std::nullopt});
  match(
    it.answer,
    [&](const domain::hook_leave&) {
      // It may have taken its time, and what it allowed is allowed in our hours alone.
      if (domain::is_open(settings.schedule, now))
        choose_caller_id();
      else
        report_not_dialled(std::nullopt);
    },
    [&](const domain::hook_denial& no) {
      // Without an interval the hook would be asked again as fast as it answers.
      events::duration rest = std::chrono::minutes{settings.retry.retry_interval_minutes};
      put_off(no.reason, now + no.retry_after.value_or(std::max(rest, shortest_rest)));
    },
    [&](const domain::hook_silence& no) { put_off(no.why, now + domain::hook_rest); });
}

void contact_shell::put_off(std::string reason, events::instant until) {
  auto decision = domain::decide(
    job_.state, domain::put_off_contact{.reason = std::move(reason), .due_at = until});
  append(std::get<domain::contact_facts>(std::move(decision)), {}, [this](const receipt& at) {
    finish_if_over(at);
  });
}

/// Something changes that bears on the dial, or whoever is in line is cancelled:
/// the contact is back in line, and asked about again when its turn comes.
void contact_shell::go_back_in_line() {
  if (std::exchange(asking_hook_, false))
    report_not_dialled(std::nullopt);
}

} // namespace ringmaster::actors
