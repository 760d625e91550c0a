#include "actors/switchboard_actor.hpp"

#include "actors/shell.hpp"

#include <chrono>
#include <utility>

namespace ringmaster::actors {

switchboard_actor::behavior_type
switchboard_shell::start(const environment* with, telephony::news_sink news) {
  end_process_on_exception(self_);
  with_ = with;
  news_ = std::move(news);
  started_at_ = with_->now();
  self_->set_exit_handler([this](caf::exit_msg& told) { stop(std::move(told.reason)); });
  return {
    [this](const want_lines& what) { want(what); },
    [this](const adopt_lines& what) { adopt(what); },
    [this](const rest_trunk& what) { rest(what); },
    [this](const provider_request& what) { return find_provider(what.trunk); },
    [this](const place_request& what) { return wait_for_turn(what); },
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
  of.lines.want(what.campaign, what.lines);
  of.lines.take_back(what.campaign, what.returned);
  if (!of.lines.knows(what.campaign))
    of.customers.erase(what.campaign);
  share(of);
}

void switchboard_shell::adopt(const adopt_lines& what) {
  std::string why;
  if (auto* of = find(what.trunk, why))
    of->lines.adopt(what.campaign, what.lines);
}

void switchboard_shell::rest(const rest_trunk& what) {
  auto found = trunks_.find(what.trunk);
  if (found != trunks_.end())
    found->second.lines.rest(what.until);
}

provider_found switchboard_shell::find_provider(events::trunk_id id) {
  std::string why;
  auto* of = find(id, why);
  return {of == nullptr ? nullptr : of->provider};
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
  auto now = with_->now();
  for (const auto& it : of.lines.share(now))
    grant(of, it);
  if (auto until = of.lines.held(now).until; until && of.lines.anybody_waits())
    look_again(of, *until);
}

void switchboard_shell::grant(trunk& of, const domain::line_pool::grant& what) {
  std::string caller_id;
  if (!of.plan.caller_ids.empty())
    caller_id = of.plan.caller_ids[of.next_caller_id++ % of.plan.caller_ids.size()];
  bool paced = of.placing.is_limited();
  caf::anon_send(
    of.customers.at(what.to), lines_granted{what.lines, of.provider, std::move(caller_id), paced});
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
    of.placing.note_dial(now);
    of.turns.front().deliver(place_now{});
    of.turns.pop_front();
  }
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
  auto made = with_->make_provider(view->trunk, news_);
  if (auto* trouble = std::get_if<std::string>(&made)) {
    why = "the trunk can't be used: " + *trouble;
    return nullptr;
  }
  trunk fresh{std::move(view->trunk), started_at_};
  fresh.provider = std::get<std::unique_ptr<telephony::provider>>(std::move(made));
  return &trunks_.emplace(id, std::move(fresh)).first->second;
}

switchboard_actor::behavior_type switchboard(
  switchboard_actor::stateful_pointer<switchboard_shell> self,
  const environment* with,
  telephony::news_sink news) {
  return self->state.start(with, std::move(news));
}

} // namespace ringmaster::actors
