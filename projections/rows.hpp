// Read models to bytes and back.
#pragma once

#include "events/envelope.hpp"
#include "projections/projection.hpp"
#include "projections/views.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::projections::rows {

// A row that cannot be read ends the process: views are rebuilt when their
// format changes, so a bad row is a bug or a broken disk.

[[nodiscard]] std::string encode(const checkpoint& it);
[[nodiscard]] checkpoint decode_checkpoint(std::string_view bytes);

[[nodiscard]] std::string encode_version(std::uint64_t version);
[[nodiscard]] std::uint64_t decode_version(std::string_view bytes);

[[nodiscard]] std::string encode_open(const std::vector<std::uint32_t>& rows);
[[nodiscard]] std::vector<std::uint32_t> decode_open(std::string_view bytes);

/// What the campaign was told to do, as the event that would create it so.
[[nodiscard]] std::string encode_definition(const domain::campaign& it);
[[nodiscard]] std::string encode(const campaign_view& it);
[[nodiscard]] campaign_view decode_campaign(std::string_view definition, std::string_view bytes);
/// Of the row alone, without its definition.
[[nodiscard]] domain::campaign_status decode_status(std::string_view bytes);
[[nodiscard]] bool decode_archived(std::string_view bytes);

[[nodiscard]] std::string encode(const contact_view& it);
[[nodiscard]] contact_view decode_contact(const events::contact_key& key, std::string_view bytes);

[[nodiscard]] std::string encode(const minute_view& it);
[[nodiscard]] minute_view decode_minute(std::uint64_t minute, std::string_view bytes);

[[nodiscard]] std::string encode(const run_view& it);
[[nodiscard]] run_view
decode_run(events::campaign_id campaign, std::uint64_t position, std::string_view bytes);

[[nodiscard]] std::string encode(const carried_out& it);
[[nodiscard]] carried_out decode_carried_out(std::string_view bytes);

/// Lists, workflows and trunks: the event that made them is the row.
[[nodiscard]] std::string encode(const events::envelope& it);
[[nodiscard]] events::envelope decode_envelope(std::string_view bytes);

} // namespace ringmaster::projections::rows
