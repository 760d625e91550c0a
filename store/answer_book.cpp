#include "store/answer_book.hpp"

#include "store/fatal.hpp"
#include "store/rocks.hpp"
#include "store/row_codec.hpp"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <limits>

namespace ringmaster::store {

namespace {

constexpr std::size_t answers_family = 0; // key -> answer
constexpr std::size_t ages_family = 1;    // kept at, key -> nothing
constexpr std::size_t forgotten_at_once = 8;

const std::vector<std::string>& families() {
  static const std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName, "ages"};
  return names;
}

std::string age_key(events::instant at, std::string_view key) {
  std::string result;
  rocks::append_big_endian(result, static_cast<std::uint64_t>(at.time_since_epoch().count()));
  return result.append(key);
}

rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

} // namespace

struct answer_book::state {
  std::unique_ptr<rocks::database> db;

  [[nodiscard]] rocksdb::ColumnFamilyHandle* answers() const { return db->family(answers_family); }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* ages() const { return db->family(ages_family); }

  /// An answer that was kept anew since has another age, and stays.
  void forget(rocksdb::WriteBatch& batch, events::instant before, std::size_t most) const;
};

void answer_book::state::forget(
  rocksdb::WriteBatch& batch, events::instant before, std::size_t most) const {
  auto end = age_key(before, {});
  rocksdb::Slice behind{end};
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &behind;
  std::unique_ptr<rocksdb::Iterator> at{(*db)->NewIterator(options, ages())};
  for (at->SeekToFirst(); at->Valid() && most > 0; at->Next(), --most) {
    auto key = at->key().ToStringView().substr(sizeof(std::uint64_t));
    auto bytes = db->get(answers(), key);
    auto answer = bytes ? decode_answer(*bytes) : std::nullopt;
    rocks::must(batch.Delete(ages(), at->key()), "forgetting answers");
    if (answer && answer->kept_at < before)
      rocks::must(batch.Delete(answers(), rocks::slice(key)), "forgetting answers");
  }
  rocks::must(at->status(), "forgetting answers");
}

answer_book::answer_book(std::unique_ptr<state> made) : state_{std::move(made)} {}
answer_book::~answer_book() = default;

std::variant<std::unique_ptr<answer_book>, std::string>
answer_book::open(const std::filesystem::path& directory) {
  auto options = rocks::options_for(
    {.memtable_bytes = 4U << 20, .block_cache_bytes = 1U << 20, .whole_key_bloom = true});
  auto opened = rocks::database::open(directory, options, families());
  if (const auto* why = std::get_if<rocksdb::Status>(&opened))
    return rocks::explain(directory, *why);
  auto made = std::make_unique<state>();
  made->db = std::get<std::unique_ptr<rocks::database>>(std::move(opened));
  return std::unique_ptr<answer_book>{new answer_book{std::move(made)}};
}

void answer_book::keep(
  std::string_view key, const kept_answer& what, events::instant oldest_wanted) {
  rocksdb::WriteBatch batch;
  state_->forget(batch, oldest_wanted, forgotten_at_once);
  std::string value;
  encode(what, value);
  rocks::must(batch.Put(state_->answers(), rocks::slice(key), value), "keeping an answer");
  rocks::must(batch.Put(state_->ages(), age_key(what.kept_at, key), {}), "keeping an answer");
  rocks::must((*state_->db)->Write(synced(), &batch), "keeping an answer");
}

std::optional<kept_answer> answer_book::find(std::string_view key) const {
  auto bytes = state_->db->get(state_->answers(), key);
  if (!bytes)
    return std::nullopt;
  auto what = decode_answer(*bytes);
  if (!what)
    fatal("reading the vault", "a kept answer is damaged");
  return what;
}

void answer_book::forget_before(events::instant oldest_wanted) {
  rocksdb::WriteBatch batch;
  state_->forget(batch, oldest_wanted, std::numeric_limits<std::size_t>::max());
  rocks::must((*state_->db)->Write(synced(), &batch), "forgetting answers");
}

void answer_book::erase_with(std::string_view digits) {
  rocksdb::WriteBatch batch;
  std::unique_ptr<rocksdb::Iterator> at{(*state_->db)->NewIterator({}, state_->answers())};
  std::string first;
  std::string last;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    if (at->value().ToStringView().find(digits) == std::string_view::npos)
      continue;
    rocks::must(batch.Delete(state_->answers(), at->key()), "erasing answers");
    last = at->key().ToString();
    if (first.empty())
      first = last;
  }
  rocks::must(at->status(), "erasing answers");
  if (batch.Count() == 0)
    return;
  rocks::must((*state_->db)->Write(synced(), &batch), "erasing answers");
  at.reset();
  rocks::scrub(*state_->db, state_->answers(), first, last);
}

} // namespace ringmaster::store
