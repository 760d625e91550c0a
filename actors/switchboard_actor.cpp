#include "actors/switchboard_actor.hpp"

#include "actors/shell.hpp"
#include "domain/campaign_rows.hpp"
#include "domain/retry.hpp"
#include "projections/each_campaign.hpp"

#include <chrono>
#include <map>
#include <utility>

namespace ringmaster::actors {

switchboard_actor::behavior_type
switchboard_shell::start(const environment* with, telephony::news_sink news) {
  end_process_on_exception(self_);
  with_ = with;
  news_ = std::move(news);
  started_at_ = with_->now();
  adopt_called();
  self_->set_exit_handler([this](caf::exit_msg& told) { stop(std::move(told.reason)); });
  return {
    [this](const want_lines& what) { want(what); },
    [this](const rest_trunk& what) { rest(what); },
    [this](const provider_request& what) { return find_provider(what.trunk); },
    [this](const caller_id_request& what) { return choose(what); },
    [this](const place_request& what) { return wait_for_turn(what); },
    [this](const call_over& what) {
      if (auto called = called_.find(what.to); called != called_.end())
        called_.erase(called);
    },
    [this](const turn_over& what) { count(what); },
    [this](const placement_answered& what) { count(what); },
    [this](const hold_trunk& what) { return hold(what); },
    [this](const release_trunk& what) { release(what); },
    [this](const line_report_request& what) { return report(what); },
    [this](const share_lines& what) { look_again(what); },
  };
}

void switchboard_shell::want(const want_lines& what) {
  auto known = trunks_.find(what.trunk);
  if (known == trunks_.end() || !known->second.lines.knows(what.campaign)) {
    std::string why;
    if (find(what.trunk, why) == nullptr) {
      caf::anon_send(what.who, trunk_gone{std::move(why)});
      return;
    }
    known = trunks_.find(what.trunk);
  }
  auto& of = known->second;
  of.customers[what.campaign] = what.who;
  of.lines.want(what.campaign, what.lines, what.weight);
  of.lines.take_back(what.campaign, what.returned);
  of.lines.note_placed(what.unplaced);
  for (const auto& it : what.caller_ids) {
    of.lines.numbers().give_back(it.caller_id);
    if (!it.called)
      of.lines.numbers().discount(it.caller_id, it.taken_at);
  }
  if (!of.lines.knows(what.campaign))
    of.customers.erase(what.campaign);
  share(of);
}

void switchboard_shell::rest(const rest_trunk& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end())
    return;
  found->second.lines.rest(what.asked, with_->now());
  found->second.rests_because = what.why;
}

provider_found switchboard_shell::find_provider(events::trunk_id id) {
  std::string why;
  auto* of = find(id, why);
  return {of == nullptr ? nullptr : of->provider};
}

/// A provider that is made anew for other settings would know nothing of the calls
/// that the old one placed: its port, its token, its signatures.
caf::result<trunk_held> switchboard_shell::hold(const hold_trunk& what) {
  auto found = trunks_.find(what.trunk);
  if (what.if_idle && found != trunks_.end() && found->second.lines.in_use() > 0)
    return caf::make_error(domain::refusal::trunk_has_calls);
  held_.insert(what.trunk);
  return trunk_held{};
}

void switchboard_shell::release(const release_trunk& what) {
  held_.erase(what.trunk);
  auto found = trunks_.find(what.trunk);
  auto view = with_->library->look().trunk(what.trunk);
  if (found == trunks_.end() || !view)
    return;
  auto& of = found->second;
  bool other_provider = what.other_secrets || view->trunk.settings != of.plan.settings;
  of.plan = std::move(view->trunk);
  of.lines.change(of.plan.channels, of.plan.rate, with_->now());
  of.lines.numbers().change(of.plan.caller_ids, of.plan.caller_id_limits);
  count_earlier_dials(of);
  of.placing.change(of.plan.rate, with_->now());
  auto why = other_provider ? make_provider(of) : std::string{};
  if (why.empty()) {
    give_turns(of);
    return share(of);
  }
  for (const auto& [campaign, who] : of.customers)
    caf::anon_send(who, trunk_gone{why});
  forgotten_at_[what.trunk] = with_->now();
  trunks_.erase(found);
}

domain::line_report switchboard_shell::report(const line_report_request& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end())
    return {};
  auto it = found->second.lines.report(with_->now());
  if (it.why == domain::shortage::resting)
    it.rests_because = found->second.rests_because;
  return it;
}

void switchboard_shell::look_again(const share_lines& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end() || found->second.looks_again_at != what.at)
    return; // a nearer one was set since
  auto& of = found->second;
  of.looks_again_at.reset();
  give_turns(of);
  share(of);
}

void switchboard_shell::share(trunk& of) {
  if (held_.contains(of.plan.trunk))
    return;
  auto now = with_->now();
  for (const auto& it : of.lines.share(now))
    grant(of, it);
  if (auto until = of.lines.held(now).until; until && of.lines.anybody_waits())
    look_again(of, *until);
}

void switchboard_shell::grant(trunk& of, const domain::line_pool::grant& what) {
  caf::anon_send(
    of.customers.at(what.to),
    lines_granted{
      .lines = what.lines,
      .provider = of.provider,
      .paced = of.placing.is_limited(),
      .counted = of.provider->most_placing().has_value()});
}

