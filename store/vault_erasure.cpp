// How a person is removed from the vault, down to the bytes of its files.
#include "store/fatal.hpp"
#include "store/files.hpp"
#include "store/vault_state.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace ringmaster::store {

namespace {

/// Of a number's digits, from the end: a file may hold it without its country.
constexpr std::size_t telling_digits = 8;

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(
    text, std::back_inserter(digits), [](char it) { return it >= '0' && it <= '9'; });
  return digits;
}

std::string name_of(const vault::erasure& it) {
  return to_string(it.list) + "-" + std::to_string(it.row);
}

/// Lines, as CSV has them: a line end inside quotes does not end one.
std::vector<std::string> lines_of(std::istream& from) {
  std::vector<std::string> lines;
  bool quoted = false;
  std::string line;
  for (std::string piece; std::getline(from, piece);) {
    line += piece + "\n";
    if (std::ranges::count(piece, '"') % 2 == 1)
      quoted = !quoted;
    if (!quoted)
      lines.push_back(std::exchange(line, {}));
  }
  if (!line.empty())
    lines.push_back(line);
  return lines;
}

} // namespace

void vault::begin_erasure(const erasure& what) {
  auto file = state_->erasures() / name_of(what);
  auto unfinished = state_->directory / "erasure";
  file_writer out{unfinished};
  out.write(what.by);
  out.publish(file);
}

void vault::erase_rejects(std::string_view phone_number) {
  auto digits = digits_of(phone_number);
  auto telling = digits.substr(digits.size() - std::min(digits.size(), telling_digits));
  std::error_code why;
  for (const auto& file : std::filesystem::directory_iterator{state_->rejects(), why}) {
    std::ifstream in{file.path(), std::ios::binary};
    auto lines = lines_of(in);
    auto gone = std::erase_if(
      lines, [&](const std::string& line) { return digits_of(line).find(telling) != line.npos; });
    if (gone == 0)
      continue;
    file_writer out{state_->directory / "rejects.new"};
    for (const auto& line : lines)
      out.write(line);
    out.publish(file.path());
  }
  if (why)
    fatal(state_->rejects().string(), why.message());
}

void vault::erase_row(events::contact_list_id list, std::uint32_t row) {
  rocks::must(
    (*state_->db)->Put(synced(), state_->rows(), row_key(list, row), rocks::slice(erased_row)),
    "erasing a row");
}

void vault::erase_results(const events::contact_key& contact) {
  auto begin = contact_bytes(contact);
  auto end = rocks::end_of_prefix(begin);
  rocksdb::Slice behind{end};
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &behind;
  rocksdb::WriteBatch batch;
  std::unique_ptr<rocksdb::Iterator> at{(*state_->db)->NewIterator(options, state_->results())};
  for (at->Seek(begin); at->Valid(); at->Next())
    rocks::must(batch.Delete(state_->results(), at->key()), "erasing results");
  rocks::must(at->status(), "erasing results");
  at.reset();
  rocks::must((*state_->db)->Write(synced(), &batch), "erasing results");
  rocks::scrub(*state_->db, state_->results(), begin, end);
}

void vault::finish_erasure(const erasure& what) {
  auto key = row_key(what.list, what.row);
  rocks::scrub(*state_->db, state_->rows(), key, key);
  remove_tree(state_->erasures() / name_of(what));
  sync_directory(state_->erasures());
}

std::vector<vault::erasure> vault::begun_erasures() const {
  std::vector<erasure> begun;
  std::error_code why;
  for (const auto& file : std::filesystem::directory_iterator{state_->erasures(), why}) {
    auto name = file.path().filename().string();
    auto dash = name.rfind('-');
    auto list = events::parse_id<events::contact_list_tag>(name.substr(0, dash));
    if (!list || dash == name.npos)
      fatal(file.path().string(), "not a row that is being erased");
    std::ifstream in{file.path(), std::ios::binary};
    begun.push_back(
      {.list = *list,
       .row = static_cast<std::uint32_t>(std::strtoul(name.c_str() + dash + 1, nullptr, 10)),
       .by = {std::istreambuf_iterator<char>{in}, {}}});
  }
  if (why)
    fatal(state_->erasures().string(), why.message());
  return begun;
}

bool vault::is_erased(events::contact_list_id list, std::uint32_t row) const {
  auto bytes = state_->db->get(state_->rows(), row_key(list, row));
  return bytes && *bytes == erased_row;
}

} // namespace ringmaster::store
