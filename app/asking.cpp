#include "app/asking.hpp"

#include "domain/match.hpp"

#include <utility>

namespace ringmaster::app {

namespace {

http::command_answer as_answer(actors::answer what) {
  return match(
    std::move(what),
    [](const actors::done& it) -> http::command_answer {
      return http::command_done{it.position, it.in_flight, it.contacts};
    },
    [](domain::refusal why) -> http::command_answer { return http::command_refused{why}; },
    [](actors::unavailable why) -> http::command_answer {
      return http::command_unavailable{std::move(why.why)};
    });
}

} // namespace

actors::asker as_asker(http::origin by) {
  return {std::move(by.actor), by.correlation, by.seen_version, std::move(by.request)};
}

std::function<void(actors::answer)> then(http::on_answer answer) {
  return [answer = std::move(answer)](actors::answer what) { answer(as_answer(std::move(what))); };
}

} // namespace ringmaster::app