caller_id_found switchboard_shell::choose(const caller_id_request& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end()) // the provider could not be made anew
    return {};
  if (called_.contains(what.to))
    return {.caller_id = std::nullopt, .is_called = true, .taken_at = {}};
  auto now = with_->now();
  auto chosen = found->second.lines.numbers().take(what.usual, now);
  if (chosen)
    called_.insert(what.to);
  return {.caller_id = std::move(chosen), .is_called = false, .taken_at = now};
}

/// Whom calls of an earlier process may be ringing.
void switchboard_shell::adopt_called() {
  auto look = with_->library->look();
  projections::each_campaign(look, [&](const auto& each) {
    if (each.progress.in_flight == 0)
      return;
    for (auto row : look.open_contacts(each.state.id)) {
      auto place = domain::place_of(each.state, row);
      if (auto who = with_->vault->row(place.list, place.row))
        called_.insert(who->phone_number);
    }
  });
}

/// Calls of an earlier process, to be settled by their campaigns, hold their lines
/// and numbers until then.
void switchboard_shell::adopt_open_calls(trunk& of) {
  std::map<events::campaign_id, std::uint32_t> lines;
  for (const auto& each : with_->library->look().open_calls(of.plan.trunk)) {
    ++lines[each.key.campaign];
    of.lines.numbers().adopt(each.state.caller_id);
  }
  for (const auto& [campaign, count] : lines)
    of.lines.adopt(campaign, count);
}

/// The log knows what was dialled today by an earlier process, or before the trunk
/// was made anew; of what is dialled since we keep count.
void switchboard_shell::count_earlier_dials(trunk& of) {
  auto& numbers = of.lines.numbers();
  if (!numbers.counts_days() || std::exchange(of.knows_earlier_dials, true))
    return;
  auto midnight = std::chrono::floor<std::chrono::days>(with_->now());
  std::unordered_map<events::stream_id, events::contact_dialed> up;
  with_->journal->read(with_->journal->first_at_or_after(midnight), [&](events::envelope&& it) {
    if (it.position > of.made_behind)
      return false;
    if (const auto* dialed = std::get_if<events::contact_dialed>(&it.event)) {
      if (dialed->trunk != of.plan.trunk || dialed->at < midnight)
        return true;
      numbers.count_dial(dialed->caller_id, dialed->at);
      up.insert_or_assign(it.stream, *dialed);
    } else if (const auto* end = std::get_if<events::contact_attempt_ended>(&it.event)) {
      auto call = up.extract(it.stream);
      if (call && !domain::costs_budget(end->outcome, end->cause))
        numbers.discount(call.mapped().caller_id, call.mapped().at);
    }
    return true;
  });
}

caf::result<place_now> switchboard_shell::wait_for_turn(const place_request& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end())
    return place_now{};
  auto turn = self_->make_response_promise<place_now>();
  found->second.turns.push_back(turn);
  give_turns(found->second);
  return turn;
}

void switchboard_shell::give_turns(trunk& of) {
  auto now = with_->now();
  while (!of.turns.empty()) {
    if (auto until = of.placing.held_until(now))
      return look_again(of, *until);
    of.placing.begin_dial();
    of.turns.front().deliver(place_now{});
    of.turns.pop_front();
  }
}

void switchboard_shell::count(const turn_over& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end())
    return;
  found->second.placing.end_dial(what.left);
  give_turns(found->second);
}

void switchboard_shell::count(const placement_answered& what) {
  auto found = trunks_.find(what.trunk);
  if (found == trunks_.end())
    return; // made anew, or gone, since the call was placed
  found->second.lines.note_placed(1);
  share(found->second);
}

/// Whoever waits for a turn could not leave either.
void switchboard_shell::stop(caf::error why) {
  for (auto& [id, of] : trunks_)
    for (auto& turn : std::exchange(of.turns, {}))
      turn.deliver(why);
  self_->quit(std::move(why));
}

void switchboard_shell::look_again(trunk& of, events::instant at) {
  if (of.looks_again_at && *of.looks_again_at <= at)
    return;
  of.looks_again_at = at;
  self_->delayed_send(self_, with_->real_time(at - with_->now()), share_lines{of.plan.trunk, at});
}

switchboard_shell::trunk* switchboard_shell::find(events::trunk_id id, std::string& why) {
  auto view = with_->library->look().trunk(id);
  if (!view || view->removed) {
    why = "the trunk is gone";
    return nullptr;
  }
  auto found = trunks_.find(id);
  if (found != trunks_.end())
    return &found->second;
  auto forgotten = forgotten_at_.find(id);
  auto known_since = forgotten == forgotten_at_.end() ? started_at_ : forgotten->second;
  trunk fresh{std::move(view->trunk), known_since, with_->journal->head().position};
  adopt_open_calls(fresh);
  count_earlier_dials(fresh);
  why = make_provider(fresh);
  return why.empty() ? &trunks_.emplace(id, std::move(fresh)).first->second : nullptr;
}

/// Why the trunk can't be used, if so. The old provider is gone before the new one
/// is there: there may be one port for both.
std::string switchboard_shell::make_provider(trunk& of) {
  of.provider.reset();
  auto made = with_->make_provider(of.plan, news_);
  if (auto* trouble = std::get_if<std::string>(&made))
    return "the trunk can't be used: " + *trouble;
  of.provider = std::get<std::unique_ptr<telephony::provider>>(std::move(made));
  if (auto most = of.provider->most_placing())
    of.lines.limit_placing(*most);
  return {};
}

switchboard_actor::behavior_type switchboard(
  switchboard_actor::stateful_pointer<switchboard_shell> self,
  const environment* with,
  telephony::news_sink news) {
  return self->state.start(with, std::move(news));
}

} // namespace ringmaster::actors
