#include "tools/replay/open_runs.hpp"

#include "projections/folds.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::replay {

using projections::run_view;

std::optional<run_view>
open_runs::hear(const events::envelope& it, const events::contact_event& event) {
  bool dials = std::holds_alternative<events::contact_dialed>(event);
  auto known = dials ? open_.try_emplace(it.stream).first : open_.find(it.stream);
  if (known == open_.end())
    return std::nullopt;
  projections::fold(known->second, {}, it, event);
  if (!known->second.outcome)
    return std::nullopt;
  auto ended = std::move(known->second);
  open_.erase(known);
  return ended;
}

std::vector<run_view> open_runs::take_rest() {
  std::vector<run_view> rest;
  for (auto& [stream, run] : std::exchange(open_, {}))
    rest.push_back(std::move(run));
  std::ranges::sort(rest, {}, &run_view::position);
  return rest;
}

} // namespace ringmaster::replay
