// SIPp as the other side of a trunk: a real peer, in a process of its own.
#pragma once

#include "support/temporary_directory.hpp"

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace ringmaster::test {

/// Plays one of the scenarios in tests/telephony/sipp/ to whoever calls it, on a
/// port of 127.0.0.1 that was free, and ends after so many calls. Its destructor
/// kills it.
class sipp {
public:
  struct options {
    int calls = 1;
    std::string transport = "u1"; // t1: TCP
    // What stands in place of `[name]` in the scenario.
    std::vector<std::pair<std::string, std::string>> values = {};
    std::string remote = {};   // whom it calls; empty: it is called
    bool may_miss_ack = false; // whoever calls it may crash before it says ACK
  };
  explicit sipp(const std::string& scenario) : sipp{scenario, options{}} {}
  sipp(const std::string& scenario, const options& how);
  ~sipp();
  sipp(const sipp&) = delete;
  sipp& operator=(const sipp&) = delete;

  /// "127.0.0.1:5060"
  [[nodiscard]] std::string address() const;
  [[nodiscard]] int port() const { return port_; }

  /// Whether all calls went as the scenario has it. Waits for the end.
  [[nodiscard]] bool is_content();

  void kill();

private:
  temporary_directory directory_;
  int port_;
  pid_t process_ = 0;
};

/// On 127.0.0.1; nobody has it now.
[[nodiscard]] int free_port(bool tcp);

} // namespace ringmaster::test
