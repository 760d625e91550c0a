// What a client says of a campaign, read strictly.
#pragma once

#include "http/json_reader.hpp"
#include "http/services.hpp"

namespace ringmaster::http {

/// Settings where neither client nor server says anything: no retries, ten calls
/// at once, any hour.
[[nodiscard]] events::campaign_settings built_in_defaults();

/// `built_in_defaults` with what the server's own `text` says in their place:
/// JSON as in a campaign, without name, ids and times; or a sentence on what is
/// wrong with it.
[[nodiscard]] std::variant<events::campaign_settings, std::string>
read_defaults(std::string_view text, events::instant now);

/// What is to be created, without an id. Only good if no fault was found.
[[nodiscard]] events::campaign_created read_campaign(
  const json& body,
  const events::campaign_settings& defaults,
  const projections::library_view& look,
  events::instant now,
  faults& wrong);

/// Every variable that the workflow needs must have a value in every row of the
/// list; `field` names the list in faults.
void check_variables(
  const events::workflow_created& workflow,
  const events::contact_list_uploaded& list,
  const std::string& field,
  faults& wrong);

/// The settings of `current` with the members of `body` in their place, each
/// as a whole. Only good if no fault was found.
[[nodiscard]] events::campaign_settings read_changes(
  const json& body,
  const domain::campaign& current,
  const projections::library_view& look,
  events::instant now,
  faults& wrong);

/// What `contact_list_id` and `trunk_id` name; a fault if that is nothing that a
/// campaign could use.
[[nodiscard]] std::optional<projections::list_view>
find_list(object_reader& body, const projections::library_view& look, faults& wrong);
[[nodiscard]] std::optional<projections::trunk_view>
find_trunk(object_reader& body, const projections::library_view& look, faults& wrong);

/// `not_before` and `expires_at`; those not given keep their value.
void read_times(
  object_reader& body, events::campaign_settings& to, events::instant now, faults& wrong);

/// Whether the pre-dial hook, if there is one, may be asked.
void check_hook(const events::campaign_settings& of, const services& with, faults& wrong);
/// Why calls on the trunk cannot be handed to the workflow's agent: a sentence;
/// nothing if they can, or if one of the two is not here.
[[nodiscard]] std::optional<std::string> why_no_agent(
  events::workflow_id workflow,
  events::trunk_id trunk,
  const projections::library_view& look,
  const services& with);
/// A secret that a client gave goes to the vault, and its name stands in its place:
/// before the settings become an event.
void keep_hook_secret(
  events::campaign_settings& of, events::campaign_id campaign, const services& with);

/// How it is to be called: concurrency, line_weight, ramp_up_seconds, schedule,
/// retry_config, circuit_breaker. Each takes the place of the old one as a whole; those not given
/// keep it.
void read_policy(
  object_reader& body, events::campaign_settings& to, events::instant now, faults& wrong);

void check_cap(std::uint32_t concurrency, std::uint32_t channels, faults& wrong);

} // namespace ringmaster::http
