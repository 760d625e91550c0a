#pragma once

#include <string>
#include <vector>

namespace ringmaster::domain {

/// One person of a list, as kept in the vault. `values` stand in the order of
/// the list's columns.
struct contact_row {
  std::string phone_number; // E.164
  std::vector<std::string> values;

  friend bool operator==(const contact_row&, const contact_row&) = default;
};

} // namespace ringmaster::domain
