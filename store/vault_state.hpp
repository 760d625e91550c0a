// What the vault's own files share: its keys, its families, its directories.
#pragma once

#include "store/rocks.hpp"
#include "store/vault.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ringmaster::store {

inline constexpr std::size_t rows_family = 0;    // list, row -> row
inline constexpr std::size_t results_family = 1; // campaign, row, attempt -> result

/// Stands where a row stood that was erased.
inline constexpr std::string_view erased_row = "";

inline std::string list_key(events::contact_list_id list) {
  std::string key;
  rocks::append_big_endian(key, list.value);
  return key;
}

inline std::string row_key(events::contact_list_id list, std::uint32_t row) {
  auto key = list_key(list);
  rocks::append_big_endian(key, row);
  return key;
}

/// All of a contact's attempts begin with it.
inline std::string contact_bytes(const events::contact_key& contact) {
  std::string key;
  rocks::append_big_endian(key, contact.campaign.value);
  rocks::append_big_endian(key, contact.row);
  return key;
}

inline std::string attempt_bytes(const events::attempt_key& attempt) {
  auto key = contact_bytes({attempt.campaign, attempt.row});
  rocks::append_big_endian(key, attempt.attempt);
  return key;
}

inline rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

using known_lists = std::function<bool(events::contact_list_id)>;

struct vault::state {
  std::filesystem::path directory;
  rocksdb::Options options;
  std::unique_ptr<rocks::database> db;

  [[nodiscard]] rocksdb::ColumnFamilyHandle* rows() const { return db->family(rows_family); }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* results() const { return db->family(results_family); }
  [[nodiscard]] std::filesystem::path incoming() const { return directory / "incoming"; }
  [[nodiscard]] std::filesystem::path rejects() const { return directory / "rejects"; }
  [[nodiscard]] std::filesystem::path erasures() const { return directory / "erasures"; }
  [[nodiscard]] std::filesystem::path rejects_of(events::contact_list_id list) const {
    return rejects() / (events::to_string(list) + ".csv");
  }

  void erase_list(events::contact_list_id list) const;
  void sweep_rows(const known_lists& known) const;
  void sweep_rejects(const known_lists& known) const;
};

} // namespace ringmaster::store
