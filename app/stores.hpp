// The stores of a data directory, opened and fitting one another.
#pragma once

#include "store/answer_book.hpp"
#include "store/digest.hpp"
#include "store/journal.hpp"
#include "store/key_value.hpp"
#include "store/outbox.hpp"
#include "store/secrets.hpp"
#include "store/vault.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ringmaster::app {

struct stores {
  std::filesystem::path directory;
  std::unique_ptr<store::journal> journal;
  std::unique_ptr<store::vault> vault;
  std::unique_ptr<store::answer_book> answers; // in the vault's directory
  std::unique_ptr<store::outbox> outbox;       // likewise
  std::unique_ptr<store::key_value> views;     // caught up with the journal
  std::unique_ptr<store::secrets> secrets;     // of who serves; see `open_secrets`
};

/// Opens or creates `journal/`, `vault/` and `views/`, brings the views up to
/// date and clears away uploads that were cut short. A text says why not.
[[nodiscard]] std::variant<stores, std::string>
open_stores(const std::filesystem::path& data, const store::journal_options& options);

/// Opens what trunks and webhooks were given in confidence, and clears away what
/// belongs to none of them. A text says why not.
[[nodiscard]] std::optional<std::string>
open_secrets(stores& of, const std::filesystem::path& directory, const std::filesystem::path& key);

struct rebuilt_views {
  std::uint64_t events = 0; // folded
  store::rows_digest before;
  store::rows_digest after;
};

/// Throws the views away and folds the whole log again. For a data directory that
/// nobody serves. Tells `progress` (position, last position) now and then. A text
/// says why not; after damage in the log the views hold what stands before it.
[[nodiscard]] std::variant<rebuilt_views, std::string> rebuild_views(
  const std::filesystem::path& data,
  const std::function<void(std::uint64_t, std::uint64_t)>& progress);

} // namespace ringmaster::app
