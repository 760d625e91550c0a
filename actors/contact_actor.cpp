#include "actors/contact_actor.hpp"

#include "actors/hearing.hpp"
#include "actors/shell.hpp"
#include "domain/match.hpp"
#include "domain/prompt.hpp"
#include "domain/retry.hpp"
#include "domain/schedule.hpp"
#include "domain/waiting.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::actors {

namespace {

/// How long a trunk rests when the log has no room for new work.
constexpr auto no_room_rest = std::chrono::seconds{5};
/// Until it is looked again whether somebody is still called by others.
constexpr auto called_rest = std::chrono::minutes{1};

events::call_ended
end_of_call(events::outcome how, std::string cause, std::string code, events::instant at) {
  events::call_ended it;
  it.outcome = how;
  it.cause = std::move(cause);
  it.provider_code = std::move(code);
  it.at = at;
  return it;
}

} // namespace

contact_actor::behavior_type contact_shell::start(
  const environment* with, journal_actor journal, campaign_actor campaign, contact_job job) {
  end_process_on_exception(self_);
  with_ = with;
  journal_ = std::move(journal);
  campaign_ = std::move(campaign);
  job_ = std::move(job);
  spent_before_ = job_.state.attempts_spent();
  if (job_.state.in_flight()) {
    --spent_before_;
    calls_ = job_.row.phone_number;
    caller_id_taken_at_ = job_.state.dialed_at;
  }
  set_out();
  return {
    [this](telephony::call_news& news) { hear(news); },
    [this](const hook_answered& it) { take(it); },
    [this](stand_back) { go_back_in_line(); },
    [this](const placed& it) { take(it.answer); },
    [this](const looked_up& it) { take(it.answer); },
    [this](check_call) { check(); },
    [this](wind_up how) { end(how); },
    [](leave) {},
    [this](const contact_request& it) { return obey(it); },
  };
}

/// The campaign may have sent us more before it knew that the attempt is over.
contact_actor::behavior_type contact_shell::hand_back() {
  return {
    [this](telephony::call_news& news) { self_->send(campaign_, news_too_late{std::move(news)}); },
    [](const hook_answered&) {},
    [](stand_back) {},
    [](const placed&) {},
    [](const looked_up&) {},
    [](check_call) {},
    [](wind_up) {},
    [this](leave) { self_->quit(); },
    [](const contact_request&) -> caf::result<campaign_receipt> {
      return caf::make_error(caf::sec::request_receiver_down);
    },
  };
}

void contact_shell::set_out() {
  const auto& settings = job_.brief->settings;
  dialed_ = job_.state.in_flight();
  if (dialed_)
    look_up();
  else if (settings.pre_dial_hook && job_.state.attempts_spent() < settings.retry.max_attempts)
    ask_hook();
  else
    choose_caller_id();
}

/// The contact sees the number that it saw before, as long as that may be used.
void contact_shell::choose_caller_id() {
  self_
    ->request(
      job_.switchboard,
      caf::infinite,
      caller_id_request{job_.brief->trunk, job_.state.caller_id, job_.row.phone_number})
    // `await`, not `then`: nothing can be said of a call that is not recorded.
    .await(
      [this](const caller_id_found& found) {
        if (found.is_called)
          return put_off(std::string{domain::is_called_cause}, with_->now() + called_rest);
        if (!found.caller_id)
          return report_not_dialled(std::nullopt);
        job_.caller_id = *found.caller_id;
        caller_id_taken_at_ = found.taken_at;
        calls_ = job_.row.phone_number;
        dial();
      },
      [this](const caf::error& why) { self_->quit(why); }); // the engine is stopping
}

void contact_shell::dial() {
  auto now = with_->now();
  auto decision = domain::decide(
    job_.state,
    domain::dial_contact{
      .now = now,
      .max_attempts = job_.brief->settings.retry.max_attempts,
      .trunk = job_.brief->trunk,
      .caller_id = job_.caller_id,
      .give_up_at = now + with_->limits.attempt_deadline});
  const auto* why = std::get_if<domain::refusal>(&decision);
  if (why == nullptr)
    append(std::get<domain::contact_facts>(std::move(decision)), {}, [this](const receipt&) {
      dialed_ = true;
      place_in_turn();
    });
  else if (*why == domain::refusal::attempts_exhausted)
    give_up();
  else
    store::fatal("a campaign picked a contact that may not be dialled", domain::to_string(*why));
}

