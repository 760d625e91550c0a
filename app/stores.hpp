// The three stores of a data directory, opened and fitting one another.
#pragma once

#include "store/journal.hpp"
#include "store/key_value.hpp"
#include "store/vault.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace ringmaster::app {

struct stores {
  std::unique_ptr<store::journal> journal;
  std::unique_ptr<store::vault> vault;
  std::unique_ptr<store::key_value> views; // caught up with the journal
};

/// Opens or creates `journal/`, `vault/` and `views/`, brings the views up to
/// date and clears away uploads that were cut short. A text says why not.
[[nodiscard]] std::variant<stores, std::string>
open_stores(const std::filesystem::path& data, const store::journal_options& options);

} // namespace ringmaster::app
