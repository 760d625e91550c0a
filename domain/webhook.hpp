// What is told to whom outside, and when it is tried again. No clock, no I/O.
#pragma once

#include "events/envelope.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::domain {

/// What webhooks are told if nobody says otherwise: all that campaigns and their
/// contacts do.
[[nodiscard]] std::vector<std::string> default_webhook_events();

/// Whether it is the type of an event that webhooks may be told of, or the
/// beginning of one. Of trunks, keys and webhooks themselves nobody is told.
[[nodiscard]] bool is_webhook_filter(std::string_view text);

/// Whether the webhook wants to hear of it.
[[nodiscard]] bool is_wanted(
  const events::webhook_settings& settings,
  events::campaign_id only,
  const events::stream_id& stream,
  std::string_view type);

/// There are no more at once.
inline constexpr std::size_t most_webhooks = 100;

/// An event that nobody took for so long is parked.
inline constexpr std::chrono::hours webhook_patience{24};

/// The key in a secret as people are shown it, `whsec_` and base64; nothing if it is
/// none, or has fewer than 24 or more than 64 bytes.
[[nodiscard]] std::optional<std::string> webhook_key_in(std::string_view secret);
/// The secret that shows `key`.
[[nodiscard]] std::string webhook_secret_of(std::string_view key);

/// How long to wait after so many failures in a row: 5 s, three times as long each
/// time, an hour at most. `chance`, from 0 to 1, spreads it by a fifth to either
/// side, so that many do not come back at once.
[[nodiscard]] events::duration webhook_backoff(unsigned failures, double chance);

} // namespace ringmaster::domain
