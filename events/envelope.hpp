#pragma once

#include "events/event.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ringmaster::events {

/// The numbers are on disk.
enum class stream_kind : std::uint8_t {
  engine = 1,
  contact_list,
  workflow,
  trunk,
  campaign,
  contact,
  api_key,
  webhook,
};

/// The ordered facts of one thing. `id` is that thing's id (a contact's: its
/// campaign's), `row` is set for contacts alone.
struct stream_id {
  stream_kind kind = stream_kind::engine;
  std::uint64_t id = 0;
  std::uint32_t row = 0;

  friend auto operator<=>(const stream_id&, const stream_id&) = default;
};

[[nodiscard]] inline stream_id stream_of(campaign_id it) {
  return {stream_kind::campaign, it.value};
}
[[nodiscard]] inline stream_id stream_of(contact_list_id it) {
  return {stream_kind::contact_list, it.value};
}
[[nodiscard]] inline stream_id stream_of(workflow_id it) {
  return {stream_kind::workflow, it.value};
}
[[nodiscard]] inline stream_id stream_of(trunk_id it) {
  return {stream_kind::trunk, it.value};
}
[[nodiscard]] inline stream_id stream_of(api_key_id it) {
  return {stream_kind::api_key, it.value};
}
[[nodiscard]] inline stream_id stream_of(webhook_id it) {
  return {stream_kind::webhook, it.value};
}
[[nodiscard]] inline stream_id stream_of(const contact_key& it) {
  return {stream_kind::contact, it.campaign.value, it.row};
}
inline constexpr stream_id engine_stream{stream_kind::engine, 0, 0};

/// `campaign/cmp_…`, `contact/cmp_…/17`, `engine`.
[[nodiscard]] std::string to_string(const stream_id& it);

/// What a request is known by that its client may send again
/// (Idempotency-Key). Hashes of 16 bytes: the log does not say of what.
struct request_mark {
  std::string key;    // of who asks and the key that they chose
  std::string digest; // of all that they ask for

  friend bool operator==(const request_mark&, const request_mark&) = default;
};

/// An event with its place in the log and where it came from.
struct envelope {
  std::uint64_t position = 0; // in the whole log, gapless from 1
  stream_id stream;
  std::uint64_t version = 0;     // in its stream, gapless from 1
  instant recorded_at{};         // never before that of an earlier position
  std::string actor;             // the API key's name, or "system"
  std::uint64_t correlation = 0; // the request that it all began with; 0: the engine's own doing
  std::uint64_t causation = 0;   // position of the event it follows from; 0: none
  std::uint64_t writer_epoch = 0;
  /// On the first event of a command that may be sent again: durable with the
  /// effect, so that no crash comes between the two.
  std::optional<request_mark> request = {};
  events::event event;

  friend bool operator==(const envelope&, const envelope&) = default;
};

} // namespace ringmaster::events

template <>
struct std::hash<ringmaster::events::stream_id> {
  std::size_t operator()(const ringmaster::events::stream_id& it) const noexcept {
    auto mixed =
      it.id
      ^ (std::uint64_t{it.row} << 8 | static_cast<std::uint64_t>(it.kind)) * 0x9e3779b97f4a7c15ULL;
    return std::hash<std::uint64_t>{}(mixed);
  }
};
