#pragma once

#include <stdexcept>
#include <string_view>

namespace ringmaster::store {

/// Ends the process at once, after one line on stderr. After a failed write
/// nobody knows what the disk holds; only a fresh start from the log does.
[[noreturn]] void fatal(std::string_view what, std::string_view why);

/// What an operator can do, for the end of a text that says what went wrong.
inline constexpr std::string_view when_disk_is_full =
  "Make room on the disk and start again: nothing that was acknowledged is lost";
inline constexpr std::string_view when_disk_failed =
  "The disk failed, see the kernel's log. Start again when it works; if that does not help, "
  "restore a backup";
inline constexpr std::string_view when_damaged =
  "`ringmaster-replay verify` tells whether the log is whole; if this cannot be opened, restore a "
  "backup";

/// What `fatal` throws in a program that only reads.
struct unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// From now on `fatal` throws `unreadable`. For a program that writes nothing: it
/// loses nothing by going on with what else there is to read. To be called before
/// there are other threads.
void throw_when_fatal();

/// For threads of others, where nothing can be thrown.
[[nodiscard]] bool throws_when_fatal();

} // namespace ringmaster::store
