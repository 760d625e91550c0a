#pragma once

#include "store/key_value.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

namespace ringmaster::store {

/// The views' own RocksDB: WAL on, not synced. If the directory is damaged it
/// is emptied and opened afresh: what it held can be folded again.
[[nodiscard]] std::variant<std::unique_ptr<key_value>, std::string>
open_views(const std::filesystem::path& directory);

/// For another process than the server's: writes nothing, and shows what was
/// there when it was opened. Damage met in reading is `fatal`.
[[nodiscard]] std::variant<std::unique_ptr<const key_value>, std::string>
open_views_read_only(const std::filesystem::path& directory);

} // namespace ringmaster::store
