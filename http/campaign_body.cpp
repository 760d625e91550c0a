#include "http/campaign_body.hpp"

#include "domain/webhook.hpp"
#include "http/policy_body.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

constexpr std::uint32_t most_channels = 100'000;
constexpr std::uint32_t default_concurrency = 10;
constexpr std::uint32_t greatest_weight = 100;
constexpr std::uint32_t longest_ramp_up_seconds = 86'400;

/// What the id at `name` names; a fault if it is none or names nothing.
template <class Id, class Find>
auto find_named(object_reader& body, const std::string& name, Find find, faults& wrong)
  -> decltype(find(Id{})) {
  body.require(name);
  auto text = body.text(name);
  if (!text)
    return std::nullopt;
  auto id = [&]<class Tag>(events::id<Tag>) { return events::parse_id<Tag>(*text); }(Id{});
  auto found = id ? find(*id) : std::nullopt;
  if (!found)
    wrong.meaning(body.at(name), body.at(name) + " names nothing that is here.");
  return found;
}

/// Null takes a time away.
void read_instant(
  object_reader& body, const std::string& name, std::optional<events::instant>& to) {
  if (body.cleared(name))
    to.reset();
  else if (auto at = body.time(name))
    to = at;
}

/// Null takes the hook away. A secret that is not given stays, null takes it away,
/// and a new one stands where its name will (`keep_hook_secret`).
void read_hook(object_reader& body, std::optional<events::pre_dial_hook>& to, faults& wrong) {
  constexpr text_limits url_limits{.least = 1, .most = 2'000};
  constexpr std::uint32_t shortest_ms = 100;
  constexpr std::uint32_t longest_ms = 5'000;
  if (body.cleared("pre_dial_hook"))
    return to.reset();
  const auto* given = body.object("pre_dial_hook");
  if (!given)
    return;
  object_reader hook{*given, body.at("pre_dial_hook"), wrong};
  hook.require("url");
  events::pre_dial_hook it;
  it.url = hook.text("url", url_limits).value_or("");
  it.timeout_ms = hook.whole("timeout_ms", shortest_ms, longest_ms).value_or(it.timeout_ms);
  if (!hook.cleared("secret"))
    it.secret = hook.text("secret").value_or(to ? to->secret : "");
  if (hook.has("secret") && !it.secret.empty() && !domain::webhook_key_in(it.secret))
    wrong.meaning(hook.at("secret"), "A secret is whsec_ and 24 to 64 bytes in base64.");
  hook.finish();
  to = std::move(it);
}

/// The members that make up settings; those not given keep their value.
void read_settings(
  object_reader& body, events::campaign_settings& to, events::instant now, faults& wrong) {
  if (auto name = body.text("name"))
    to.name = *std::move(name);
  read_policy(body, to, now, wrong);
  read_hook(body, to.pre_dial_hook, wrong);
  read_times(body, to, now, wrong);
}

} // namespace

std::optional<projections::list_view>
find_list(object_reader& body, const projections::library_view& look, faults& wrong) {
  return find_named<events::contact_list_id>(
    body, "contact_list_id", [&](auto id) { return look.list(id); }, wrong);
}

std::optional<projections::trunk_view>
find_trunk(object_reader& body, const projections::library_view& look, faults& wrong) {
  return find_named<events::trunk_id>(
    body,
    "trunk_id",
    [&](auto id) {
      auto found = look.trunk(id);
      return found && found->removed ? std::nullopt : found;
    },
    wrong);
}

void read_times(
  object_reader& body, events::campaign_settings& to, events::instant now, faults& wrong) {
  read_instant(body, "not_before", to.not_before);
  auto expired_at = to.expires_at;
  read_instant(body, "expires_at", to.expires_at);
  if (to.expires_at && to.expires_at != expired_at && *to.expires_at <= now)
    wrong.meaning("/expires_at", "The campaign cannot expire in the past.");
  if (to.expires_at && to.not_before && *to.expires_at <= *to.not_before)
    wrong.meaning("/expires_at", "The campaign would expire before it begins.");
}

void read_policy(
  object_reader& body, events::campaign_settings& to, events::instant now, faults& wrong) {
  if (auto concurrency = body.whole("concurrency", 1, most_channels))
    to.concurrency = *concurrency;
  if (auto weight = body.whole("line_weight", 1, greatest_weight))
    to.line_weight = *weight;
  if (auto seconds = body.whole("ramp_up_seconds", 0, longest_ramp_up_seconds))
    to.ramp_up_seconds = *seconds;
  if (const auto* it = body.object("schedule"))
    to.schedule = read_schedule(*it, body.at("schedule"), now, wrong);
  if (const auto* it = body.object("retry_config"))
    to.retry = read_retry(*it, body.at("retry_config"), wrong);
  if (const auto* it = body.object("circuit_breaker"))
    to.breaker = read_breaker(*it, body.at("circuit_breaker"), wrong);
}

