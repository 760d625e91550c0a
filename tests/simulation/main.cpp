// simulate: plays the engine through whatever a seed has in store for it.
#include "simulation/fatal.hpp"
#include "simulation/story.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <iostream>
#include <random>
#include <utility>

using namespace ringmaster::simulation;

namespace {

struct wishes {
  std::uint64_t seed = 0; // 0: a new one
  std::uint64_t runs = 1;
  double minutes = 0; // 0: as many as `runs`
  run_size size;
  bool real_disk = false;
  std::uint64_t variations = 0; // 0: play each seed once, through its faults
  bool quiet = false;
};

/// Whether every promise was kept.
bool play_seed(std::uint64_t seed, const wishes& with) {
  auto disk = with.real_disk ? disk_kind::real : disk_kind::memory;
  auto plan = make_plan(seed, with.size);
  auto what = play(plan, disk, [&](std::function<outcome_of_run()> so_far) {
    tell_on_fatal([&plan, so_far = std::move(so_far)] { return tell(plan, so_far()); });
  });
  tell_on_fatal(nullptr);
  if (!what.broken) {
    if (!with.quiet)
      std::cout << sum_up(plan, what) << std::endl;
    return true;
  }
  std::cout << "seed " << seed << " breaks " << what.broken->promise
            << "; looking for the shortest story" << std::endl;
  auto shorter = shortened(std::move(plan), disk);
  std::cout << tell(shorter, play(shorter, disk)) << "again: build/simulate --seed " << seed
            << " --contacts " << with.size.contacts << " --days " << with.size.days
            << (with.real_disk ? " --real-disk" : "") << std::endl;
  return false;
}

/// Whether the seed's orders come to the same under all settings.
bool vary_seed(std::uint64_t seed, const wishes& with) {
  auto plan = make_calm_plan(seed, with.size);
  auto plain = play(plan, disk_kind::memory);
  for (std::uint64_t how = 1; how <= with.variations && !plain.broken; ++how) {
    auto other = play(varied(plan, how), disk_kind::memory);
    complaint found = other.broken ? complaint{other.broken->what}
                                   : settings_change_nothing(plain.ends, other.ends);
    if (!found)
      continue;
    std::cout << tell(varied(plan, how), other) << "variation " << how << " of seed " << seed
              << ": " << *found << std::endl;
    return false;
  }
  if (plain.broken)
    std::cout << tell(plan, plain);
  else if (!with.quiet)
    std::cout << sum_up(plan, plain) << ", the same " << with.variations << " times" << std::endl;
  return !plain.broken;
}

} // namespace

int main(int count, char** words) {
  CLI::App app{"Plays the whole engine in virtual time through faults that a seed chooses."};
  wishes with;
  app.add_option("--seed", with.seed, "Which run; the first of many with --runs or --minutes");
  auto* runs = app.add_option("--runs", with.runs, "How many seeds, one after the other");
  app.add_option("--minutes", with.minutes, "Go on with other seeds for so long")->excludes(runs);
  app.add_option("--contacts", with.size.contacts, "In all campaigns")
    ->check(CLI::Range(1, 1'000'000));
  app.add_option("--days", with.size.days, "For how long things happen")->check(CLI::Range(1, 366));
  app.add_flag("--real-disk", with.real_disk, "Keep the log in RocksDB");
  app.add_option(
    "--vary",
    with.variations,
    "Play the orders alone, so often, under settings that change nothing");
  app.add_flag("--quiet", with.quiet, "Say nothing of runs that break nothing");
  CLI11_PARSE(app, count, words);

  if (with.seed == 0)
    with.seed = std::random_device{}() + 1ULL;
  auto began = std::chrono::steady_clock::now();
  std::chrono::duration<double, std::ratio<60>> most{with.minutes};
  std::uint64_t played = 0;
  bool kept = true;
  do {
    auto seed = with.seed + played;
    kept = with.variations > 0 ? vary_seed(seed, with) : play_seed(seed, with);
    ++played;
  } while (kept && (played < with.runs || std::chrono::steady_clock::now() - began < most));
  std::cout << played << " runs from seed " << with.seed << (kept ? ": every promise kept" : "")
            << std::endl;
  return kept ? 0 : 1;
}
