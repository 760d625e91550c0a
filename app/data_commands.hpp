#pragma once

namespace CLI {
class App;
}

namespace ringmaster::app {

/// `keys`, those of the API and the one that signs the log, `backup`, `restore` and
/// `rebuild-views`:
/// commands on a data directory. Sets `status` to what the process returns.
void add_data_commands(CLI::App& app, int& status);

} // namespace ringmaster::app
