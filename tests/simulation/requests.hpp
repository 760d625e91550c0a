// What operators want, as their clients send it, and what they look for in the answers.
#pragma once

#include "http/message.hpp"
#include "simulation/plan.hpp"
#include "simulation/promises.hpp"

#include <cstdint>
#include <string>

namespace ringmaster::simulation {

/// `number` is the request's own, by which the log knows it.
[[nodiscard]] http::incoming request_of(const order& it, std::uint64_t number);
[[nodiscard]] http::incoming request_of(const question& it, std::uint64_t number);
[[nodiscard]] http::incoming request_of(const trunk_edit& it);

/// A server that has work for a client to wait for says so; anything else of 5xx
/// is a fault of its own.
[[nodiscard]] complaint answers_are_no_faults(const http::outgoing& what);

/// An agent's result is taken, or comes a day too late, or is to be brought again.
[[nodiscard]] complaint agents_are_heard(const http::outgoing& what);

/// The position that a command was answered with; 0: with none.
[[nodiscard]] std::uint64_t position_in(const http::outgoing& what);

/// The counters in a JSON object, as GET …/progress and the live feed tell them.
[[nodiscard]] projections::progress counters_in(const std::string& object);

/// Whoever waits is told why, and until when as far as there is a time.
[[nodiscard]] complaint silence_is_explained(const http::outgoing& contacts);

} // namespace ringmaster::simulation
