#include "support/temporary_directory.hpp"
#include "telephony/ledger.hpp"
#include "telephony/line.hpp"

#include <fstream>
#include <sstream>

using namespace ringmaster::test;

namespace {

constexpr auto morning = manual_timer::monday_morning;

struct shelf {
  temporary_directory directory;
  std::filesystem::path path = directory.path() / "carrier" / "calls.ledger";

  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream{path}.rdbuf();
    return all.str();
  }
  void append(std::string_view text) const { std::ofstream{path, std::ios::app} << text; }
};

} // namespace

TEST_CASE("a placed call is one line that a person can read") {
  shelf on;
  CHECK(ledger{on.path}.record_placed(call(17, 2), morning, "busy, completed"));
  CHECK(on.text() == "placed " + to_string(call(17, 2)) + " 1767603600000000 busy, completed .\n");
}

TEST_CASE("a ledger knows after a restart what it was told before") {
  shelf on;
  {
    ledger first{on.path};
    CHECK(first.record_placed(call(1), morning, ""));
    CHECK(first.record_placed(call(2), morning + 1s, "busy"));
    first.record_hung_up(call(1), morning + 3s);
  }
  ledger again{on.path};
  auto one = again.find(call(1));
  REQUIRE(one);
  CHECK(one->placed_at == morning);
  CHECK(one->script.empty());
  CHECK(one->hung_up_at == morning + 3s);
  auto two = again.find(call(2));
  REQUIRE(two);
  CHECK(two->placed_at == morning + 1s);
  CHECK(two->script == "busy");
  CHECK_FALSE(two->hung_up_at);
  CHECK_FALSE(again.find(call(3)));
}

TEST_CASE("a ledger knows what it was told since the last question") {
  shelf on;
  ledger it{on.path};
  CHECK_FALSE(it.find(call(2)));
  CHECK(it.record_placed(call(2), morning, ""));
  CHECK(it.find(call(2)));
  CHECK(it.record_placed(call(1), morning, ""));
  CHECK(it.find(call(1)));
  CHECK(it.find(call(2)));
}

TEST_CASE("a line that a crash cut short is no call, at whatever byte, and the next one is clean") {
  shelf whole;
  CHECK(ledger{whole.path}.record_placed(call(1), morning, "busy"));
  auto line = whole.text();
  for (std::size_t bytes = 1; bytes < line.size(); ++bytes) {
    CAPTURE(bytes);
    shelf on;
    CHECK(ledger{on.path}.record_placed(call(7), morning, ""));
    on.append(line.substr(0, bytes));
    ledger again{on.path};
    CHECK(again.record_placed(call(2), morning, ""));
    auto entries = read_ledger(on.path);
    // Without its line end alone the line is whole.
    bool only_the_end_is_missing = bytes + 1 == line.size();
    REQUIRE(entries.size() == (only_the_end_is_missing ? 3 : 2));
    CHECK(entries.front().call == call(7));
    CHECK(entries.back().call == call(2));
    CHECK(again.find(call(1)).has_value() == only_the_end_is_missing);
    CHECK(again.find(call(2)));
  }
}

TEST_CASE("lines that nobody here wrote are passed over") {
  shelf on;
  CHECK(ledger{on.path}.record_placed(call(1), morning, ""));
  on.append(
    "\n\nplaced\nplaced x .\nplaced cmp_000000000001.1.1 .\nplaced cmp_000000000001.1.1 12x .\n"
    "mislaid cmp_000000000001.1.1 12 .\n");
  CHECK(ledger{on.path}.record_placed(call(2), morning, ""));
  auto entries = read_ledger(on.path);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].call == call(1));
  CHECK(entries[1].call == call(2));
}

TEST_CASE("hang-ups are not calls") {
  shelf on;
  ledger it{on.path};
  CHECK(it.record_placed(call(1), morning, ""));
  it.record_hung_up(call(1), morning);
  CHECK(read_ledger(on.path).size() == 1);
}

TEST_CASE("a ledger longer than one look is read to its end") {
  shelf on;
  ledger it{on.path};
  constexpr std::uint32_t calls = 60'000; // some three megabytes
  for (std::uint32_t row = 1; row <= calls; ++row)
    REQUIRE(it.record_placed(call(row), morning + duration{row}, ""));
  CHECK(read_ledger(on.path).size() == calls);
  for (std::uint32_t row = 1; row <= calls; row += 997) {
    auto found = it.find(call(row));
    REQUIRE(found);
    CHECK(found->placed_at == morning + duration{row});
  }
}

TEST_CASE("no ledger is written where none is wanted") {
  ledger it{{}};
  CHECK(it.record_placed(call(1), morning, ""));
  CHECK_FALSE(it.find(call(1)));
  CHECK(read_ledger("").empty());
}

TEST_CASE("what cannot be recorded is not said to be") {
  temporary_directory directory;
  ledger it{directory.path()}; // a directory, not a file
  CHECK_FALSE(it.record_placed(call(1), morning, ""));
}
