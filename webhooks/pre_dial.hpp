#pragma once

#include "domain/pre_dial.hpp"
#include "http_client/client.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::webhooks {

/// How a hook is asked.
struct pre_dial_ports {
  std::function<std::int64_t()> unix_seconds; // of the world's clock
  /// What the vault keeps under that name.
  std::function<std::optional<std::string>(const std::string& name)> secret;
  /// `then` is called exactly once, from any thread.
  std::function<void(http_client::request, std::function<void(http_client::result)> then)> send;
};

/// Asks for leave to call, and answers once, from any thread. Whatever goes wrong is
/// `hook_silence`.
void ask_pre_dial(
  const pre_dial_ports& with,
  const domain::hook_question& what,
  std::function<void(domain::hook_answer)> then);

/// What an answer's body says.
[[nodiscard]] domain::hook_answer read_hook_answer(std::string_view body);

} // namespace ringmaster::webhooks
