// What voice agents bring back of a call.
#include "http/campaign_lookup.hpp"
#include "http/gatekeeper.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace ringmaster::http {

namespace {

constexpr std::size_t most_turns = 10'000;
constexpr std::size_t longest_turn = 20'000; // bytes
constexpr std::uint32_t longest_call_ms = 86'400'000;
constexpr std::size_t longest_url = 2'000;

/// A code, so that nothing of what was said gets into the log.
bool is_code(std::string_view text) {
  return std::ranges::all_of(text, [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '_' || it == '-';
  });
}

void read_turn(const json& value, const std::string& at, faults& wrong) {
  object_reader turn{value, at, wrong};
  turn.require("role").require("text");
  (void)turn.text("role", {.most = 50});
  (void)turn.text("text", {.least = 0, .most = longest_turn, .lines = true});
  (void)turn.whole("at_ms", 0, longest_call_ms);
  turn.finish();
}

/// As far as the request says it; nothing: it brings no part of a result.
std::optional<events::call_result>
read_result(object_reader& body, const json& whole, faults& wrong) {
  events::call_result result;
  bool there = false;
  if (body.each("transcript", most_turns, [&](const json& turn, const std::string& at) {
        read_turn(turn, at, wrong);
      })) {
    result.transcript = whole.at("transcript").dump(-1, ' ', false, json::error_handler_t::replace);
    there = true;
  }
  if (const auto* context = body.object("gathered_context")) {
    result.gathered_context = context->dump(-1, ' ', false, json::error_handler_t::replace);
    there = true;
  }
  if (auto url = body.text("recording_url", {.most = longest_url})) {
    if (!url->starts_with("https://") && !url->starts_with("http://"))
      wrong.meaning("/recording_url", "It must begin with https:// or http://.");
    result.recording_url = *std::move(url);
    there = true;
  }
  return there ? std::optional{std::move(result)} : std::nullopt;
}

events::call_verdict read_verdict(const json& whole, faults& wrong) {
  constexpr events::outcome outcomes[]{
    events::outcome::completed, events::outcome::voicemail, events::outcome::no_answer};
  constexpr events::answerer answerers[]{
    events::answerer::human, events::answerer::machine, events::answerer::fax};
  object_reader body{whole, "", wrong};
  events::call_verdict verdict;
  verdict.by = events::judge::agent;
  verdict.result = read_result(body, whole, wrong);
  if (auto as = body.choice("outcome", {"completed", "voicemail", "no_answer"}))
    verdict.outcome = outcomes[*as];
  if (auto who = body.choice("answered_by", {"human", "machine", "fax"}))
    verdict.answered_by = answerers[*who];
  // A machine that answered is a voicemail, unless the agent knows better.
  if (!verdict.outcome && verdict.answered_by == events::answerer::machine)
    verdict.outcome = events::outcome::voicemail;
  if (auto code = body.text("disposition", {.most = 64})) {
    if (!is_code(*code))
      wrong.meaning("/disposition", "A code: lower-case letters, digits, _ and -.");
    verdict.disposition = *std::move(code);
  }
  verdict.opted_out = body.flag("opt_out").value_or(false);
  body.finish();
  return verdict;
}

/// What came before stays, where nothing new is said.
void add_what_is_known(events::call_result& to, const std::optional<events::call_result>& known) {
  if (!known)
    return;
  auto keep = [](std::string& now, const std::string& before) {
    if (now.empty())
      now = before;
  };
  keep(to.transcript, known->transcript);
  keep(to.gathered_context, known->gathered_context);
  keep(to.recording_url, known->recording_url);
  to.simulated = known->simulated;
}

/// Parts that the run says already are left out, so that a result that is sent
/// again changes nothing.
void leave_out_what_is_known(
  events::call_verdict& of,
  const projections::run_view& run,
  const std::optional<events::call_result>& known) {
  if (of.result) {
    add_what_is_known(*of.result, known);
    if (known && run.has_result && *of.result == *known)
      of.result.reset();
  }
  if (of.disposition == run.call_disposition)
    of.disposition.clear();
  of.opted_out = of.opted_out && !run.opted_out;
}

problem no_token() {
  return {
    .status = 403,
    .slug = "wrong-token",
    .title = "The token does not open this call.",
    .detail = "A result takes the token that its call's agent was given, or an operator's key.",
    .field = "Authorization",
    .more = "",
    .retry_after_seconds = {}};
}

problem too_late(events::duration accepted_for) {
  auto hours = std::chrono::duration_cast<std::chrono::hours>(accepted_for).count();
  return {
    .status = 409,
    .slug = "result-too-late",
    .title = "The call was over too long ago.",
    .detail = "Results are taken for " + std::to_string(hours)
              + " hours after the end of the call; an opt_out always is.",
    .field = "run_id",
    .more = "",
    .retry_after_seconds = {}};
}

bool may_bring(const incoming& request, const events::attempt_key& call, const services& with) {
  return !not_allowed(request, events::key_role::operates)
         || with.is_result_token(call, shown_result_token(request));
}

/// Nobody is called again who said so, however late it is told. What else comes with
/// it is too late all the same, and the answer names it.
ordered keep_opt_out_alone(events::call_verdict& of, const json& body) {
  events::call_verdict opt_out;
  opt_out.by = of.by;
  opt_out.opted_out = true;
  of = std::move(opt_out);
  auto left_out = ordered::array();
  for (const auto& [name, value] : body.items())
    if (name != "opt_out")
      left_out.push_back(name);
  return left_out;
}

void post_result(const incoming& request, const services& with, reply answer) {
  auto call = events::parse_attempt_key(request.params.at(0));
  if (!call || !may_bring(request, *call, with))
    return answer(render(no_token()));
  auto body = read_body(request);
  if (auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  faults wrong;
  query_reader{request, wrong}.finish();
  auto verdict = read_verdict(std::get<json>(body), wrong);
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto run = with.views->look().run(*call);
  if (!run)
    return answer(render(not_found("run_id", "run")));
  bool late = run->ended_at && *run->ended_at + with.results_accepted_for <= with.now();
  if (late && !verdict.opted_out)
    return answer(render(too_late(with.results_accepted_for)));
  auto left_out = late ? keep_opt_out_alone(verdict, std::get<json>(body)) : ordered::array();
  leave_out_what_is_known(verdict, *run, with.result(*call));
  verdict.at = with.now();
  with.judge_call(
    *call, std::move(verdict), [&with, call = *call, left_out, answer](bool recorded) {
      if (!recorded)
        return answer(render(unavailable({"the result could not be recorded just now"})));
      with.when_visible(0, with.longest_wait, [&with, call, left_out, answer](sight) {
        auto look = with.views->look();
        auto now = look.run(call);
        ordered done{
          {"run_id", to_string(call)}, {"outcome", nullptr}, {"position", look.position()}};
        if (now && now->outcome)
          done["outcome"] = to_string(*now->outcome);
        if (!left_out.empty())
          done["left_out"] = left_out;
        answer(as_json(200, done));
      });
    });
}

} // namespace

std::vector<route> result_routes() {
  return {{"POST", "/v1/runs/{run_id}/result", post_result, {}, /*open_to_all=*/true}};
}

} // namespace ringmaster::http
