#include "actors/switchboard_actor.hpp"

#include "actors/shell.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ringmaster::actors {

switchboard_actor::behavior_type
switchboard_shell::start(const environment* with, telephony::news_sink news) {
  end_process_on_exception(self_);
  with_ = with;
  news_ = std::move(news);
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
  if (known == trunks_.end() || !known->second.customers.contains(what.campaign)) {
    std::string why;
    if (find(what.trunk, why) == nullptr) {
      caf::anon_send(what.who, trunk_gone{std::move(why)});
      return;
    }
    known = trunks_.find(what.trunk);
  }
  auto& of = known->second;
  auto& customer = of.customers[what.campaign];
  take_back(of, customer, what.returned);
  customer.wanted = what.lines;
  customer.who = what.who;
  if (customer.using_lines == 0 && customer.wanted == 0)
    of.customers.erase(what.campaign);
  share(of);
}

void switchboard_shell::take_back(trunk& of, line_user& from, std::uint32_t lines) {
  lines = std::min(lines, from.using_lines);
  from.using_lines -= lines;
  of.lines_in_use -= lines;
}

/// Calls from before a restart hold their lines, even beyond the trunk's
/// channels if those were fewer since: nothing is granted until they end.
void switchboard_shell::adopt(const adopt_lines& what) {
  std::string why;
  auto* of = find(what.trunk, why);
  if (of == nullptr)
    return;
  auto& customer = of->customers[what.campaign];
  of->lines_in_use += what.lines - customer.using_lines;
  customer.using_lines = what.lines;
}

void switchboard_shell::rest(const rest_trunk& what) {
  auto found = trunks_.find(what.trunk);
  if (found != trunks_.end())
    found->second.rests_until = std::max(found->second.rests_until, what.until);
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
  while (of.lines_in_use < of.plan.channels) {
    auto* to = neediest(of);
    if (to == nullptr)
      return;
    if (auto until = held_until(of, now))
      return look_again(of, *until);
    // Nobody to share with, and no rate: everything at once, in one message.
    bool alone = of.customers.size() == 1 && !of.rate.is_limited();
    auto lines = alone ? std::min(to->wanted, of.plan.channels - of.lines_in_use) : 1;
    grant(of, *to, lines);
    of.rate.note_dial(now);
  }
}

void switchboard_shell::grant(trunk& of, line_user& to, std::uint32_t lines) {
  to.wanted -= lines;
  to.using_lines += lines;
  of.lines_in_use += lines;
  std::string caller_id;
  if (!of.plan.caller_ids.empty())
    caller_id = of.plan.caller_ids[of.next_caller_id++ % of.plan.caller_ids.size()];
  bool paced = of.plan.calls_per_second != 0;
  caf::anon_send(to.who, lines_granted{lines, of.provider, std::move(caller_id), paced});
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

std::optional<events::instant> switchboard_shell::held_until(trunk& of, events::instant now) {
  return now < of.rests_until ? of.rests_until : of.rate.held_until(now);
}

void switchboard_shell::look_again(trunk& of, events::instant at) {
  if (of.looks_again_at && *of.looks_again_at <= at)
    return;
  of.looks_again_at = at;
  self_->delayed_send(self_, with_->real_time(at - with_->now()), share_lines{of.plan.trunk, at});
}

switchboard_shell::line_user* switchboard_shell::neediest(trunk& of) {
  line_user* best = nullptr;
  for (auto& [id, each] : of.customers)
    if (each.wanted > 0 && (best == nullptr || each.using_lines < best->using_lines))
      best = &each;
  return best;
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
  trunk fresh{std::move(view->trunk)};
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
