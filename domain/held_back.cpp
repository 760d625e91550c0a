#include "domain/held_back.hpp"

#include "domain/schedule.hpp"

#include <algorithm>

namespace ringmaster::domain {

namespace {

using events::instant;

void add(std::vector<held_span>& to, const held_span& next) {
  if (!to.empty() && to.back().reason == next.reason)
    to.back().until = next.until;
  else
    to.push_back(next);
}

/// While nothing but the hour changes.
void add_spans(std::vector<held_span>& to, const campaign& of, instant from, instant until) {
  while (from < until) {
    auto wait = judge(of, from);
    auto ends =
      wait.reason == wait_reason::none ? closes_at(of.settings.schedule, from) : wait.until;
    if (wait.reason == wait_reason::waiting_for_start)
      ends = of.settings.not_before; // from then on it may be the hour
    auto end = std::min(until, ends.value_or(until));
    add(to, {wait.reason, from, end});
    from = end;
  }
}

} // namespace

std::vector<held_span>
held_back(std::span<const campaign_since> history, instant ready, instant then) {
  std::vector<held_span> spans;
  for (std::size_t i = 0; i < history.size(); ++i) {
    auto until = i + 1 < history.size() ? std::min(history[i + 1].since, then) : then;
    add_spans(spans, history[i].campaign, std::max(history[i].since, ready), until);
  }
  return spans;
}

} // namespace ringmaster::domain
