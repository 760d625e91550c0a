// Requests of ours prove that they are ours, as Standard Webhooks has it:
// HMAC-SHA256 over the id, the time and the body.
#pragma once

#include "http_client/client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ringmaster::webhooks {

/// `webhook-id`, `webhook-timestamp`, and, with a key, `webhook-signature`.
[[nodiscard]] http_client::fields signature_fields(
  std::string_view key, std::string_view id, std::int64_t unix_seconds, std::string_view body);

} // namespace ringmaster::webhooks
