#include "bench/campaign_work.hpp"
#include "tests/support/temporary_directory.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace ringmaster::bench;
using ringmaster::test::temporary_directory;

namespace {

void print(const char* name, const measured& it, std::uint32_t contacts) {
  auto attempts = static_cast<double>(it.attempts);
  std::printf(
    "%-10s %8u contacts %9.0f contacts/s %9.0f attempts/s %9.0f events/s %7.4f CPU s/1000 attempts "
    "%6.1f MB on disk\n",
    name,
    contacts,
    contacts / it.seconds,
    attempts / it.seconds,
    static_cast<double>(it.events) / it.seconds,
    it.cpu_seconds / attempts * 1'000,
    static_cast<double>(it.bytes_on_disk) / 1e6);
  std::fflush(stdout);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

} // namespace

/// `bench_campaign [contacts [rounds]]`: the engine and its floor by turns.
int main(int argc, char** argv) {
  auto contacts = static_cast<std::uint32_t>(argc > 1 ? std::stoul(argv[1]) : 100'000);
  auto rounds = argc > 2 ? std::stoi(argv[2]) : 3;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    temporary_directory floor_data;
    temporary_directory engine_data;
    auto floor = run_floor(floor_data.path() / "floor", contacts);
    print("floor", floor, contacts);
    auto engine = run_campaign(engine_data.path() / "engine", contacts);
    print("ringmaster", engine, contacts);
    ratios.push_back(floor.seconds / engine.seconds);
  }
  std::printf(
    "ringmaster / floor: %.2f (median of %d); peak memory %.0f MB\n",
    median(ratios),
    rounds,
    static_cast<double>(peak_memory()) / 1e6);
}
