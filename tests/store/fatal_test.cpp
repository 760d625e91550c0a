#include "store/dying.hpp"
#include "store/fatal.hpp"
#include "store/given_log.hpp"

using namespace ringmaster;
using namespace ringmaster::test;

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
