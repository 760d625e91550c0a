#include "simulation/story.hpp"

#include "events/codec.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ringmaster::simulation {

namespace {

/// `of` without the incidents from `first` on, `count` of them.
plan without(const plan& of, std::size_t first, std::size_t count) {
  auto shorter = of;
  auto from = shorter.incidents.begin() + static_cast<std::ptrdiff_t>(first);
  shorter.incidents.erase(from, from + static_cast<std::ptrdiff_t>(count));
  return shorter;
}

/// Plays candidates, and keeps those that break the same promise.
class shortener {
public:
  shortener(plan broken, disk_kind disk, unsigned plays)
    : best_{std::move(broken)}, disk_{disk}, plays_{plays} {
    promise_ = breaks(best_);
  }

  plan shorten() {
    fewer_contacts();
    for (auto chunk = std::max<std::size_t>(best_.incidents.size() / 2, 1);; chunk /= 2) {
      for (std::size_t at = 0; at + chunk <= best_.incidents.size();)
        if (!take(without(best_, at, chunk)))
          at += chunk;
      if (chunk == 1)
        break;
    }
    fewer_contacts();
    return std::move(best_);
  }

private:
  void fewer_contacts() {
    for (;;) {
      auto fewer = best_;
      for (auto& it : fewer.campaigns)
        it.contacts = std::max(it.contacts / 2, 1u);
      bool same =
        std::ranges::all_of(best_.campaigns, [](const auto& it) { return it.contacts == 1; });
      if (same || !take(std::move(fewer)))
        return;
    }
  }

  bool take(plan candidate) {
    if (plays_ == 0 || promise_.empty() || breaks(candidate) != promise_)
      return false;
    best_ = std::move(candidate);
    return true;
  }

  std::string breaks(const plan& it) {
    if (plays_ > 0)
      --plays_;
    auto broken = play(it, disk_).broken;
    return broken ? broken->promise : "";
  }

  plan best_;
  disk_kind disk_;
  unsigned plays_;
  std::string promise_;
};

std::string told(const std::map<unsigned, std::uint64_t>& statuses) {
  std::string text;
  for (const auto& [status, times] : statuses)
    text += (text.empty() ? "" : ", ") + std::to_string(times) + " x " + std::to_string(status);
  return text;
}

} // namespace

plan shortened(plan broken, disk_kind disk, unsigned plays) {
  return shortener{std::move(broken), disk, plays}.shorten();
}

std::string tell(const plan& of, const outcome_of_run& what) {
  std::string text =
    "seed " + std::to_string(of.seed) + ", from " + events::to_rfc3339(of.starts) + "\n";
  text += "room for " + std::to_string(of.limits.open_appends) + " appends, "
          + std::to_string(of.limits.near_retries) + " retries in memory, views "
          + std::to_string(of.limits.view_lag) + " events behind\n";
  for (const auto& it : of.trunks)
    text += to_string(it.as.trunk) + ": " + std::to_string(it.as.channels) + " channels, "
            + std::to_string(it.as.rate.calls) + " calls in " + std::to_string(it.as.rate.seconds)
            + " s\n";
  for (const auto& it : of.campaigns)
    text += describe(it) + "\n";
  for (const auto& it : of.incidents)
    if (!what.broken || it.at <= what.broken->at + std::chrono::hours{2})
      text += "  " + describe(it) + "\n";
  text += "the last of the log:\n";
  for (const auto& line : what.latest)
    text += "  " + line + "\n";
  if (what.broken)
    text += "broken: " + what.broken->promise + ": " + what.broken->what + " ("
            + events::to_rfc3339(what.broken->at) + ")\n";
  return text;
}

std::string sum_up(const plan& of, const outcome_of_run& what) {
  return "seed " + std::to_string(of.seed) + ": " + std::to_string(what.calls) + " calls, "
         + std::to_string(what.events) + " events, " + std::to_string(what.messages) + " messages, "
         + std::to_string(what.processes) + " processes, " + std::to_string(what.orders)
         + " orders (" + told(what.statuses) + "), " + std::to_string(what.checks) + " checks, "
         + std::to_string(std::chrono::floor<std::chrono::days>(what.lasted).count()) + " days";
}

} // namespace ringmaster::simulation
