#include "store/log_format.hpp"

#include <algorithm>

namespace ringmaster::store::log_format {

const std::vector<std::string>& families() {
  static const std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName, "about"};
  return names;
}

rocksdb::Options options() {
  auto options = rocks::options_for({.block_cache_bytes = 16U << 20, .whole_key_bloom = false});
  // Keys only ever ascend, so files do not overlap: many at level 0 cost a
  // reader little, and the writer must not wait until there are fewer.
  options.level0_file_num_compaction_trigger = 8;
  options.level0_slowdown_writes_trigger = 64;
  options.level0_stop_writes_trigger = 128;
  options.soft_pending_compaction_bytes_limit = 0;
  options.hard_pending_compaction_bytes_limit = 0;
  options.max_bytes_for_level_base = 1ULL << 30;
  options.target_file_size_base = 128ULL << 20;
  return options;
}

std::string big_endian(std::uint64_t value) {
  std::string bytes;
  rocks::append_big_endian(bytes, value);
  return bytes;
}

std::optional<std::uint64_t> parse_number(std::string_view bytes) {
  if (bytes.size() != sizeof(std::uint64_t))
    return std::nullopt;
  return rocks::read_big_endian<std::uint64_t>(bytes);
}

std::optional<log_record> parse_record(std::string_view value) {
  log_record it;
  if (value.size() < it.hash.size())
    return std::nullopt;
  std::copy_n(value.begin(), it.hash.size(), it.hash.begin());
  it.bytes = value.substr(it.hash.size());
  return it;
}

about_answer read_about(const rocks::database& db) {
  std::string trouble;
  auto read = [&](std::string_view key) -> std::optional<std::string> {
    std::string value;
    auto status = db->Get({}, db.family(about_family), rocks::slice(key), &value);
    if (!status.ok() && !status.IsNotFound())
      trouble = "the log is damaged: " + status.ToString();
    return status.ok() ? std::optional{std::move(value)} : std::nullopt;
  };
  auto format = read(format_key);
  auto generation = read(generation_key);
  auto epoch = parse_number(read(epoch_key).value_or(""));
  if (!trouble.empty())
    return {std::nullopt, trouble};
  if (!format)
    return {};
  if (*format != this_format)
    return {
      std::nullopt,
      "the log has format " + *format + ", this program reads " + std::string{this_format}};
  if (!generation || !epoch)
    return {std::nullopt, "the log is damaged: it does not say what it is"};
  return {about{*generation, *epoch}, {}};
}

} // namespace ringmaster::store::log_format