/// The budget was lowered while the contact waited for a retry.
void contact_shell::give_up() {
  auto decision = domain::decide(
    job_.state, domain::give_up_contact{.max_attempts = job_.brief->settings.retry.max_attempts});
  append(std::get<domain::contact_facts>(std::move(decision)), {}, [this](const receipt& at) {
    finish_if_over(at);
  });
}

void contact_shell::place_in_turn() {
  if (!job_.paced)
    return place();
  // `await`, not `then`: what settles a call must not come before the call.
  self_->request(job_.switchboard, caf::infinite, place_request{job_.brief->trunk})
    .await([this](place_now) {
      place();
      self_->send(job_.switchboard, turn_over{job_.brief->trunk, with_->now()});
    });
}

/// Only now, with the intent on disk, does the carrier hear of it.
void contact_shell::place() {
  auto now = with_->now();
  const auto& schedule = job_.brief->settings.schedule;
  // A disk that took its time must not make us call after hours.
  if (!domain::is_open(schedule, now))
    return hold_back("the window closed", domain::next_open(schedule, now).value_or(now));
  auto context = initial_context(job_.state.attempts);
  auto prompt = domain::fill(job_.brief->prompt, context);
  telephony::call_request request{
    .id = attempt(),
    .to = job_.row.phone_number,
    .from = job_.caller_id,
    .agent = job_.brief->agent,
    .prompt = std::move(prompt),
    .initial_context = std::move(context),
    .not_after = rings_until(now),
    .result_token = with_->result_token ? with_->result_token(attempt()) : std::string{},
  };
  job_.row.values.clear();
  placed_ = true;
  auto counts = job_.counted ? job_.switchboard : switchboard_actor{};
  job_.provider->place(
    std::move(request),
    [me = contact_actor{self_}, counts, trunk = job_.brief->trunk](telephony::place_answer answer) {
      if (counts)
        caf::anon_send(counts, placement_answered{trunk});
      // A carrier that calls by our own name for the call has told us nothing.
      const auto* taken = std::get_if<telephony::accepted>(&answer);
      if (taken == nullptr || !taken->provider_ref.empty())
        caf::anon_send(me, placed{std::move(answer)});
    });
  self_->send(campaign_, contact_settled_in{job_.key.row});
}

void contact_shell::take(const telephony::place_answer& answer) {
  auto now = with_->now();
  match(
    answer,
    [&](const telephony::accepted& it) {
      hear(events::call_initiated{.provider_ref = it.provider_ref, .at = now});
    },
    [&](const telephony::refused& it) {
      if (it.rest > events::duration::zero())
        rest_ = rest_trunk{job_.brief->trunk, it.rest, it.cause};
      hear(end_of_call(events::outcome::failed, it.cause, it.provider_code, now));
    },
    [&](const telephony::not_now& it) {
      rest_ = rest_trunk{job_.brief->trunk, it.retry_after, it.why};
      hold_back(it.why, now + it.retry_after);
    },
    // It may ring. A callback, the carrier's own record or the deadline will tell.
    [](const telephony::unclear&) {});
}

/// Nobody was called, and the contact's budget is as it was.
void contact_shell::hold_back(std::string why, events::instant until) {
  auto decision = domain::decide(
    job_.state,
    domain::hold_back_contact{
      .attempt = job_.state.attempts,
      .why = std::move(why),
      .now = with_->now(),
      .due_at = until,
      .last_call = job_.ending.last_call});
  append(std::get<domain::contact_facts>(std::move(decision)), {}, [this](const receipt& at) {
    finish_if_over(at);
  });
}

/// The carrier's own words about the call that is up.
void contact_shell::hear(events::call_report report) {
  telephony::call_news news{.id = attempt(), .reports = {}};
  news.reports.push_back(std::move(report));
  hear(news);
}

