// A database is copied file by file, without asking who writes it: see
// docs/decisions/backup_by_files.md.
#include "store/backup.hpp"

#include "domain/match.hpp"
#include "store/files.hpp"
#include "store/hex.hpp"
#include "store/journal.hpp"
#include "store/log_reader.hpp"
#include "store/log_table.hpp"
#include "store/rocks.hpp"
#include "store/secrets.hpp"
#include "store/verify.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace ringmaster::store {

namespace {

namespace fs = std::filesystem;
using trouble = std::optional<std::string>; // what is wrong, or nothing

/// Tries before a database counts as changing too fast. Linking its files takes
/// milliseconds, and the set of files changes every few seconds at the most.
constexpr int tries = 20;

std::string explain(const fs::path& path, const std::error_code& why) {
  return path.string() + ": " + why.message();
}

/// Once made, gone with the object unless it is kept.
class fresh_directory {
public:
  explicit fresh_directory(fs::path path) : path_{std::move(path)} {}
  ~fresh_directory() {
    std::error_code ignored;
    if (made_)
      fs::remove_all(path_, ignored);
  }
  fresh_directory(const fresh_directory&) = delete;
  fresh_directory& operator=(const fresh_directory&) = delete;

  [[nodiscard]] trouble make() {
    std::error_code why;
    if (fs::exists(path_, why))
      return path_.string() + " exists already";
    made_ = fs::create_directories(path_, why);
    if (!why)
      fs::permissions(path_, fs::perms::owner_all, why);
    return why ? trouble{explain(path_, why)} : std::nullopt;
  }
  void keep() { made_ = false; }

private:
  fs::path path_;
  bool made_ = false;
};

bool is_sorted_file(const fs::path& name) {
  return name.extension() == ".sst";
}

/// What RocksDB needs to open it: not its lock, nor its own diary.
bool belongs_to_database(const fs::path& path) {
  auto name = path.filename().string();
  return is_sorted_file(name) || path.extension() == ".log" || name == "CURRENT"
         || name == "IDENTITY" || name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-");
}

/// The older of two WALs was whole when the younger was begun.
std::vector<fs::path> files_of(const fs::path& database, std::error_code& why) {
  std::vector<fs::path> files;
  for (fs::directory_iterator at{database, why}, end; !why && at != end; at.increment(why))
    if (belongs_to_database(at->path()))
      files.push_back(at->path());
  std::ranges::sort(files);
  return files;
}

/// Sorted files never change once they are written, so a second name does; beside
/// another disk they are copied.
void take_file(const fs::path& from, const fs::path& to, std::error_code& why) {
  if (is_sorted_file(from)) {
    fs::create_hard_link(from, to, why);
    if (!why)
      return;
  }
  fs::copy_file(from, to, why);
  if (!why)
    sync_file(to);
}

/// One try; false if the set of files changed meanwhile.
bool take_files(const fs::path& from, const fs::path& to, std::error_code& why) {
  auto before = rocks::set_of_files(from);
  for (const auto& file : files_of(from, why)) {
    take_file(file, to / file.filename(), why);
    // What RocksDB had no more use for when we began, it removes in its own time.
    if (why == std::errc::no_such_file_or_directory)
      why.clear();
    if (why)
      break;
  }
  return rocks::set_of_files(from) == before;
}

/// The files of a database as they are at one moment.
trouble take_database(const fs::path& from, const fs::path& to) {
  std::error_code why;
  for (int turn = 0; turn < tries; ++turn) {
    why.clear();
    fs::remove_all(to, why);
    fs::create_directories(to, why);
    if (why)
      return explain(to, why);
    if (!take_files(from, to, why))
      continue;
    if (why)
      return explain(from, why);
    sync_directory(to);
    return std::nullopt;
  }
  return from.string() + ": its files change too fast to be copied";
}

trouble copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code why;
  fs::copy(from, to, fs::copy_options::recursive, why);
  return why ? trouble{explain(to, why)} : std::nullopt;
}

std::uint64_t bytes_below(const fs::path& directory) {
  std::uint64_t bytes = 0;
  for (const auto& it : fs::recursive_directory_iterator{directory})
    bytes += it.is_regular_file() ? it.file_size() : 0;
  return bytes;
}

/// A copy of the log is as good as its chain.
std::variant<backup_report, std::string>
check_log(const fs::path& journal, const backup_progress& progress) {
  auto opened = log_reader::open(journal);
  if (auto* why = std::get_if<std::string>(&opened))
    return std::move(*why);
  const auto& log = *std::get<std::unique_ptr<log_reader>>(opened);
  auto found =
    verify(log, {}, [&](std::uint64_t position) { progress(position, log.last_position()); });
  if (found.damage)
    return "the log is damaged: position " + std::to_string(found.damage->position) + ' '
           + found.damage->detail;
  return backup_report{
    .position = found.events,
    .head = to_hex(found.head),
    .generation = log.generation(),
    .bytes = 0};
}

