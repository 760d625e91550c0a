// Logs as crashes, broken disks and wicked hands leave them.
#pragma once

#include "store/given_log.hpp"

#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::test {

/// The WAL: RocksDB's file of what is not yet in a sorted one. The newest.
inline std::filesystem::path wal_of(const std::filesystem::path& log) {
  std::filesystem::path newest;
  for (const auto& it : std::filesystem::directory_iterator{log}) {
    if (it.path().extension() == ".log")
      newest = std::max(newest, it.path());
  }
  REQUIRE_FALSE(newest.empty());
  return newest;
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline void flip_byte(const std::filesystem::path& path, std::size_t offset) {
  auto bytes = bytes_of(path);
  REQUIRE(offset < bytes.size());
  bytes[offset] = static_cast<char>(bytes[offset] ^ 0x5A);
  std::ofstream{path, std::ios::binary} << bytes;
}

/// A log of one event per batch, and what a crash leaves of it.
struct crashed_log {
  explicit crashed_log(std::uint32_t batches) {
    log = open_log(home.path());
    write_batches(*log, 1, batches);
    restore();
  }

  void restore() const { crash_image(home.path(), image.path()); }

  temporary_directory home;
  temporary_directory image;
  std::unique_ptr<store::journal> log;
};

/// Does it behind the back of a closed log.
inline void tamper(
  const std::filesystem::path& log,
  const std::function<void(rocksdb::DB&, rocksdb::ColumnFamilyHandle* about)>& doing) {
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  REQUIRE(rocksdb::DB::Open(
            {},
            log.string(),
            {{rocksdb::kDefaultColumnFamilyName, {}}, {"about", {}}},
            &families,
            &opened)
            .ok());
  std::unique_ptr<rocksdb::DB> raw{opened};
  doing(*raw, families.at(1));
  for (auto* it : families)
    CHECK(raw->DestroyColumnFamilyHandle(it).ok());
}

inline std::string key(int position) {
  return {0, 0, 0, 0, 0, 0, static_cast<char>(position >> 8), static_cast<char>(position)};
}

inline bool says(const std::string& text, std::string_view what) {
  INFO(text);
  return text.find(what) != std::string::npos;
}

} // namespace ringmaster::test
