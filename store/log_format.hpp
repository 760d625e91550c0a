// How the log lies in RocksDB: for who writes it and who reads it without
// writing. Seen by store/ alone.
#pragma once

#include "store/log_storage.hpp"
#include "store/rocks.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::store::log_format {

inline constexpr std::size_t events_family = 0;
inline constexpr std::size_t about_family = 1;
[[nodiscard]] const std::vector<std::string>& families();

inline constexpr std::string_view this_format = "1";
inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view generation_key = "generation";
inline constexpr std::string_view epoch_key = "epoch";

/// Beside the database: how far the synced log had come.
inline constexpr std::string_view reached_file = "reached";

[[nodiscard]] rocksdb::Options options();

[[nodiscard]] std::string big_endian(std::uint64_t value);
/// Nothing if the bytes are not those of one number.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view bytes);
/// Nothing if there are too few bytes for a hash.
[[nodiscard]] std::optional<log_record> parse_record(std::string_view value);

/// What the log says about itself.
struct about {
  std::string generation;
  std::uint64_t epoch = 0;
};

/// Nothing in both if the log says nothing about itself; a text says what is
/// wrong with what it says.
struct about_answer {
  std::optional<log_format::about> about;
  std::string trouble;
};
[[nodiscard]] about_answer read_about(const rocks::database& db);

} // namespace ringmaster::store::log_format
