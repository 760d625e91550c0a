#include "http/catalogue.hpp"

#include "domain/match.hpp"

#include <utility>

namespace ringmaster::http {

namespace {

std::string why_not(domain::refusal why, const std::string& what) {
  switch (why) {
  case domain::refusal::trunk_in_use: return "A campaign that is not over uses this " + what + ".";
  case domain::refusal::trunk_has_calls:
    return "Its settings and secrets stay as they are while calls are up on this " + what
           + ": who placed them must hear of their ends.";
  default: return "The " + what + " cannot have this. " + rule_of(why);
  }
}

} // namespace

std::optional<outgoing> unwanted_query(const incoming& request) {
  faults wrong;
  query_reader{request, wrong}.finish();
  return wrong.any() ? std::optional{render(wrong.as_problem())} : std::nullopt;
}

on_answer then_answer(
  const incoming& request,
  const services& with,
  reply answer,
  std::string what,
  std::function<outgoing(std::uint64_t)> done) {
  return [&with,
          name = request.correlation,
          answer = std::move(answer),
          what = std::move(what),
          done = std::move(done)](const command_answer& it) {
    answer(safely(with, name, [&] {
      return match(
        it,
        [&](const command_done& so) { return done(so.position); },
        [&](const command_refused& no) {
          return render(refused(no.why, why_not(no.why, what), ordered::object()));
        },
        [](const command_unavailable& no) { return render(unavailable(no)); });
    }));
  };
}

outgoing created(ordered body, const std::string& collection, std::uint64_t position) {
  body["position"] = position;
  auto answer = as_json(201, body);
  answer.headers.emplace_back(
    "Location", "/v1/" + collection + "/" + body["id"].get<std::string>());
  return answer;
}

} // namespace ringmaster::http
