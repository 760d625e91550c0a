#include "store/log_table.hpp"

#include "events/codec.hpp"
#include "store/fatal.hpp"
#include "store/hex.hpp"
#include "store/log_format.hpp"

#include <openssl/rand.h>

#include <array>
#include <utility>

namespace ringmaster::store {

using namespace log_format;

namespace {

/// How much of the end of the log is checked when it is opened.
constexpr std::uint64_t tail_length = 1'000;

std::string random_generation() {
  std::array<unsigned char, 16> bits{};
  if (RAND_bytes(bits.data(), static_cast<int>(bits.size())) != 1)
    fatal("making a log", "no random numbers");
  return to_hex(bits);
}

/// So that the log can be read without this program.
void write_schema(const std::filesystem::path& directory) {
  file_writer file{directory / "log.desc.new"};
  file.write(events::descriptor_set());
  file.publish(directory / "log.desc");
}

using trouble = std::optional<std::string>; // what is wrong, or nothing

std::string damage_at(std::uint64_t position, std::string_view what) {
  return "the log is damaged: position " + std::to_string(position) + " " + std::string{what};
}

/// What is known about the log as a whole, but for its head.
trouble read_about(const rocks::database& db, std::uint64_t last, about_log& found) {
  auto answer = log_format::read_about(db);
  if (!answer.trouble.empty())
    return answer.trouble;
  if (!answer.about && last != 0)
    return "the log is damaged: it does not say what it is";
  if (!answer.about) {
    found.generation = random_generation();
    return std::nullopt;
  }
  found.generation = answer.about->generation;
  found.epoch = answer.about->epoch;
  return std::nullopt;
}

/// Every event from `first` on stands in its place, decodes, and follows from
/// the one before it, which is `head` at the start; the last one is at the end.
trouble
check_from(std::uint64_t first, std::uint64_t last, rocksdb::Iterator& at, journal_head& head) {
  chain_hasher chain;
  at.Seek(big_endian(first));
  for (auto position = first; position <= last; ++position, at.Next()) {
    if (!at.Valid() || at.key() != big_endian(position))
      return damage_at(position, "is missing " + (at.status().ok() ? "" : at.status().ToString()));
    auto record = parse_record(at.value().ToStringView());
    if (!record || chain.next(head.hash, record->bytes) != record->hash)
      return damage_at(position, "does not follow from those before it");
    auto event = events::decode(record->bytes);
    if (!event || event->position != position)
      return damage_at(position, "cannot be read, or is of a newer version");
    head = {position, record->hash, event->recorded_at};
  }
  return std::nullopt;
}

/// Checks that the log begins at its beginning, and the last of it event by
/// event. All in between is for an audit.
trouble check_ends(std::uint64_t last, rocksdb::Iterator& at, journal_head& head) {
  at.SeekToFirst();
  if (!at.Valid() || at.key() != big_endian(1))
    return damage_at(1, "is missing");
  if (last <= tail_length)
    return check_from(1, last, at, head);
  auto before = last - tail_length;
  at.Seek(big_endian(before));
  auto record = at.Valid() ? parse_record(at.value().ToStringView()) : std::nullopt;
  if (!record || at.key() != big_endian(before))
    return damage_at(before, "is missing");
  head = {before, record->hash, {}};
  return check_from(before + 1, last, at, head);
}

trouble check_reached(std::uint64_t reached, std::uint64_t last) {
  if (reached <= last)
    return std::nullopt;
  return "the log is damaged: it ends at position " + std::to_string(last) + " and had synced "
         + std::to_string(reached) + "; remove the file `" + std::string{reached_file}
         + "` in it to go on without the rest";
}

trouble inspect(const rocks::database& db, about_log& found) {
  std::unique_ptr<rocksdb::Iterator> at{db->NewIterator({}, db.family(events_family))};
  at->SeekToLast();
  if (!at->status().ok())
    return "the log is damaged: " + at->status().ToString();
  auto last = at->Valid() ? parse_number(at->key().ToStringView()) : 0;
  if (!last)
    return "the log is damaged: a key is no position";
  if (auto wrong = read_about(db, *last, found))
    return wrong;
  return *last == 0 ? std::nullopt : check_ends(*last, *at, found.head);
}

} // namespace

std::variant<std::unique_ptr<log_table>, std::string>
log_table::open(const std::filesystem::path& directory, std::uint64_t reserve_bytes) {
  auto opened = rocks::database::open(directory, log_format::options(), families());
  if (const auto* why = std::get_if<rocksdb::Status>(&opened))
    return rocks::explain(directory, *why);
  auto db = std::get<std::unique_ptr<rocks::database>>(std::move(opened));
  about_log found;
  if (auto wrong = inspect(*db, found))
    return directory.string() + ": " + *wrong;
  number_file reached{directory / reached_file};
  if (auto wrong = check_reached(reached.read(), found.head.position))
    return directory.string() + ": " + *wrong;
  ++found.epoch;
  std::unique_ptr<log_table> it{
    new log_table{std::move(db), std::move(reached), std::move(found), directory, reserve_bytes}};
  write_schema(directory);
  return it;
}

std::optional<std::string> log_table::renew_generation(const std::filesystem::path& directory) {
  auto opened = open(directory, 0);
  if (auto* why = std::get_if<std::string>(&opened))
    return std::move(*why);
  auto& table = *std::get<std::unique_ptr<log_table>>(opened);
  table.about_.generation = random_generation();
  table.write_about();
  return std::nullopt;
}

log_table::log_table(
  std::unique_ptr<rocks::database> db,
  number_file reached,
  about_log found,
  std::filesystem::path directory,
  std::uint64_t reserve_bytes)
  : db_{std::move(db)}, reached_{std::move(reached)}, about_{std::move(found)},
    directory_{std::move(directory)}, reserve_bytes_{reserve_bytes} {
  write_about();
  reached_.write(about_.head.position);
}

void log_table::write_about() {
  auto* about = db_->family(about_family);
  rocksdb::WriteBatch batch;
  auto put = [&](std::string_view key, std::string_view value) {
    rocks::must(batch.Put(about, rocks::slice(key), rocks::slice(value)), "writing about the log");
  };
  put(format_key, this_format);
  put(generation_key, about_.generation);
  put(epoch_key, big_endian(about_.epoch));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  rocks::must((*db_)->Write(synced, &batch), "writing about the log");
  // Else a memtable that is never full would keep the WAL from being removed.
  rocks::must((*db_)->Flush({}, about), "writing about the log");
}

/// Others write to the disk too, so it is looked at every time: that costs next to
/// nothing beside the sync that follows.
bool log_table::has_room() {
  std::error_code cannot_tell;
  auto space = std::filesystem::space(directory_, cannot_tell);
  return cannot_tell || space.available >= reserve_bytes_;
}

void log_table::add(std::uint64_t position, const log_record& what) {
  auto key = big_endian(position);
  rocksdb::Slice key_part{key};
  std::array value_parts{
    rocksdb::Slice{reinterpret_cast<const char*>(what.hash.data()), what.hash.size()},
    rocks::slice(what.bytes)};
  auto status = added_.Put(
    db_->family(events_family),
    rocksdb::SliceParts{&key_part, 1},
    rocksdb::SliceParts{value_parts.data(), static_cast<int>(value_parts.size())});
  rocks::must(status, "gathering events");
}

void log_table::commit(std::uint64_t head) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  rocks::must((*db_)->Write(synced, &added_), "writing to the log");
  added_.Clear();
  reached_.write(head); // after the sync: it must never run ahead of the log
}

void log_table::scan(std::uint64_t first, std::uint64_t last, const visitor& visit) const {
  if (first > last)
    return;
  auto hole = [](std::uint64_t position) {
    fatal("reading the log", "nothing to read at position " + std::to_string(position));
  };
  std::unique_ptr<rocksdb::Iterator> at{(*db_)->NewIterator({}, db_->family(events_family))};
  at->Seek(big_endian(first));
  for (auto position = first; position <= last; ++position, at->Next()) {
    rocks::must(at->status(), "reading the log");
    if (!at->Valid() || at->key() != big_endian(position))
      hole(position);
    auto it = parse_record(at->value().ToStringView());
    if (!it)
      hole(position);
    if (!visit(position, *it))
      return;
  }
}

} // namespace ringmaster::store
