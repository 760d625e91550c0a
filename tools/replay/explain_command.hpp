#pragma once

#include "tools/replay/common.hpp"

namespace ringmaster::replay {

/// Tells the story of one contact, in sentences or as JSON. `found_wrong` if there
/// is no such contact, or damage stood in the way.
[[nodiscard]] status print_explanation(
  const common& with, const events::contact_key& contact, std::ostream& out, std::ostream& errors);

/// The same of every campaign that has this number (E.164) in its list.
[[nodiscard]] status print_explanations(
  const common& with, const std::string& number, std::ostream& out, std::ostream& errors);

void add_explain(CLI::App& app, status& result);

} // namespace ringmaster::replay