void contact_shell::hear(telephony::call_news& news) {
  forget_if_erased(news.reports, *with_->vault, {job_.list, job_.list_row});
  auto told = std::move(news.receipt);
  auto heard = decide_all(
    job_.state,
    news,
    {.now = with_->now(),
     .settings = &job_.brief->settings,
     .vault = with_->vault,
     .hung_up = job_.ending.hang_up,
     .last_call = job_.ending.last_call});
  if (heard.facts.empty() && told)
    told->settle(true); // nothing new
  append(
    std::move(heard.facts),
    std::move(heard.results),
    [this, told = std::move(told)](const receipt& at) {
      if (told)
        told->settle(true);
      finish_if_over(at);
    });
}

void contact_shell::hear_unknown(std::string cause) {
  hear(end_of_call(events::outcome::unknown, std::move(cause), {}, with_->now()));
}

void contact_shell::look_up() {
  if (job_.provider == nullptr) // it may be up all the same
    return take(telephony::look_up_answer{telephony::unclear{"the trunk can't be used"}});
  job_.provider->look_up(call(), [me = contact_actor{self_}](telephony::look_up_answer answer) {
    caf::anon_send(me, looked_up{std::move(answer)});
  });
}

void contact_shell::take(const telephony::look_up_answer& answer) {
  bool too_late = with_->now() >= job_.state.give_up_at;
  match(
    answer,
    [&](const telephony::never_heard_of&) { hear_unknown("never_heard_of"); },
    [&](const telephony::still_up&) {
      if (!too_late && !job_.ending.hang_up)
        return;
      if (too_late && std::exchange(hung_up_, true))
        return hear_unknown("deadline");
      job_.provider->hang_up(call()); // its end comes as news, or the next check settles it
    },
    [&](const events::call_ended& it) { hear(it); },
    [&](const telephony::unclear&) {
      if (too_late)
        hear_unknown("deadline");
    });
}

void contact_shell::check() {
  if (job_.state.in_flight())
    look_up();
}

/// The end of a call that is hung up comes as news, or a check settles it.
void contact_shell::end(wind_up how) {
  job_.ending.last_call |= how.last_call;
  job_.ending.hang_up |= how.hang_up;
  if (how.hang_up && job_.state.in_flight() && job_.provider != nullptr)
    job_.provider->hang_up(call());
}

/// Of a contact that is being called an operator can only say that it is not
/// called again.
caf::result<campaign_receipt> contact_shell::obey(const contact_request& request) {
  const auto* cancel = std::get_if<domain::order_cancel>(&request.order);
  if (cancel == nullptr)
    return caf::make_error(domain::refusal::attempt_open);
  auto decision = domain::decide(job_.state, domain::cancel_contact{});
  if (const auto* why = std::get_if<domain::refusal>(&decision))
    return caf::make_error(*why);
  auto asker = self_->make_response_promise<campaign_receipt>();
  auto done = [this, asker, hang_up = cancel->hang_up](std::uint64_t position) mutable {
    asker.deliver(
      campaign_receipt{.position = position, .in_flight = job_.state.in_flight() ? 1U : 0U});
    end({.hang_up = hang_up});
  };
  auto facts = std::get<domain::contact_facts>(std::move(decision));
  if (facts.empty())
    done(0);
  else
    append(
      std::move(facts),
      {},
      [this, done](const receipt& at) mutable {
        done(at.last_position);
        finish_if_over(at); // if nobody had called it yet
      },
      request.origin);
  return asker;
}

void contact_shell::append(
  domain::contact_facts facts,
  std::vector<store::vault::result> results,
  std::function<void(const receipt&)> then,
  const origin& by) {
  if (facts.empty())
    return;
  append_request request{
    .what =
      {.stream = stream_of(job_.key),
       .expected_version = job_.version,
       .events = as_events(facts),
       .actor = by.actor,
       .correlation = by.correlation,
       .request = by.request,
       .new_work = !job_.state.in_flight()},
    .results = std::move(results)};
  // `await`, not `then`: the next report must be judged with these facts in.
  self_->request(journal_, caf::infinite, std::move(request))
    .await(
      [this, facts = std::move(facts), then = std::move(then)](const receipt& at) {
        for (const auto& fact : facts) {
          job_.state = domain::evolve(std::move(job_.state), fact);
          if (const auto* named = std::get_if<events::contact_initiated>(&fact))
            job_.provider_ref = named->provider_ref;
        }
        job_.version = at.version;
        then(at);
      },
      [this](const caf::error& why) {
        // Two owners of one contact is a bug: only a start from the log helps.
        if (why == append_refusal::conflict)
          store::fatal("can't record a call", caf::to_string(why));
        if (why == append_refusal::busy)
          report_not_dialled(
            rest_trunk{job_.brief->trunk, no_room_rest, "the log has no room for new work"});
        else
          self_->quit(why); // the engine is stopping
      });
}

