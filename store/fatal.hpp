#pragma once

#include <string_view>

namespace ringmaster::store {

/// Ends the process at once, after one line on stderr. After a failed write
/// nobody knows what the disk holds; only a fresh start from the log does.
[[noreturn]] void fatal(std::string_view what, std::string_view why);

} // namespace ringmaster::store
