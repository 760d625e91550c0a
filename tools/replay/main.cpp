#include "store/fatal.hpp"
#include "tools/replay/diff_command.hpp"
#include "tools/replay/events_command.hpp"
#include "tools/replay/explain_command.hpp"
#include "tools/replay/export_command.hpp"
#include "tools/replay/state_command.hpp"
#include "tools/replay/verify_command.hpp"
#include "tools/replay/what_if_command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace ringmaster::replay;

int run(int argc, char** argv) {
  ringmaster::store::throw_when_fatal();
  CLI::App app{"Answers from the log of a Ringmaster data directory, without the server: while it "
               "runs, or after it died. Nothing is written there.\n"
               "Returns 0: all is well; 1: damage, a difference, nothing found; 2: cannot look."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "ringmaster-replay 0.1.0");
  auto result = all_well;
  add_events(app, result);
  add_diff(app, result);
  add_explain(app, result);
  add_export(app, result);
  add_state(app, result);
  add_verify(app, result);
  add_what_if(app, result);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    return app.exit(why) == 0 ? all_well : cannot_look;
  }
  return result;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& why) {
    std::fprintf(stderr, "ringmaster-replay: %s\n", why.what());
    return cannot_look;
  }
}
