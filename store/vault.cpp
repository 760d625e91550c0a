// Directories: `db`, the database; `incoming/<list>`, sorted files of lists on
// their way in; `rejects`, a CSV for each list that has some; `erasures`, a file
// for each row that is being erased.
#include "store/vault.hpp"

#include "store/fatal.hpp"
#include "store/files.hpp"
#include "store/row_codec.hpp"
#include "store/vault_state.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <fstream>
#include <system_error>

namespace ringmaster::store {

namespace {

constexpr std::uint64_t file_bytes = 64ULL << 20;

const std::vector<std::string>& families() {
  static const std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName, "results"};
  return names;
}

std::pair<events::contact_list_id, std::uint32_t> parse_row_key(std::string_view key) {
  return {
    {rocks::read_big_endian<std::uint64_t>(key)},
    rocks::read_big_endian<std::uint32_t>(key.substr(sizeof(std::uint64_t)))};
}

domain::contact_row decode_row_or_die(std::string_view bytes) {
  auto row = decode_row(bytes);
  if (!row)
    fatal("reading the vault", "a contact's row is damaged");
  return *std::move(row);
}

} // namespace

void vault::state::erase_list(events::contact_list_id list) const {
  auto begin = list_key(list);
  auto end = rocks::end_of_prefix(begin);
  rocksdb::Slice first{begin};
  rocksdb::Slice behind{end};
  // Whole files go at once; the rest is marked as gone.
  rocks::must(rocksdb::DeleteFilesInRange(&**db, rows(), &first, &behind, false), "erasing rows");
  rocks::must((*db)->DeleteRange(synced(), rows(), first, behind), "erasing rows");
  rocks::must((*db)->Flush({}, rows()), "erasing rows");
}

void vault::state::sweep_rows(const known_lists& known) const {
  std::unique_ptr<rocksdb::Iterator> at{(*db)->NewIterator({}, rows())};
  at->SeekToFirst();
  while (at->Valid()) {
    events::contact_list_id list{rocks::read_big_endian<std::uint64_t>(at->key().ToStringView())};
    if (!known(list))
      erase_list(list);
    at->Seek(rocks::end_of_prefix(list_key(list)));
  }
  rocks::must(at->status(), "looking for rows of unknown lists");
}

void vault::state::sweep_rejects(const known_lists& known) const {
  std::error_code why;
  std::filesystem::directory_iterator files{rejects(), why};
  if (why)
    fatal(rejects().string(), why.message());
  for (const auto& it : files) {
    auto list = events::parse_id<events::contact_list_tag>(it.path().stem().string());
    if (!list || !known(*list))
      remove_tree(it.path());
  }
  sync_directory(rejects());
}

struct vault::list_writer::state {
  state(const vault::state& home, events::contact_list_id named)
    : into{home}, list{named}, directory{home.incoming() / events::to_string(named)} {
    remove_tree(directory);
    make_directories(directory);
  }
  ~state() { remove_tree(directory); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  void open_file();
  void close_file();
  void ingest() const;

  const vault::state& into;
  events::contact_list_id list;
  std::filesystem::path directory;
  std::uint32_t last_row = 0;
  std::vector<std::string> files;
  std::unique_ptr<rocksdb::SstFileWriter> file; // the one being written
  std::optional<file_writer> rejects;
  std::string value; // of the row being written
};

void vault::list_writer::state::open_file() {
  files.push_back((directory / (std::to_string(files.size() + 1) + ".sst")).string());
  file = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions{}, into.options, into.rows());
  rocks::must(file->Open(files.back()), "importing rows");
}

void vault::list_writer::state::close_file() {
  rocks::must(file->Finish(), "importing rows");
  file.reset();
}

/// All files in one step: a reader sees every row of the list, or none.
void vault::list_writer::state::ingest() const {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  rocks::must((*into.db)->IngestExternalFile(into.rows(), files, options), "importing rows");
}

vault::list_writer::list_writer(std::unique_ptr<state> made) : state_{std::move(made)} {}
vault::list_writer::list_writer(list_writer&&) noexcept = default;
vault::list_writer::~list_writer() = default;

void vault::list_writer::add(const domain::contact_row& row) {
  auto& it = *state_;
  if (!it.file)
    it.open_file();
  encode(row, it.value);
  rocks::must(it.file->Put(row_key(it.list, ++it.last_row), it.value), "importing rows");
  if (it.file->FileSize() >= file_bytes)
    it.close_file();
}

void vault::list_writer::add_reject(std::string_view csv_line) {
  if (!state_->rejects)
    state_->rejects.emplace(state_->directory / "rejects.csv");
  state_->rejects->write(csv_line);
}

void vault::list_writer::commit() {
  auto& it = *state_;
  if (it.rejects)
    it.rejects->publish(it.into.rejects_of(it.list));
  if (it.file)
    it.close_file();
  if (!it.files.empty())
    it.ingest();
}