/// Into directories that are there and empty.
trouble take_all(const fs::path& data, const fs::path& to) {
  // The log names what the vault had before it: so the log is taken first, and
  // whatever the vault has beyond it, nothing names.
  auto reached = log_reader::reached(data / "journal");
  if (auto wrong = take_database(data / "journal", to / "journal"))
    return wrong;
  number_file{to / "journal" / log_format::reached_file}.write(reached);
  make_directories(to / "vault");
  if (auto wrong = take_database(data / "vault" / "db", to / "vault" / "db"))
    return wrong;
  if (auto wrong = copy_tree(data / "vault" / "rejects", to / "vault" / "rejects"))
    return wrong;
  auto outbox = data / "vault" / "outbox"; // nor is this
  if (fs::exists(outbox))
    if (auto wrong = take_database(outbox, to / "vault" / "outbox"))
      return wrong;
  auto secrets = data / "vault" / "secrets"; // not in a directory of an older version
  return fs::exists(secrets) ? copy_tree(secrets, to / "vault" / "secrets") : std::nullopt;
}

/// How long the streams are that a restore writes to, and which campaigns dial.
struct streams_met {
  struct stream {
    std::uint64_t version = 0;
    bool dials = false;
  };
  std::map<events::stream_id, stream> streams;

  void meet(const events::envelope& it) {
    auto& found = streams[it.stream];
    found.version = it.version;
    match(
      it.event,
      [&](const events::campaign_started&) { found.dials = true; },
      [&](const events::campaign_resumed&) { found.dials = true; },
      [&](const events::campaign_paused&) { found.dials = false; },
      [&](const events::campaign_completed&) { found.dials = false; },
      [&](const events::campaign_failed&) { found.dials = false; },
      [&](const events::campaign_cancelled&) { found.dials = false; },
      [](const auto&) {});
  }
};

streams_met meet_streams(const fs::path& journal) {
  auto log = std::get<std::unique_ptr<log_reader>>(log_reader::open(journal));
  streams_met met;
  met.streams[events::engine_stream] = {};
  (void)log->read(
    1,
    [](const events::stream_id& it) {
      return it == events::engine_stream || it.kind == events::stream_kind::campaign;
    },
    [&](events::envelope&& it) {
      met.meet(it);
      return true;
    });
  return met;
}

/// What the log of a restored directory says first: where it comes from, and that
/// nobody is dialled until an operator resumes.
std::vector<append> first_words(const streams_met& met, events::log_restored told) {
  std::vector<append> words;
  words.push_back(
    {.stream = events::engine_stream,
     .expected_version = met.streams.at(events::engine_stream).version,
     .events = {std::move(told)}});
  for (const auto& [id, stream] : met.streams)
    if (stream.dials)
      words.push_back(
        {.stream = id,
         .expected_version = stream.version,
         .events = {events::campaign_paused{events::log_was_restored{}}},
         .actor = "restore"});
  return words;
}

/// Gives the log its new name, and the events that say so.
std::variant<restore_report, std::string>
begin_anew(const fs::path& journal, backup_report of, events::instant now) {
  auto met = meet_streams(journal);
  if (auto wrong = log_table::renew_generation(journal))
    return *std::move(wrong);
  auto opened = journal::open(journal, {});
  if (auto* why = std::get_if<std::string>(&opened))
    return std::move(*why);
  auto& log = *std::get<std::unique_ptr<store::journal>>(opened);
  log.look_up_versions_with(
    [&](const events::stream_id& it) { return met.streams.at(it).version; });
  auto words = first_words(
    met,
    {.position = of.position,
     .hash = of.head,
     .from_generation = of.generation,
     .generation = log.generation()});
  auto written = log.write(words, now);
  return restore_report{
    .of = std::move(of),
    .generation = log.generation(),
    .position = written.head.position,
    .paused_campaigns = words.size() - 1};
}

} // namespace

std::variant<backup_report, std::string>
back_up(const fs::path& data, const fs::path& to, const backup_progress& progress) {
  fresh_directory made{to};
  if (auto wrong = made.make())
    return *wrong;
  if (auto wrong = take_all(data, to))
    return *wrong;
  auto checked = check_log(to / "journal", progress);
  if (auto* report = std::get_if<backup_report>(&checked)) {
    report->bytes = bytes_below(to);
    sync_directory(to);
    made.keep();
  }
  return checked;
}

std::variant<restore_report, std::string> restore(
  const fs::path& from,
  const fs::path& data,
  events::instant now,
  const backup_progress& progress) {
  fresh_directory made{data};
  if (auto wrong = made.make())
    return *wrong;
  for (const char* part : {"journal", "vault"})
    if (auto wrong = copy_tree(from / part, data / part))
      return *wrong;
  auto checked = check_log(data / "journal", progress);
  if (auto* why = std::get_if<std::string>(&checked))
    return std::move(*why);
  auto done = begin_anew(data / "journal", std::get<backup_report>(std::move(checked)), now);
  if (auto* report = std::get_if<restore_report>(&done)) {
    report->sealed_secrets = count_secrets(data / "vault" / "secrets");
    sync_directory(data);
    made.keep();
  }
  return done;
}

} // namespace ringmaster::store
