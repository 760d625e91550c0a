// Between our structs and the messages of log.proto; seen by the codec alone.
#pragma once

#include "events/event.hpp"
#include "log.pb.h"

#include <cstdint>
#include <optional>

namespace ringmaster::events {

void write_payload(log::Envelope& to, const event& it);

/// Nothing if there is no payload that this program knows, or it holds what
/// none of ours could say.
[[nodiscard]] std::optional<event> read_payload(const log::Envelope& from);

[[nodiscard]] inline std::int64_t to_micros(instant at) {
  return at.time_since_epoch().count();
}

[[nodiscard]] inline instant from_micros(std::int64_t count) {
  return instant{duration{count}};
}

/// Whether a number read from the disk is a value of ours.
template <class Enum>
[[nodiscard]] bool within(int value, Enum first, Enum last) {
  return value >= static_cast<int>(first) && value <= static_cast<int>(last);
}

} // namespace ringmaster::events
