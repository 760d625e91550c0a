#include "telephony/ledger.hpp"

#include "telephony/simulated.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace ringmaster::telephony {

namespace {

// A line is `placed cmp_01h7x3k9q2zt.17.2 1767603600000000 busy, completed .`:
// what happened, the call, when, the script if there is one. The full stop
// tells a whole line from one that a crash cut short.
constexpr std::string_view placed_word = "placed";
constexpr std::string_view hung_up_word = "hung_up";
constexpr std::string_view full_stop = " .";
constexpr std::size_t chunk = 1 << 20;
constexpr std::size_t longest_line = longest_script + 128;

struct entry {
  bool placed; // else hung up
  events::attempt_key call;
  events::instant at;
  std::string_view script;
};

std::string_view take_word(std::string_view& line) {
  auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

std::optional<entry> parse(std::string_view line) {
  if (!line.ends_with(full_stop))
    return std::nullopt;
  line.remove_suffix(full_stop.size());
  auto what = take_word(line);
  auto call = events::parse_attempt_key(take_word(line));
  auto when = take_word(line);
  std::int64_t at = 0;
  auto [stopped, error] = std::from_chars(when.data(), when.data() + when.size(), at);
  if (!call || when.empty() || error != std::errc{} || stopped != when.data() + when.size())
    return std::nullopt;
  if (what != placed_word && what != hung_up_word)
    return std::nullopt;
  return entry{what == placed_word, *call, events::instant{events::duration{at}}, line};
}

std::string render(
  std::string_view what,
  const events::attempt_key& call,
  events::instant at,
  std::string_view script) {
  std::string line;
  line.reserve(96 + script.size());
  line += what;
  line += ' ';
  line += to_string(call);
  line += ' ';
  line += std::to_string(at.time_since_epoch().count());
  if (!script.empty()) {
    line += ' ';
    line += script;
  }
  line += full_stop;
  line += '\n';
  return line;
}

/// Calls `handle(offset, line)` for every whole line from `from` on, and
/// returns where the next one will begin.
template <class Handle>
std::uint64_t for_each_line(int file, std::uint64_t from, Handle handle) {
  std::string text;
  std::uint64_t begin = from; // of `text` in the file
  for (;;) {
    auto had = text.size();
    text.resize(had + chunk);
    auto got = ::pread(file, text.data() + had, chunk, static_cast<off_t>(begin + had));
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got <= 0)
      return begin;
    std::size_t start = 0;
    for (auto end = text.find('\n', had); end != std::string::npos; end = text.find('\n', start)) {
      handle(begin + start, std::string_view{text}.substr(start, end - start));
      start = end + 1;
    }
    text.erase(0, start);
    begin += start;
  }
}

std::uint64_t size_of(int file) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool ends_in_mid_line(int file) {
  auto size = size_of(file);
  char last = '\n';
  return size > 0 && ::pread(file, &last, 1, static_cast<off_t>(size - 1)) == 1 && last != '\n';
}

/// What the ledger says in the one line at `offset`.
void fold_line(int file, std::uint64_t offset, std::optional<ledger::record>& into) {
  std::array<char, longest_line> buffer;
  auto got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(offset));
  std::string_view text{buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  auto line = parse(text.substr(0, text.find('\n')));
  if (line && line->placed)
    into = ledger::record{line->at, std::string{line->script}, std::nullopt};
  else if (line && into)
    into->hung_up_at = line->at;
}

} // namespace

ledger::ledger(const std::filesystem::path& path) : keeps_nothing_{path.empty()} {
  if (keeps_nothing_)
    return;
  std::error_code ignored; // opening says it too
  if (path.has_parent_path())
    std::filesystem::create_directories(path.parent_path(), ignored);
  file_ = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file_ >= 0)
    torn_ = ends_in_mid_line(file_);
}

ledger::~ledger() {
  if (file_ >= 0)
    ::close(file_);
}

bool ledger::record_placed(
  const events::attempt_key& call, events::instant at, std::string_view script) {
  return keeps_nothing_ || append(render(placed_word, call, at, script));
}

void ledger::record_hung_up(const events::attempt_key& call, events::instant at) {
  // If this is lost, the call goes on after a restart: a nuisance, and the
  // engine hangs up again.
  if (!keeps_nothing_)
    (void)append(render(hung_up_word, call, at, {}));
}

bool ledger::append(std::string line) {
  if (file_ < 0)
    return false;
  if (torn_.exchange(false))
    line.insert(line.begin(), '\n');
  ssize_t written = 0;
  do
    written = ::write(file_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  if (written > 0 && written < static_cast<ssize_t>(line.size()))
    torn_ = true;
  return written == static_cast<ssize_t>(line.size());
}

bool ledger::by_call(const indexed& a, const indexed& b) {
  return a.call < b.call;
}

void ledger::catch_up() {
  auto size = size_of(file_);
  auto oldest = size > reach ? size - reach : 0;
  auto known = index_.size();
  auto note = [&](std::uint64_t offset, std::string_view line) {
    if (auto found = parse(line))
      index_.push_back({found->call, offset});
  };
  // From the middle of a line on, that line is no entry: `parse` says so.
  read_upto_ = for_each_line(file_, std::max(read_upto_, oldest), note);
  auto fresh = index_.begin() + static_cast<std::ptrdiff_t>(known);
  std::stable_sort(fresh, index_.end(), by_call);
  std::inplace_merge(index_.begin(), fresh, index_.end(), by_call);
  std::erase_if(index_, [&](const indexed& it) { return it.offset < oldest; });
}

std::optional<ledger::record> ledger::find(const events::attempt_key& call) {
  if (file_ < 0)
    return std::nullopt;
  catch_up();
  std::optional<record> found;
  auto [first, last] = std::equal_range(index_.begin(), index_.end(), indexed{call, 0}, by_call);
  for (auto it = first; it != last; ++it)
    fold_line(file_, it->offset, found);
  return found;
}

std::vector<ledger_entry> read_ledger(const std::filesystem::path& path) {
  std::vector<ledger_entry> entries;
  auto file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return entries;
  for_each_line(file, 0, [&](std::uint64_t, std::string_view line) {
    if (auto found = parse(line); found && found->placed)
      entries.push_back({found->call, found->at, std::string{found->script}});
  });
  ::close(file);
  return entries;
}

} // namespace ringmaster::telephony
