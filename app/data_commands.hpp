#pragma once

namespace CLI {
class App;
}

namespace ringmaster::app {

/// `keys`: those of the API, and the one in a data directory that signs the log.
/// Sets `status` to what the process returns.
void add_data_commands(CLI::App& app, int& status);

} // namespace ringmaster::app
