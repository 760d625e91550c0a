#pragma once

namespace CLI {
class App;
}

namespace ringmaster::app {

/// `keys export-public`: commands on a data directory, without its server. Sets
/// `status` to what the process returns.
void add_data_commands(CLI::App& app, int& status);

} // namespace ringmaster::app
