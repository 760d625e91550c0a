// What an operator may ask of a contact, or of all who are in line.
#pragma once

#include "domain/campaign.hpp"
#include "domain/contact.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace ringmaster::domain {

struct order_cancel {
  bool hang_up = false; // if a call is up
};
struct order_first {};
struct order_call_at {
  events::instant at;
};
using contact_order = std::variant<order_cancel, order_first, order_call_at>;

/// Who of those in line.
enum class line_part : std::uint8_t {
  everybody,
  waiting, // but not those whom nobody has called or chosen yet
};

/// The command that carries the order out. `schedule` must outlive it.
[[nodiscard]] contact_command
command_of(const contact_order& order, events::instant now, const events::schedule& schedule);

/// Why nothing may be asked of the contact in `row`, whatever its state.
[[nodiscard]] std::optional<refusal> why_no_order(const campaign& campaign, std::uint32_t row);

} // namespace ringmaster::domain
