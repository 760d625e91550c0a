#include "domain/pre_dial.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::domain;

TEST_CASE("a hook's reason has no room for a number or a name") {
  for (const auto* good : {"a", "z", "_", "do_not_call"})
    CHECK(is_hook_reason(good));
  CHECK(is_hook_reason(std::string(64, 'z')));
  CHECK_FALSE(is_hook_reason(std::string(65, 'z')));
  for (const auto* bad : {"", "4155550100", "Jane", "do not call", "a-b", "`", "{", "\xc3\xa4"})
    CHECK_FALSE(is_hook_reason(bad));
}

TEST_CASE("a hook fails when it failed five times in a row") {
  hook_failures failures;
  for (int i = 0; i < 4; ++i)
    failures.add("timeout");
  failures.add(std::nullopt);
  for (int i = 0; i < 4; ++i)
    failures.add("timeout");
  CHECK_FALSE(failures.judge());
  failures.add("nonsense");
  REQUIRE(failures.judge());
  CHECK(failures.judge()->failures == 5);
  CHECK(failures.judge()->reason == "nonsense");
  failures.clear();
  CHECK_FALSE(failures.judge());
}
