// The work that the benchmark and its floor both do.
#pragma once

#include <cstdint>
#include <filesystem>

namespace ringmaster::bench {

struct measured {
  double seconds = 0;
  double cpu_seconds = 0;
  std::uint64_t attempts = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes_on_disk = 0;
};

inline constexpr std::uint32_t lines = 100;

/// Dials `contacts` through the whole engine with a carrier that answers at
/// once: 60 % completed, 15 % busy, 15 % no answer, 10 % voicemail; everyone
/// else is tried again at once, three times in all.
[[nodiscard]] measured run_campaign(const std::filesystem::path& data, std::uint32_t contacts);

/// The same rounds on RocksDB alone, without actors or rules: a synced batch
/// holds the outcomes of the last 100 calls, the intents of the next 100, the
/// states of these contacts and the progress.
[[nodiscard]] measured run_floor(const std::filesystem::path& data, std::uint32_t contacts);

/// CPU time of this process so far, in seconds.
[[nodiscard]] double cpu_now();

[[nodiscard]] std::uint64_t bytes_below(const std::filesystem::path& directory);

/// Peak resident memory of this process, in bytes.
[[nodiscard]] std::uint64_t peak_memory();

} // namespace ringmaster::bench
