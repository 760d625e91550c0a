#include "store/fatal.hpp"
#include "store/given_log.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

struct death {
  int exit_code = 0;
  std::string last_words;
};

/// Lets a child process do it.
death dies(const std::function<void()>& doing) {
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

} // namespace

TEST_CASE("a fatal error ends the process with one line that says why") {
  auto seen = dies([] { store::fatal("writing to the log", "no space left"); });
  CHECK(seen.exit_code == 70);
  CHECK(seen.last_words == "ringmaster: fatal: writing to the log: no space left\n");
}

TEST_CASE("a log with a past does not guess the version of a stream that nobody looked up") {
  temporary_directory home;
  write_batches(*open_log(home.path()), 1, 1);
  auto log = open_log(home.path());
  auto seen = dies([&] { (void)write(*log, {ringing(2, 0)}); });
  CHECK(seen.exit_code == 70);
  CHECK(seen.last_words.find("nobody knows the version of contact/") != std::string::npos);
}
