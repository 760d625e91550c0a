#pragma once

#include <stdexcept>
#include <string_view>

namespace ringmaster::store {

/// Ends the process at once, after one line on stderr. After a failed write
/// nobody knows what the disk holds; only a fresh start from the log does.
[[noreturn]] void fatal(std::string_view what, std::string_view why);

/// What `fatal` throws in a program that only reads.
struct unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// From now on `fatal` throws `unreadable`. For a program that writes nothing: it
/// loses nothing by going on with what else there is to read. To be called before
/// there are other threads.
void throw_when_fatal();

} // namespace ringmaster::store
