#include "store/outbox.hpp"

#include "store/fatal.hpp"
#include "store/rocks.hpp"

#include <rocksdb/write_batch.h>

#include <limits>
#include <string_view>

namespace ringmaster::store {

namespace {

// A letter for the kind, the webhook, then numbers, big-endian.
constexpr char generation_kind = 'G'; // -> text
constexpr char cursor_kind = 'C';     // webhook -> position
constexpr char owed_kind = 'O';       // webhook, campaign, position -> since
constexpr char parked_kind = 'P';     // webhook, position -> campaign, parked at, why

std::string prefix_of(char kind, events::webhook_id of) {
  std::string key{kind};
  rocks::append_big_endian(key, of.value);
  return key;
}

std::string prefix_of(events::webhook_id of, events::campaign_id campaign) {
  auto key = prefix_of(owed_kind, of);
  rocks::append_big_endian(key, campaign.value);
  return key;
}

std::string owed_key(events::webhook_id of, const owed_event& it) {
  auto key = prefix_of(of, it.campaign);
  rocks::append_big_endian(key, it.position);
  return key;
}

std::string parked_key(events::webhook_id of, std::uint64_t position) {
  auto key = prefix_of(parked_kind, of);
  rocks::append_big_endian(key, position);
  return key;
}

std::string number(std::uint64_t it) {
  std::string text;
  rocks::append_big_endian(text, it);
  return text;
}

std::string micros(events::instant at) {
  return number(static_cast<std::uint64_t>(at.time_since_epoch().count()));
}

/// Number `index` of those that follow one another in `bytes`.
std::uint64_t number_in(std::string_view bytes, std::size_t index) {
  constexpr auto size = sizeof(std::uint64_t);
  if (bytes.size() < (index + 1) * size)
    fatal("reading the outbox", "a record is too short");
  return rocks::read_big_endian<std::uint64_t>(bytes.substr(index * size));
}

events::instant instant_in(std::string_view bytes, std::size_t index) {
  return events::instant{events::duration{static_cast<std::int64_t>(number_in(bytes, index))}};
}

owed_event as_owed(std::string_view key, std::string_view value) {
  auto numbers = key.substr(1);
  return {
    .campaign = {number_in(numbers, 1)},
    .position = number_in(numbers, 2),
    .since = instant_in(value, 0)};
}

parked_event as_parked(std::string_view key, std::string_view value) {
  return {
    .position = number_in(key.substr(1), 1),
    .campaign = {number_in(value, 0)},
    .parked_at = instant_in(value, 1),
    .why = std::string{value.substr(2 * sizeof(std::uint64_t))}};
}

class rocks_outbox : public outbox {
public:
  explicit rocks_outbox(std::unique_ptr<rocks::database> db) : db_{std::move(db)} {}

  void write(std::span<const outbox_changes> all) override;
  [[nodiscard]] std::optional<std::uint64_t> cursor(events::webhook_id of) const override;
  [[nodiscard]] std::vector<events::campaign_id> indebted(events::webhook_id of) const override;
  [[nodiscard]] std::optional<owed_event>
  first_owed(events::webhook_id of, events::campaign_id campaign) const override;
  [[nodiscard]] std::size_t count_owed(events::webhook_id of) const override {
    return count(prefix_of(owed_kind, of));
  }
  [[nodiscard]] std::vector<parked_event>
  parked(events::webhook_id of, std::uint64_t after, std::size_t most) const override;
  [[nodiscard]] std::size_t count_parked(events::webhook_id of) const override {
    return count(prefix_of(parked_kind, of));
  }
  void forget(events::webhook_id of) override;
  [[nodiscard]] std::string generation() const override;
  void set_generation(const std::string& it) override;

private:
  /// Keys that begin with `prefix`, from `from` on, until `visit` says false.
  template <class Visit>
  void scan(const std::string& prefix, const std::string& from, Visit visit) const;
  [[nodiscard]] std::size_t count(const std::string& prefix) const;
  void commit(rocksdb::WriteBatch& batch, bool synced) const;

