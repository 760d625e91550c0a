#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace ringmaster::http {

/// How often an address showed a key that opens nothing. Guessing 256 bits is
/// hopeless anyway; this keeps a broken or hostile client from filling the log
/// and the network threads' time.
class failed_attempts {
public:
  using clock = std::chrono::steady_clock;

  /// What to do about one more: whether the log tells of it (the first few,
  /// then every doubling), and how long the answer waits.
  struct verdict {
    std::uint64_t count = 0;
    bool worth_a_line = false;
    std::chrono::milliseconds delay{};
  };

  [[nodiscard]] verdict add(const std::string& address, clock::time_point now);

private:
  struct record {
    std::uint64_t count = 0;
    clock::time_point last;
  };

  void forget(clock::time_point now);

  // Connections fail on every network thread, and an answer must know its
  // delay at once.
  std::mutex door_;
  std::unordered_map<std::string, record> by_address_;
};

} // namespace ringmaster::http
