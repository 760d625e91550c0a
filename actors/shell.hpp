#pragma once

#include "domain/match.hpp"
#include "events/event.hpp"
#include "store/fatal.hpp"

#include <caf/all.hpp>

#include <exception>
#include <vector>

namespace ringmaster::actors {

/// An exception in a handler is a bug, and an actor that lost a message is no
/// longer what the log says: the process ends and starts again from the log.
template <class Self>
void end_process_on_exception(Self* self) {
  self->set_exception_handler([](std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& what) {
      store::fatal("bug in an actor", what.what());
    } catch (...) {
      store::fatal("bug in an actor", "unknown exception");
    }
  });
}

/// What a rule decided, as the log takes it.
template <class Facts>
std::vector<events::event> as_events(const Facts& facts) {
  std::vector<events::event> all;
  all.reserve(facts.size());
  for (const auto& fact : facts)
    match(fact, [&](const auto& it) { all.emplace_back(it); });
  return all;
}

} // namespace ringmaster::actors