void check_cap(std::uint32_t concurrency, std::uint32_t channels, faults& wrong) {
  if (concurrency > channels)
    wrong.meaning(
      "/concurrency",
      "The trunk has " + std::to_string(channels)
        + " channels, and concurrency cannot exceed them.",
      {{"cap", channels}});
}

void check_variables(
  const events::workflow_created& workflow,
  const events::contact_list_uploaded& list,
  const std::string& field,
  faults& wrong) {
  ordered missing = ordered::array();
  ordered empty = ordered::array();
  std::string missing_names;
  std::string empty_names;
  for (const auto& name : workflow.required_variables) {
    auto column = std::ranges::find(list.columns, name, &events::list_column::name);
    if (name == "phone_number")
      continue;
    if (column == list.columns.end()) {
      missing.push_back(name);
      missing_names += (missing_names.empty() ? "" : ", ") + name;
    } else if (column->empty_rows > 0) {
      empty.push_back(
        {{"column", name},
         {"empty_rows", column->empty_rows},
         {"first_empty_lines", column->first_empty_lines}});
      empty_names += (empty_names.empty() ? "" : ", ") + name;
    }
  }
  if (!missing.empty())
    wrong.meaning(
      field,
      "The workflow needs columns that the list does not have: " + missing_names + ".",
      {{"missing_columns", std::move(missing)}});
  if (!empty.empty())
    wrong.meaning(
      field,
      "The workflow needs columns that are empty in some rows: " + empty_names + ".",
      {{"empty_columns", std::move(empty)}});
}

void check_hook(const events::campaign_settings& of, const services& with, faults& wrong) {
  if (!of.pre_dial_hook || wrong.any())
    return;
  if (auto why = with.why_not_url(of.pre_dial_hook->url))
    wrong.meaning("/pre_dial_hook/url", "The URL " + *why + ".");
}

std::optional<std::string> why_no_agent(
  events::workflow_id workflow,
  events::trunk_id trunk,
  const projections::library_view& look,
  const services& with) {
  auto by = look.workflow(workflow);
  auto on = look.trunk(trunk);
  auto why = by && on ? with.check_agent(on->trunk, by->workflow.agent) : std::nullopt;
  return why ? std::
             optional{"The trunk cannot hand calls to the workflow's agent, which " + *why + "."}
             : std::nullopt;
}

void keep_hook_secret(
  events::campaign_settings& of, events::campaign_id campaign, const services& with) {
  if (of.pre_dial_hook && domain::webhook_key_in(of.pre_dial_hook->secret))
    of.pre_dial_hook->secret = with.keep_hook_secret(campaign, of.pre_dial_hook->secret);
}

events::campaign_settings built_in_defaults() {
  events::campaign_settings it;
  it.concurrency = default_concurrency;
  it.retry = no_retries();
  return it;
}

std::variant<events::campaign_settings, std::string>
read_defaults(std::string_view text, events::instant now) {
  auto parsed = parse_strictly(text);
  if (auto* why = std::get_if<std::string>(&parsed))
    return std::move(*why);
  faults wrong;
  auto it = built_in_defaults();
  object_reader body{std::get<json>(parsed), "", wrong};
  read_policy(body, it, now, wrong);
  body.finish();
  if (wrong.any())
    return wrong.as_problem().detail;
  return it;
}

events::campaign_created read_campaign(
  const json& from,
  const events::campaign_settings& defaults,
  const projections::library_view& look,
  events::instant now,
  faults& wrong) {
  object_reader body{from, "", wrong};
  body.require("name");
  auto workflow = find_named<events::workflow_id>(
    body, "workflow_id", [&](auto id) { return look.workflow(id); }, wrong);
  auto list = find_list(body, look, wrong);
  auto trunk = find_trunk(body, look, wrong);
  events::campaign_created it;
  it.settings = defaults;
  it.settings.concurrency = std::min(defaults.concurrency, trunk ? trunk->trunk.channels : 1);
  read_settings(body, it.settings, now, wrong);
  body.finish();
  if (trunk)
    check_cap(it.settings.concurrency, trunk->trunk.channels, wrong);
  if (workflow && list)
    check_variables(workflow->workflow, list->list, "/contact_list_id", wrong);
  if (!workflow || !list || !trunk)
    return it;
  it.workflow = workflow->workflow.workflow;
  it.list = list->list.list;
  it.trunk = trunk->trunk.trunk;
  it.contacts = list->list.rows;
  it.list_sha256 = list->list.file_sha256;
  return it;
}

events::campaign_settings read_changes(
  const json& from,
  const domain::campaign& current,
  const projections::library_view& look,
  events::instant now,
  faults& wrong) {
  object_reader body{from, "", wrong};
  auto settings = current.settings;
  read_settings(body, settings, now, wrong);
  body.finish();
  // A trunk that was given fewer channels since is no mistake of this edit.
  if (auto trunk = look.trunk(current.trunk); trunk && from.contains("concurrency"))
    check_cap(settings.concurrency, trunk->trunk.channels, wrong);
  return settings;
}

} // namespace ringmaster::http
