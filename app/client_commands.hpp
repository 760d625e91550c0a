#pragma once

namespace CLI {
class App;
}

namespace ringmaster::app {

/// `lists`, `workflows`, `trunks`, `campaigns`, `runs`, `watch` and `tour`: each
/// talks to a running server. Sets `status` to what the process returns.
void add_client_commands(CLI::App& app, int& status);

} // namespace ringmaster::app
