// What a client says of a trunk, read strictly.
#pragma once

#include "http/json_reader.hpp"
#include "http/services.hpp"

namespace ringmaster::http {

/// What is to be made, without an id, and what it is given in confidence. Only good
/// if no fault was found.
[[nodiscard]] events::trunk_created
read_trunk(const json& body, const services& with, trunk_secrets& secrets, faults& wrong);

/// `current` with the members of `body` in their place, each as a whole; of its
/// secrets those that are new. Only good if no fault was found.
[[nodiscard]] events::trunk_edited read_trunk_changes(
  const json& body,
  const events::trunk_created& current,
  const services& with,
  trunk_secrets& secrets,
  faults& wrong);

} // namespace ringmaster::http
