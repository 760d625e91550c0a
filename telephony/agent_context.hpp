// What a voice agent is told of its call.
#pragma once

#include "telephony/provider.hpp"

#include <map>
#include <string>

namespace ringmaster::telephony {

/// The contact's columns, and beside them `ringmaster_call_id`, `ringmaster_prompt`
/// and `ringmaster_result_token`, as far as there are any.
[[nodiscard]] inline std::map<std::string, std::string> agent_context(const call_request& what) {
  auto context = what.initial_context;
  context["ringmaster_call_id"] = to_string(what.id);
  if (!what.prompt.empty())
    context["ringmaster_prompt"] = what.prompt;
  if (!what.result_token.empty())
    context["ringmaster_result_token"] = what.result_token;
  return context;
}

} // namespace ringmaster::telephony
