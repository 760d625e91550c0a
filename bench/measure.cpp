#include "bench/campaign_work.hpp"

#include <sys/resource.h>

namespace ringmaster::bench {

namespace {

double seconds(const timeval& it) {
  return static_cast<double>(it.tv_sec) + static_cast<double>(it.tv_usec) / 1e6;
}

} // namespace

double cpu_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::uint64_t bytes_below(const std::filesystem::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code gone; // files come and go while a store is open
  for (auto it = std::filesystem::recursive_directory_iterator(directory, gone);
       it != std::filesystem::recursive_directory_iterator();
       it.increment(gone))
    if (it->is_regular_file(gone))
      bytes += it->file_size(gone);
  return bytes;
}

} // namespace ringmaster::bench
