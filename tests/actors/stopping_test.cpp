#include "support/stage.hpp"

using namespace ringmaster;
using ringmaster::test::premises;
using ringmaster::test::stage;

// What fails here hangs: an actor that waits for an answer cannot leave.
TEST_CASE("the engine stops between any two messages of a command") {
  for (int messages = 0; messages < 8; ++messages) {
    premises at;
    stage on{at};
    on.command_later(
      {10},
      domain::create_campaign{
        {.campaign = {10},
         .workflow = {8},
         .list = {7},
         .trunk = {9},
         .contacts = 1,
         .list_sha256 = {},
         .settings = {}}});
    on.run_until([left = messages]() mutable { return left-- == 0; });
  }
}