void contact_shell::finish_if_over(const receipt& at) {
  if (job_.state.in_flight())
    return;
  self_->send(
    campaign_,
    contact_over{
      .row = job_.key.row,
      .attempt = job_.state.attempts,
      .state = job_.state,
      .version = job_.version,
      .position = at.last_position,
      .called = dialed_,
      .unplaced = job_.counted && !placed_,
      .ended_at = job_.state.ended_at,
      .rest = rest_,
      .caller_id = give_back_caller_id(),
      .to = std::move(calls_)});
  self_->become(hand_back());
}

/// No room for new work, no number for it, or no leave: the contact is as it was, and
/// its turn comes again.
void contact_shell::report_not_dialled(std::optional<rest_trunk> rest) {
  self_->send(
    campaign_,
    contact_over{
      .row = job_.key.row,
      .attempt = job_.state.attempts,
      .state = job_.state,
      .version = job_.version,
      .position = 0,
      .unplaced = job_.counted && !placed_,
      .ended_at = {},
      .rest = rest,
      .caller_id = give_back_caller_id(),
      .to = std::move(calls_)});
  self_->become(hand_back());
}

events::attempt_key contact_shell::attempt() const {
  return {job_.key.campaign, job_.key.row, job_.state.attempts};
}

telephony::call_handle contact_shell::call() const {
  return {
    .id = attempt(),
    .provider_ref = job_.provider_ref,
    .to = job_.row.phone_number,
    .from = job_.caller_id,
    .dialed_at = job_.state.dialed_at,
    .not_after = rings_until(job_.state.dialed_at)};
}

/// What the carrier would not take, and what we took back before it rang, nobody saw.
caller_id_back contact_shell::give_back_caller_id() const {
  return {
    .caller_id = job_.caller_id,
    .taken_at = caller_id_taken_at_,
    .called = job_.state.attempts_spent() > spent_before_};
}

std::map<std::string, std::string> contact_shell::initial_context(std::uint32_t attempt) const {
  std::map<std::string, std::string> context;
  const auto& columns = job_.brief->columns.at(job_.list);
  for (std::size_t i = 0; i < columns.size() && i < job_.row.values.size(); ++i)
    context.emplace(columns[i], job_.row.values[i]);
  context.emplace("phone_number", job_.row.phone_number);
  // The agent hears of calls that came about: what the carrier would not take was none.
  attempt -= std::min(attempt - 1, job_.state.held_back);
  for (auto& [key, value] : domain::retry_context(attempt, last_call_outcome()))
    context.insert_or_assign(key, std::move(value));
  return context;
}

/// How the last attempt ended that came about.
events::outcome contact_shell::last_call_outcome() const {
  if (job_.state.held_back == 0)
    return job_.state.last_outcome;
  auto look = with_->library->look();
  for (auto attempt = job_.state.attempts; attempt > 0; --attempt) {
    auto run = look.run({job_.key.campaign, job_.key.row, attempt});
    if (run && run->outcome && domain::costs_budget(*run->outcome, run->cause))
      return *run->outcome;
  }
  return job_.state.last_outcome;
}

/// A call that was dialled at `at`, and that a carrier has in its queue, must not ring
/// after hours.
events::instant contact_shell::rings_until(events::instant at) const {
  const auto& settings = job_.brief->settings;
  auto until = job_.state.give_up_at;
  if (auto closes = domain::closes_at(settings.schedule, at))
    until = std::min(until, *closes);
  return settings.expires_at ? std::min(until, *settings.expires_at) : until;
}

contact_actor::behavior_type contact(
  contact_actor::stateful_pointer<contact_shell> self,
  const environment* with,
  journal_actor journal,
  campaign_actor campaign,
  contact_job job) {
  return self->state.start(with, std::move(journal), std::move(campaign), std::move(job));
}

} // namespace ringmaster::actors
