// What a client says of a campaign, read strictly.
#pragma once

#include "http/json_reader.hpp"
#include "http/services.hpp"

namespace ringmaster::http {

/// What is to be created, without an id. Only good if no fault was found.
[[nodiscard]] events::campaign_created read_campaign(
  const json& body, const projections::library_view& look, events::instant now, faults& wrong);

/// The settings of `current` with the members of `body` in their place, each
/// as a whole. Only good if no fault was found.
[[nodiscard]] events::campaign_settings read_changes(
  const json& body,
  const domain::campaign& current,
  const projections::library_view& look,
  events::instant now,
  faults& wrong);

} // namespace ringmaster::http