vault::vault(std::unique_ptr<state> made) : state_{std::move(made)} {}
vault::~vault() = default;

std::variant<std::unique_ptr<vault>, std::string>
vault::open(const std::filesystem::path& directory) {
  auto made = std::make_unique<state>();
  made->directory = directory;
  made->options = rocks::options_for({});
  auto opened = rocks::database::open(directory / "db", made->options, families());
  if (const auto* why = std::get_if<rocksdb::Status>(&opened))
    return rocks::explain(directory / "db", *why);
  made->db = std::get<std::unique_ptr<rocks::database>>(std::move(opened));
  make_directories(made->incoming());
  make_directories(made->rejects());
  make_directories(made->erasures());
  return std::unique_ptr<vault>{new vault{std::move(made)}};
}

std::variant<std::unique_ptr<const vault>, std::string>
vault::open_read_only(const std::filesystem::path& directory) {
  auto made = std::make_unique<state>();
  made->directory = directory;
  auto opened =
    rocks::database::open_read_only(directory / "db", rocks::options_for({}), families());
  if (const auto* why = std::get_if<rocksdb::Status>(&opened))
    return rocks::explain(directory / "db", *why);
  made->db = std::get<std::unique_ptr<rocks::database>>(std::move(opened));
  return std::unique_ptr<const vault>{new vault{std::move(made)}};
}

vault::list_writer vault::begin_list(events::contact_list_id list) {
  return list_writer{std::make_unique<list_writer::state>(*state_, list)};
}

void vault::sweep(const std::function<bool(events::contact_list_id)>& known) {
  remove_tree(state_->incoming());
  make_directories(state_->incoming());
  state_->sweep_rows(known);
  state_->sweep_rejects(known);
}

std::optional<domain::contact_row>
vault::row(events::contact_list_id list, std::uint32_t row) const {
  auto bytes = state_->db->get(state_->rows(), row_key(list, row));
  if (!bytes || *bytes == erased_row)
    return std::nullopt;
  return decode_row_or_die(*bytes);
}

std::vector<std::pair<std::uint32_t, domain::contact_row>>
vault::rows(events::contact_list_id list, std::uint32_t first, std::size_t most) const {
  std::vector<std::pair<std::uint32_t, domain::contact_row>> found;
  auto end = rocks::end_of_prefix(list_key(list));
  rocksdb::Slice behind{end};
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &behind;
  std::unique_ptr<rocksdb::Iterator> at{(*state_->db)->NewIterator(options, state_->rows())};
  for (at->Seek(row_key(list, first)); at->Valid() && found.size() < most; at->Next()) {
    if (at->value() == rocks::slice(erased_row))
      continue;
    auto number = at->key().ToStringView().substr(sizeof list.value);
    found.emplace_back(
      rocks::read_big_endian<std::uint32_t>(number), decode_row_or_die(at->value().ToStringView()));
  }
  rocks::must(at->status(), "reading rows");
  return found;
}

std::vector<std::pair<events::contact_list_id, std::uint32_t>>
vault::rows_with(std::string_view phone_number) const {
  std::vector<std::pair<events::contact_list_id, std::uint32_t>> found;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  std::unique_ptr<rocksdb::Iterator> at{(*state_->db)->NewIterator(options, state_->rows())};
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    // Decoding a row costs more than a look at its bytes.
    if (at->value().ToStringView().find(phone_number) == std::string_view::npos)
      continue;
    if (decode_row_or_die(at->value().ToStringView()).phone_number == phone_number)
      found.push_back(parse_row_key(at->key().ToStringView()));
  }
  rocks::must(at->status(), "looking for a number");
  return found;
}

std::optional<vault::file_reader> vault::open_rejects(events::contact_list_id list) const {
  auto file = std::make_shared<std::ifstream>(state_->rejects_of(list), std::ios::binary);
  if (!*file)
    return std::nullopt;
  return [file]() -> std::optional<std::string> {
    std::string piece(64U << 10, '\0');
    file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(file->gcount()));
    return piece.empty() ? std::nullopt : std::optional{std::move(piece)};
  };
}

void vault::put_results(std::span<const result> results) {
  rocksdb::WriteBatch batch;
  std::string value;
  for (const auto& it : results) {
    encode(it.what, value);
    rocks::must(batch.Put(state_->results(), attempt_bytes(it.attempt), value), "keeping results");
  }
  rocks::must((*state_->db)->Write(synced(), &batch), "keeping results");
}

std::optional<events::call_result> vault::result_of(const events::attempt_key& attempt) const {
  auto bytes = state_->db->get(state_->results(), attempt_bytes(attempt));
  if (!bytes)
    return std::nullopt;
  auto what = decode_result(*bytes);
  if (!what)
    fatal("reading the vault", "the result of " + events::to_string(attempt) + " is damaged");
  return what;
}

} // namespace ringmaster::store
