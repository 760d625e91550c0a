// One run: the engine's processes, one after the other, through everything the
// plan has in store.
#pragma once

#include "simulation/auditor.hpp"
#include "simulation/plan.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::simulation {

enum class disk_kind : std::uint8_t { memory, real };

struct outcome_of_run {
  std::optional<violation> broken;
  std::vector<std::string> latest; // of the log
  std::uint64_t events = 0;
  std::uint64_t calls = 0;
  std::uint64_t messages = 0;
  std::uint64_t processes = 0;
  std::uint64_t orders = 0;
  std::uint64_t checks = 0;
  std::map<unsigned, std::uint64_t> statuses; // of the answers to orders
  duration lasted{};                          // of simulated time
  /// Contact by contact how its calls ended and what became of it.
  std::map<events::stream_id, std::vector<std::string>> ends;
};

/// Plays the plan on one thread, and then on until everybody is done. The same
/// plan gives the same run, message by message.
/// `look` gets what tells how far the run has come, as long as it goes on.
using on_look = std::function<void(std::function<outcome_of_run()> so_far)>;
[[nodiscard]] outcome_of_run play(
  const plan& of, disk_kind disk, on_look look = [](auto) {});

} // namespace ringmaster::simulation
