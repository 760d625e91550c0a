// All that the log says of one contact, found without reading the whole of it
// where the stored views know the way.
#pragma once

#include "events/envelope.hpp"
#include "store/key_value.hpp"
#include "store/log_reader.hpp"

#include <optional>
#include <vector>

namespace ringmaster::replay {

struct contact_history {
  std::vector<events::envelope> campaign;  // the campaign's own events, in order
  std::vector<events::envelope> contact;   // the contact's
  events::instant as_of{};                 // when the last event of the log was recorded
  std::optional<store::log_damage> damage; // what is behind it is not known
};

/// Whether the views were folded from a beginning of this very log, by a program
/// that means the same by them.
[[nodiscard]] bool views_fit(const store::key_value& views, const store::log_reader& log);

/// `views` may be null: then the whole log is read. They only say where to look:
/// every event comes from the log.
[[nodiscard]] contact_history gather(
  const store::log_reader& log, const store::key_value* views, const events::contact_key& contact);

} // namespace ringmaster::replay
