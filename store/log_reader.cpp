#include "store/log_reader.hpp"

#include "events/codec.hpp"
#include "store/files.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace ringmaster::store {

using log_format::big_endian;
using log_format::parse_number;
using log_format::parse_record;

namespace {

using opened = std::variant<std::unique_ptr<rocks::database>, rocksdb::Status>;

opened open_with(const std::filesystem::path& directory, rocksdb::WALRecoveryMode mode) {
  auto options = log_format::options();
  options.wal_recovery_mode = mode;
  return rocks::database::open_read_only(directory, options, log_format::families());
}

rocksdb::ReadOptions scanning() {
  rocksdb::ReadOptions options;
  options.fill_cache = false; // read once, from one end to the other
  return options;
}

} // namespace

std::string_view to_string(log_fault it) {
  switch (it) {
  case log_fault::missing: return "missing";
  case log_fault::unreadable: return "unreadable";
  case log_fault::altered: return "altered";
  case log_fault::out_of_order: return "out_of_order";
  case log_fault::undecodable: return "undecodable";
  case log_fault::older_epoch: return "older_epoch";
  case log_fault::clock_back: return "clock_back";
  case log_fault::false_signature: return "false_signature";
  }
  return "unknown";
}

std::uint64_t log_reader::reached(const std::filesystem::path& journal_directory) {
  return peek_number(journal_directory / log_format::reached_file);
}

std::variant<std::unique_ptr<log_reader>, std::string>
log_reader::open(const std::filesystem::path& journal_directory) {
  std::error_code ignored;
  if (!std::filesystem::exists(journal_directory / "CURRENT", ignored))
    return journal_directory.string() + ": there is no log here";
  auto synced = reached(journal_directory);
  auto result =
    open_with(journal_directory, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  std::string wal_damage;
  if (const auto* why = std::get_if<rocksdb::Status>(&result); why && why->IsCorruption()) {
    // What stands before the damage is still worth an audit.
    wal_damage = why->ToString();
    result = open_with(journal_directory, rocksdb::WALRecoveryMode::kPointInTimeRecovery);
  }
  if (const auto* why = std::get_if<rocksdb::Status>(&result))
    return rocks::explain(journal_directory, *why);
  auto db = std::get<std::unique_ptr<rocks::database>>(std::move(result));
  auto about = log_format::read_about(*db);
  if (!about.trouble.empty())
    return journal_directory.string() + ": " + about.trouble;
  std::unique_ptr<log_reader> it{
    new log_reader{std::move(db), std::move(about.about).value_or(log_format::about{})}};
  if (auto why = it->find_end(synced, wal_damage))
    return journal_directory.string() + ": " + *why;
  return it;
}

std::optional<std::string>
log_reader::find_end(std::uint64_t synced, const std::string& wal_damage) {
  std::unique_ptr<rocksdb::Iterator> at{
    (*db_)->NewIterator(scanning(), db_->family(log_format::events_family))};
  at->SeekToLast();
  if (!at->status().ok())
    return "the end of the log cannot be read: " + at->status().ToString();
  auto last = at->Valid() ? parse_number(at->key().ToStringView()) : 0;
  if (!last)
    return "a key is no position";
  last_ = *last;
  if (!wal_damage.empty())
    lost_end_ = {last_ + 1, log_fault::unreadable, "cannot be read: " + wal_damage};
  else if (last_ < synced)
    lost_end_ = {
      last_ + 1,
      log_fault::missing,
      "is missing: the log ends here and had synced " + std::to_string(synced)};
  return std::nullopt;
}

std::optional<log_damage> log_reader::scan(std::uint64_t first, const record_visitor& visit) const {
  auto position = std::max<std::uint64_t>(first, 1);
  if (position > last_)
    return std::nullopt;
  std::unique_ptr<rocksdb::Iterator> at{
    (*db_)->NewIterator(scanning(), db_->family(log_format::events_family))};
  for (at->Seek(big_endian(position)); position <= last_; ++position, at->Next()) {
    if (!at->Valid() && !at->status().ok())
      return log_damage{
        position, log_fault::unreadable, "cannot be read: " + at->status().ToString()};
    if (!at->Valid() || parse_number(at->key().ToStringView()) != position)
      return log_damage{position, log_fault::missing, "is missing, and later ones are there"};
    auto record = parse_record(at->value().ToStringView());
    if (!record)
      return log_damage{position, log_fault::altered, "is too short to be an event"};
    if (!visit(position, *record))
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<log_damage> log_reader::read(std::uint64_t first, const event_visitor& visit) const {
  return read(first, {}, visit);
}

std::optional<log_damage> log_reader::read(
  std::uint64_t first, const stream_filter& wanted, const event_visitor& visit) const {
  std::optional<log_damage> undecodable;
  auto ended = scan(first, [&](std::uint64_t position, const log_record& it) {
    auto stream = wanted ? events::peek_stream(it.bytes) : std::nullopt;
    if (stream && !wanted(*stream))
      return true;
    auto event = events::decode(it.bytes);
    if (event)
      return visit(*std::move(event));
    undecodable = {
      position, log_fault::undecodable, "is no event, or one of a newer version of this program"};
    return false;
  });
  return undecodable ? undecodable : ended;
}

std::optional<std::string> log_reader::value_at(std::uint64_t position) const {
  std::string value;
  auto status =
    (*db_)->Get({}, db_->family(log_format::events_family), big_endian(position), &value);
  return status.ok() ? std::optional{std::move(value)} : std::nullopt;
}

std::optional<chain_hash> log_reader::hash_at(std::uint64_t position) const {
  if (position == 0)
    return chain_hash{};
  auto value = value_at(position);
  auto record = value ? parse_record(*value) : std::nullopt;
  return record ? std::optional{record->hash} : std::nullopt;
}

std::uint64_t log_reader::first_at_or_after(events::instant at) const {
  auto is_earlier = [&](std::uint64_t position) {
    auto value = value_at(position);
    auto record = value ? parse_record(*value) : std::nullopt;
    auto event = record ? events::decode(record->bytes) : std::nullopt;
    return !event || event->recorded_at < at;
  };
  std::uint64_t first = 1;
  auto end = last_ + 1;
  while (first < end) {
    auto middle = first + (end - first) / 2;
    if (is_earlier(middle))
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

} // namespace ringmaster::store
