#pragma once

#include "events/call.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// The name to address the contact by; empty when its context has none.
[[nodiscard]] std::string_view name_in(const std::map<std::string, std::string>& initial_context);

/// What a voice agent would have brought back from this call, marked as
/// simulated. `end` is that of an answered call.
[[nodiscard]] events::call_result simulated_result(
  const events::attempt_key& call,
  const events::call_ended& end,
  std::string_view name,
  std::uint64_t chance);

} // namespace ringmaster::telephony
