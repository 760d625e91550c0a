// The vault's own bytes: texts, each behind its length. Seen by the vault and its answer book
// alone.
#pragma once

#include "domain/contact_row.hpp"
#include "events/call.hpp"
#include "store/answer_book.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::store {

/// Replaces what is in `to`, so that a million rows share one buffer.
void encode(const domain::contact_row& row, std::string& to);
[[nodiscard]] std::optional<domain::contact_row> decode_row(std::string_view bytes);

void encode(const events::call_result& result, std::string& to);
[[nodiscard]] std::optional<events::call_result> decode_result(std::string_view bytes);

void encode(const kept_answer& answer, std::string& to);
[[nodiscard]] std::optional<kept_answer> decode_answer(std::string_view bytes);

} // namespace ringmaster::store
