// What handlers ask of webhooks, as plain functions.
#pragma once

#include "events/event.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::http {

/// Where a webhook's deliveries stand.
struct webhook_standing {
  std::uint64_t position = 0; // all up to here was taken, waits or is parked
  std::uint64_t lag = 0;      // events of the log behind it
  std::uint64_t waiting = 0;  // failed, or behind one that did, and tried again
  std::uint64_t parked = 0;
  std::optional<events::instant> next_try_at = {};
  std::optional<events::instant> delivered_at = {}; // the last, since the server started
  std::optional<events::instant> failed_at = {};    // likewise
  std::string last_error = {};
};

struct parked_event {
  std::uint64_t position = 0;
  events::campaign_id campaign;
  events::instant parked_at{};
  std::string why;
};

/// How a request that somebody tries out went.
struct webhook_trial {
  unsigned status = 0; // 0: there was no answer
  std::string error;   // empty: it was taken
};

/// The functions that read or write block for a moment: off the network threads.
struct webhook_services {
  /// Nothing before the views show the webhook.
  std::function<std::optional<webhook_standing>(events::webhook_id)> stands;
  /// By position, those behind `after`.
  std::function<std::vector<parked_event>(
    events::webhook_id, std::uint64_t after, std::size_t most)>
    parked;
  /// How many that are.
  std::function<std::size_t(events::webhook_id)> retry_parked;
  /// False: the webhook is not there yet.
  std::function<bool(events::webhook_id, std::uint64_t from)> replay;
  std::function<void(events::webhook_id, std::function<void(webhook_trial)>)> try_out;
};

} // namespace ringmaster::http
