// What a trunk is given in confidence: read, kept, and of it the names alone shown.
#pragma once

#include "http/json_reader.hpp"
#include "http/services.hpp"

namespace ringmaster::http {

/// The member `secrets`: names and values. Only good if no fault was found.
[[nodiscard]] trunk_secrets read_secrets(object_reader& body, faults& wrong);

/// Whether the provider can do with these and with those that the trunk was given
/// before. `trunk` is zero for one that is yet to be made.
void check_secrets(
  events::trunk_id trunk,
  const std::string& provider,
  const std::string& settings,
  const trunk_secrets& given,
  const services& with,
  faults& wrong);

/// A trunk as clients see it, behind its settings the names of its secrets.
[[nodiscard]] ordered shown_trunk(const projections::trunk_view& it, const services& with);

} // namespace ringmaster::http
