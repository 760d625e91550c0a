// Events to bytes and back (events/log.proto), and to JSON for people.
#pragma once

#include "events/envelope.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::events {

/// The bytes that the log stores and hashes. The same envelope gives the same
/// bytes.
[[nodiscard]] std::string encode(const envelope& it);

/// Nothing if the bytes are not an envelope, or hold an event that this
/// program does not know. Never throws, whatever the bytes.
[[nodiscard]] std::optional<envelope> decode(std::string_view bytes);

/// The stream alone, many times as fast: for whoever looks for some events among
/// many. Nothing if the bytes do not begin as `encode` lets them begin.
[[nodiscard]] std::optional<stream_id> peek_stream(std::string_view bytes);

/// One event as a JSON object on one line: position, stream, version, type,
/// recorded_at (RFC 3339), actor, and the payload's fields under `data`.
[[nodiscard]] std::string to_json(const envelope& it);

/// The schema of the log as a serialised FileDescriptorSet, so that the log
/// can be read without this program.
[[nodiscard]] std::string descriptor_set();

/// `2026-11-23T09:00:00.000000Z`, fractions left out when zero.
[[nodiscard]] std::string to_rfc3339(instant at);
[[nodiscard]] std::optional<instant> parse_rfc3339(std::string_view text);

} // namespace ringmaster::events
