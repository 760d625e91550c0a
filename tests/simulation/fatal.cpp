// Takes the place of the engine's own: before the process ends, it tells what
// led there.
#include "simulation/fatal.hpp"

#include "store/fatal.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace ringmaster {

namespace {

std::function<std::string()> told_on_fatal;

} // namespace

void simulation::tell_on_fatal(std::function<std::string()> story) {
  told_on_fatal = std::move(story);
}

void store::fatal(std::string_view what, std::string_view why) {
  auto tell = std::exchange(told_on_fatal, nullptr);
  auto text = "fatal: " + std::string{what} + ": " + std::string{why} + "\n";
  text += tell ? tell() : "";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  constexpr int software_failed = 70; // EX_SOFTWARE of sysexits.h
  std::_Exit(software_failed);
}

bool store::throws_when_fatal() {
  return false;
}

} // namespace ringmaster
