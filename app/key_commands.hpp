#pragma once

namespace CLI {
class App;
}

namespace ringmaster::app {

/// `keys create`, `keys list` and `keys revoke`: on a running server, or with
/// `--data` on the directory of one that is stopped. Sets `status` to what the
/// process returns.
void add_key_commands(CLI::App& keys, int& status);

} // namespace ringmaster::app
