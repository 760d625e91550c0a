// Prompts with {{variables}}.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::domain {

/// The names between double braces, trimmed, each once, in order. Nothing when
/// a brace is left open or a name is empty or has other than [a-z0-9_].
[[nodiscard]] std::optional<std::vector<std::string>> variables_of(std::string_view prompt);

/// The prompt with each variable replaced by its value; one that has no value
/// becomes nothing. Values are not looked into again for braces.
[[nodiscard]] std::string
fill(std::string_view prompt, const std::map<std::string, std::string>& values);

} // namespace ringmaster::domain
