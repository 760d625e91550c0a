// Chance for secrets that are shown to whoever made them, and shown again to the same request.
#pragma once

#include "domain/api_key.hpp"
#include "http/routes.hpp"

#include <functional>
#include <optional>

namespace ringmaster::http {

/// Chance for the secret of what gets `id`. A request that may come again
/// (Idempotency-Key) finds the same with `chance_again` for 48 hours; then it is
/// called off the network threads. Answers 503 itself when too many wait for that.
void draw_chance(
  std::uint64_t id,
  const incoming& request,
  const services& with,
  const reply& answer,
  std::function<void(const domain::secret_bytes&)> then);

/// Nothing when the request came without an Idempotency-Key or its time is over.
[[nodiscard]] std::optional<domain::secret_bytes>
chance_again(std::uint64_t id, const incoming& request, const services& with);

} // namespace ringmaster::http
