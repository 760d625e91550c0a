#include "simulation/agents.hpp"

#include "http/render.hpp"
#include "simulation/process.hpp"
#include "simulation/requests.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace ringmaster::simulation {

using namespace std::chrono_literals;

namespace {

constexpr unsigned most_tries = 20;
constexpr auto patience_for_an_answer = 5min;
constexpr auto rest_between_tries = 30s;

/// When the agent comes, counted from the call's end; the call may still be up then.
duration any_delay(telephony::dice& fate, duration talked) {
  const std::array<duration, 6> delays{-talked / 2, -talked / 4, 0s, 90s, 3h, 25h};
  return delays[(fate.roll() >> 11) % delays.size()];
}

/// The result, in the words of one version of it.
events::call_verdict verdict_of(std::uint32_t version, bool opt_out) {
  auto word = "said-" + std::to_string(version);
  events::call_result result;
  result.transcript = R"([{"role":"agent","text":")" + word + R"("}])";
  result.gathered_context = R"({"version":)" + std::to_string(version) + "}";
  events::call_verdict it{
    .by = events::judge::agent,
    .disposition = std::move(word),
    .opted_out = opt_out,
    .cause = {},
    .provider_code = {},
    .result = std::move(result)};
  return it;
}

http::incoming request_of(
  const events::attempt_key& call, const std::string& token, const events::call_verdict& it) {
  http::incoming request;
  request.method = "POST";
  request.path = "/v1/runs/" + to_string(call) + "/result";
  request.headers["authorization"] = "Bearer " + token;
  request.headers["content-type"] = "application/json";
  request.body = http::ordered{
    {"transcript", http::json::parse(it.result->transcript)},
    {"gathered_context", http::json::parse(it.result->gathered_context)},
    {"disposition", it.disposition},
    {"opt_out",
     it.opted_out}}.dump();
  return request;
}

} // namespace

void agents::take(
  const events::attempt_key& call, std::string token, duration answered, duration ended) {
  telephony::dice fate{plan_.seed + 4, call};
  if (!fate.hits(plan_.agents.results))
    return;
  auto delay = ended + any_delay(fate, ended - answered);
  bool opt_out = fate.hits(plan_.agents.opt_outs);
  calls_.emplace(call, memory{.fate = fate, .token = std::move(token), .opt_out = opt_out});
  auditor_.brings_result(call);
  bring_in(delay, call);
}

void agents::bring_in(duration delay, const events::attempt_key& call) {
  timer_.after(delay, [this, call] { bring(call); });
}

void agents::bring(const events::attempt_key& call) {
  auto& it = calls_.at(call);
  if (++it.tries > most_tries)
    return;
  auto* to = there_();
  if (to == nullptr)
    return bring_in(rest_between_tries, call);
  it.waits = true;
  auto what = request_of(call, it.token, verdict_of(it.version, it.opt_out));
  to->request(std::move(what), [this, to, call](const http::outgoing& answer) {
    if (there_() == to)
      heard(call, answer);
  });
  // The process may be gone by then, and nobody ever answers.
  timer_.after(patience_for_an_answer, [this, call, tries = it.tries] {
    const auto& now = calls_.at(call);
    if (now.waits && now.tries == tries)
      bring(call);
  });
}

void agents::heard(const events::attempt_key& call, const http::outgoing& what) {
  auto& it = calls_.at(call);
  it.waits = false;
  auto now = timer_.now();
  auditor_.hold("agents_are_heard", agents_are_heard(what), now);
  if (what.status == 503)
    return bring_in(rest_between_tries, call);
  if (what.status != 200)
    return; // too late
  auditor_.result_is_kept(call, it.opt_out);
  if (what.body.find("left_out") != std::string::npos)
    return; // too late, but for the opt-out
  it.kept = it.version;
  check(*there_(), call, it);
  if (it.fate.hits(plan_.agents.repeats))
    go_on(call, it);
}

/// Brings the same once more, or has something to add.
void agents::go_on(const events::attempt_key& call, memory& it) {
  if (it.fate.hits(0.5)) {
    ++it.version;
    auditor_.brings_result(call);
  }
  bring_in(it.fate.within({10, 60'000}), call);
}

void agents::check() const {
  auto* in = there_();
  for (const auto& [call, it] : calls_)
    if (in != nullptr && it.kept > 0 && it.kept == it.version)
      check(*in, call, it);
}

void agents::check(process& in, const events::attempt_key& call, const memory& it) const {
  const auto& with = in.services();
  auto look = with.views->look();
  auditor_.hold(
    "results_are_kept",
    results_are_kept(
      look.run(call),
      look.contact(call.contact()),
      with.result(call),
      verdict_of(it.kept, it.opt_out)),
    timer_.now());
}

} // namespace ringmaster::simulation
