#include "simulation/hook_desk.hpp"

#include "telephony/dice.hpp"
#include "webhooks/pre_dial.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace ringmaster::simulation {

using namespace std::chrono_literals;

namespace {

http_client::result said(std::string body, unsigned status = 200) {
  return http_client::response{.status = status, .body = std::move(body)};
}

} // namespace

void hook_desk::ask(
  const std::shared_ptr<wire>& over,
  const domain::hook_question& what,
  std::function<void(domain::hook_answer)> then) {
  if (!over->news) // the process is dead, and only its actors do not know it yet
    return;
  auditor_.asked_for_leave(what.call);
  auto number = over->next++;
  over->leave.emplace(number, std::move(then));
  webhooks::pre_dial_ports ports{
    .unix_seconds = [] { return std::int64_t{0}; },
    .secret = [](const std::string&) { return std::nullopt; },
    .send =
      [&](const http_client::request&, std::function<void(http_client::result)> heard) {
        auto it = reply_to(what);
        timer_.after(
          it.after, [heard = std::move(heard), what = std::move(it.what)] { heard(what); });
      }};
  webhooks::ask_pre_dial(
    ports,
    what,
    [this, call = what.call, weak = std::weak_ptr{over}, number](domain::hook_answer answer) {
      auto still = weak.lock();
      if (!still || !still->news)
        return;
      auditor_.answered_for_leave(call, answer);
      still->leave.extract(number).mapped()(std::move(answer));
    });
}

hook_desk::reply hook_desk::reply_to(const domain::hook_question& what) {
  telephony::dice fate{plan_.seed + 3 + asked_[what.call]++, what.call};
  const auto& moods = plan_.hooks;
  auto soon = fate.within({1, 90});
  auto leave = said(R"({"dial":true})");
  if (timer_.now() >= plan_.calms_down())
    return {soon, std::move(leave)};
  if (fate.hits(moods.failures))
    return failing(fate, what.hook);
  if (fate.hits(moods.delays))
    soon = fate.within({1, what.hook.timeout_ms - 1});
  if (!fate.hits(moods.refusals))
    return {soon, std::move(leave)};
  auto seconds = std::chrono::floor<std::chrono::seconds>(fate.within({60'000, 7'200'000}));
  return {
    soon,
    said(
      R"({"dial":false,"reason":"quiet_day")"
      + (fate.hits(0.5) ? R"(,"retry_after_seconds":)" + std::to_string(seconds.count()) : "")
      + "}")};
}

hook_desk::reply hook_desk::failing(telephony::dice& fate, const events::pre_dial_hook& hook) {
  switch ((fate.roll() >> 11) % 5) {
  case 0: return {1ms, http_client::not_sent{"refused"}};
  case 1: return {20ms, said("", 503)};
  case 2: return {20ms, said(R"({"dial":"yes"})")};
  case 3: return {20ms, said("<html>")};
  default: return {std::chrono::milliseconds{hook.timeout_ms}, http_client::unanswered{"late"}};
  }
}

} // namespace ringmaster::simulation
