#include "store/fatal.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace ringmaster::store {

namespace {

bool throws = false;

} // namespace

void throw_when_fatal() {
  throws = true;
}

bool throws_when_fatal() {
  return throws;
}

void fatal(std::string_view what, std::string_view why) {
  if (throws)
    throw unreadable{std::string{what} + ": " + std::string{why}};
  auto line = "ringmaster: fatal: " + std::string{what} + ": " + std::string{why} + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
  // Not `abort`: a core dump would hold people's data. Not `exit`: a destructor
  // that flushes would go on writing to a disk that has just failed us.
  constexpr int software_failed = 70; // EX_SOFTWARE of sysexits.h
  std::_Exit(software_failed);
}

} // namespace ringmaster::store
