#include "domain/pre_dial.hpp"

#include <algorithm>

namespace ringmaster::domain {

bool is_hook_reason(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char it) {
    return (it >= 'a' && it <= 'z') || it == '_';
  });
}

void hook_failures::add(const std::optional<std::string>& failure) {
  if (failure)
    all_ = {.failures = all_.failures + 1, .reason = *failure};
  else
    clear();
}

std::optional<events::hook_failed> hook_failures::judge() const {
  return all_.failures >= most_hook_failures ? std::optional{all_} : std::nullopt;
}

} // namespace ringmaster::domain
