#include "telephony/ledger.hpp"

#include "telephony/simulated.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ringmaster::telephony {

namespace {

// A line is `placed cmp_01h7x3k9q2zt.17.2 1767603600000000 busy, completed`:
// what happened, the call, when, the script if there is one.
constexpr std::string_view placed_word = "placed";
constexpr std::string_view hung_up_word = "hung_up";
constexpr std::size_t longest_line = longest_script + 128;

struct entry {
  bool placed; // else hung up
  events::attempt_key call;
  events::instant at;
  std::string_view script;
};

std::optional<entry> parse(std::string_view line) {
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
  return line;
}

/// What the ledger says in one line.
void fold_line(std::string_view text, std::optional<ledger::record>& into) {
  auto line = parse(text);
  if (line && line->placed)
    into = ledger::record{line->at, std::string{line->script}, std::nullopt};
  else if (line && into)
    into->hung_up_at = line->at;
}

} // namespace

ledger::ledger(const std::filesystem::path& path) {
  if (!path.empty())
    file_.emplace(path);
}

bool ledger::record_placed(
  const events::attempt_key& call, events::instant at, std::string_view script) {
  return !file_ || file_->append(render(placed_word, call, at, script));
}

void ledger::record_hung_up(const events::attempt_key& call, events::instant at) {
  // If this is lost, the call goes on after a restart: a nuisance, and the
  // engine hangs up again.
  if (file_)
    (void)file_->append(render(hung_up_word, call, at, {}));
}

bool ledger::by_call(const indexed& a, const indexed& b) {
  return a.call < b.call;
}

void ledger::catch_up() {
  auto size = file_->size();
  auto oldest = size > reach ? size - reach : 0;
  auto known = index_.size();
  auto note = [&](std::uint64_t offset, std::string_view line) {
    if (auto found = parse(line))
      index_.push_back({found->call, offset});
  };
  // From the middle of a line on, that line is no entry: `parse` says so.
  read_upto_ = file_->for_each(std::max(read_upto_, oldest), note);
  auto fresh = index_.begin() + static_cast<std::ptrdiff_t>(known);
  std::stable_sort(fresh, index_.end(), by_call);
  std::inplace_merge(index_.begin(), fresh, index_.end(), by_call);
  std::erase_if(index_, [&](const indexed& it) { return it.offset < oldest; });
}

std::optional<ledger::record> ledger::find(const events::attempt_key& call) {
  if (!file_ || !file_->is_open())
    return std::nullopt;
  catch_up();
  std::optional<record> found;
  auto [first, last] = std::equal_range(index_.begin(), index_.end(), indexed{call, 0}, by_call);
  for (auto it = first; it != last; ++it)
    fold_line(file_->line_at(it->offset, longest_line), found);
  return found;
}

std::vector<ledger_entry> read_ledger(const std::filesystem::path& path) {
  std::vector<ledger_entry> entries;
  line_file::read(path, [&](std::uint64_t, std::string_view line) {
    if (auto found = parse(line); found && found->placed)
      entries.push_back({found->call, found->at, std::string{found->script}});
  });
  return entries;
}

} // namespace ringmaster::telephony