  std::unique_ptr<rocks::database> db_;
};

template <class Visit>
void rocks_outbox::scan(const std::string& prefix, const std::string& from, Visit visit) const {
  auto end = rocks::end_of_prefix(prefix);
  rocksdb::Slice behind{end};
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &behind;
  std::unique_ptr<rocksdb::Iterator> at{(*db_)->NewIterator(options)};
  for (at->Seek(from); at->Valid(); at->Next())
    if (!visit(at->key().ToStringView(), at->value().ToStringView()))
      break;
  rocks::must(at->status(), "reading the outbox");
}

std::size_t rocks_outbox::count(const std::string& prefix) const {
  std::size_t found = 0;
  scan(prefix, prefix, [&](std::string_view, std::string_view) {
    ++found;
    return true;
  });
  return found;
}

void rocks_outbox::commit(rocksdb::WriteBatch& batch, bool synced) const {
  rocksdb::WriteOptions options;
  options.sync = synced;
  rocks::must((*db_)->Write(options, &batch), "writing the outbox");
}

void rocks_outbox::write(std::span<const outbox_changes> all) {
  rocksdb::WriteBatch batch;
  bool must_last = false;
  for (const auto& it : all) {
    must_last |= !it.only_forgets();
    for (const auto& each : it.taken)
      rocks::must(batch.Delete(owed_key(it.webhook, each)), "writing the outbox");
    for (auto position : it.unparked)
      rocks::must(batch.Delete(parked_key(it.webhook, position)), "writing the outbox");
    for (const auto& each : it.owed)
      rocks::must(batch.Put(owed_key(it.webhook, each), micros(each.since)), "writing the outbox");
    for (const auto& each : it.parked)
      rocks::must(
        batch.Put(
          parked_key(it.webhook, each.position),
          number(each.campaign.value) + micros(each.parked_at) + each.why),
        "writing the outbox");
    if (it.cursor)
      rocks::must(
        batch.Put(prefix_of(cursor_kind, it.webhook), number(*it.cursor)), "writing the outbox");
  }
  if (batch.Count() > 0)
    commit(batch, must_last);
}

std::optional<std::uint64_t> rocks_outbox::cursor(events::webhook_id of) const {
  auto bytes = db_->get(db_->family(0), prefix_of(cursor_kind, of));
  return bytes ? std::optional{number_in(*bytes, 0)} : std::nullopt;
}

std::vector<events::campaign_id> rocks_outbox::indebted(events::webhook_id of) const {
  std::vector<events::campaign_id> found;
  auto prefix = prefix_of(owed_kind, of);
  auto from = prefix;
  bool more = true;
  while (more) { // one look for each of them, however much it is owed
    more = false;
    scan(prefix, from, [&](std::string_view key, std::string_view) {
      found.push_back({number_in(key.substr(1), 1)});
      from = rocks::end_of_prefix(prefix_of(of, found.back()));
      more = true;
      return false;
    });
  }
  return found;
}

std::optional<owed_event>
rocks_outbox::first_owed(events::webhook_id of, events::campaign_id campaign) const {
  std::optional<owed_event> found;
  auto prefix = prefix_of(of, campaign);
  scan(prefix, prefix, [&](std::string_view key, std::string_view value) {
    found = as_owed(key, value);
    return false;
  });
  return found;
}

std::vector<parked_event>
rocks_outbox::parked(events::webhook_id of, std::uint64_t after, std::size_t most) const {
  std::vector<parked_event> found;
  if (after == std::numeric_limits<std::uint64_t>::max())
    return found;
  auto visit = [&](std::string_view key, std::string_view value) {
    if (found.size() == most)
      return false;
    found.push_back(as_parked(key, value));
    return true;
  };
  scan(prefix_of(parked_kind, of), parked_key(of, after + 1), visit);
  return found;
}

void rocks_outbox::forget(events::webhook_id of) {
  rocksdb::WriteBatch batch;
  for (char kind : {cursor_kind, owed_kind, parked_kind}) {
    auto first = prefix_of(kind, of);
    rocks::must(batch.DeleteRange(first, rocks::end_of_prefix(first)), "writing the outbox");
  }
  commit(batch, true);
}

std::string rocks_outbox::generation() const {
  return db_->get(db_->family(0), std::string_view{&generation_kind, 1}).value_or("");
}

void rocks_outbox::set_generation(const std::string& it) {
  rocksdb::WriteBatch batch;
  rocks::must(batch.Put(std::string{generation_kind}, it), "writing the outbox");
  commit(batch, true);
}

} // namespace

std::variant<std::unique_ptr<outbox>, std::string>
open_outbox(const std::filesystem::path& directory) {
  auto options = rocks::options_for(
    {.memtable_bytes = 4U << 20, .block_cache_bytes = 1U << 20, .whole_key_bloom = true});
  auto opened = rocks::database::open(directory, options);
  if (const auto* why = std::get_if<rocksdb::Status>(&opened))
    return rocks::explain(directory, *why);
  return std::make_unique<rocks_outbox>(
    std::get<std::unique_ptr<rocks::database>>(std::move(opened)));
}

} // namespace ringmaster::store
