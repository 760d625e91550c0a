// A child process that does what ends a process.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

namespace ringmaster::test {

struct death {
  int exit_code = 0;
  std::string last_words;
};

/// Lets a child process do it.
inline death dies(const std::function<void()>& doing) {
  std::array<int, 2> channel{};
  REQUIRE(pipe(channel.data()) == 0);
  auto child = fork();
  if (child == 0) {
    dup2(channel[1], STDERR_FILENO);
    doing();
    _exit(0);
  }
  close(channel[1]);
  death seen;
  std::array<char, 256> piece{};
  for (ssize_t got = 0; (got = read(channel[0], piece.data(), piece.size())) > 0;)
    seen.last_words.append(piece.data(), static_cast<std::size_t>(got));
  close(channel[0]);
  int status = 0;
  waitpid(child, &status, 0);
  seen.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return seen;
}

} // namespace ringmaster::test
