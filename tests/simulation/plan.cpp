#include "simulation/plan.hpp"

#include "domain/retry.hpp"
#include "projections/folds.hpp"
#include "telephony/dice.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace ringmaster::simulation {

namespace {

using namespace std::chrono_literals;
using telephony::dice;

/// Chance of the plan's own; the calls' fates have their own dice.
class chance : public dice {
public:
  explicit chance(std::uint64_t seed) : dice{seed, {}} {}

  /// From `first` to below `end`.
  std::uint32_t between(std::uint32_t first, std::uint32_t end) {
    return first + static_cast<std::uint32_t>((roll() >> 11) % (end - first));
  }
  bool one_in(std::uint32_t many) { return between(0, many) == 0; }

  template <class List>
  const auto& one_of(const List& list) {
    return list[between(0, static_cast<std::uint32_t>(list.size()))];
  }
};

/// A Monday, and the eves of days on which clocks change somewhere.
instant any_start(chance& with) {
  using namespace std::chrono;
  static const std::array dates{
    2026y / January / 5,
    2026y / March / 6,
    2026y / March / 27,
    2026y / April / 3,
    2026y / October / 2,
    2026y / October / 23,
    2026y / October / 30,
    2026y / December / 30};
  return sys_days{with.one_of(dates)} + hours{with.between(0, 24)};
}

events::schedule any_schedule(chance& with) {
  static const std::array<std::string, 8> zones{
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Chatham"};
  static const std::array<std::pair<std::uint16_t, std::uint16_t>, 6> spans{
    {{540, 1020}, {60, 240}, {1320, 180}, {0, 1440}, {150, 151}, {725, 1111}}};
  events::schedule it;
  it.timezone = with.one_of(zones);
  if (with.one_in(3))
    return it;
  auto [start, end] = with.one_of(spans);
  for (std::uint8_t day = 1; day <= 7; ++day)
    if (!with.one_in(5))
      it.windows.push_back({static_cast<events::weekday>(day), start, end});
  if (it.windows.empty() || start == 150) // a minute a day is not enough for everybody
    it.windows.push_back({events::weekday::wednesday, 480, 1440});
  return it;
}

events::retry_policy any_retry(chance& with) {
  events::retry_policy it;
  it.max_attempts = with.between(1, 6);
  it.retry_interval_minutes = with.one_of(std::array{0u, 1u, 30u, 60u, 1'440u});
  it.rules = domain::default_retry_rules(it.retry_interval_minutes);
  for (auto how : events::all_outcomes) {
    if (how == events::outcome::completed || !with.one_in(3))
      continue;
    auto& rule = it.rules[how];
    rule.retry = !with.one_in(4);
    rule.backoff = static_cast<events::backoff>(with.between(0, 3));
    rule.interval_minutes = {with.between(0, 90), with.between(0, 3'000)};
  }
  return it;
}

events::breaker_policy any_breaker(chance& with) {
  return {
    .enabled = !with.one_in(3),
    .failure_threshold_percent = with.between(5, 80),
    .window_seconds = with.between(20, 600),
    .min_calls_in_window = with.between(1, 12)};
}

/// At any moment of the days in which things happen.
instant any_moment(chance& with, instant starts, run_size size) {
  auto span = std::chrono::milliseconds{std::chrono::days{size.days}}.count();
  return starts + std::chrono::milliseconds{with.roll() % static_cast<std::uint64_t>(span)};
}

/// For a call to `https://hook.example`, which a `hook_desk` answers.
std::optional<events::pre_dial_hook> any_hook(chance& with) {
  if (!with.one_in(5))
    return std::nullopt;
  return events::pre_dial_hook{
    .url = "https://hook.example/may-we-call",
    .timeout_ms = with.one_of(std::array{100u, 1'000u, 5'000u}),
    .secret = {}};
}

events::campaign_settings
any_settings(chance& with, instant starts, run_size size, const trunk_plan& trunk) {
  // Enough lines that all can be called within some days.
  events::campaign_settings it{
    .name = "campaign",
    .concurrency = std::min(with.between(1, 20) + size.contacts / 100, trunk.as.channels),
    .schedule = any_schedule(with),
    .retry = any_retry(with),
    .breaker = any_breaker(with)};
  it.pre_dial_hook = any_hook(with);
  it.line_weight = with.one_of(std::array{1u, 1u, 1u, 2u, 5u, 10u});
  it.ramp_up_seconds = with.one_in(4) ? with.between(5, 1'800) : 0;
  if (with.one_in(8))
    it.not_before = any_moment(with, starts, size);
  if (with.one_in(8))
    it.expires_at = std::max(it.not_before.value_or(starts), any_moment(with, starts, size))
                    + std::chrono::days{1};
  return it;
}

telephony::simulated_settings any_carrier(chance& with) {
  telephony::simulated_settings it;
  it.seed = with.roll();
  it.mix[events::outcome::failed] = with.one_of(std::array{1.0, 10.0, 60.0});
  it.mix[events::outcome::busy] = with.one_of(std::array{0.0, 10.0, 80.0});
  auto rate = [&] { return with.one_of(std::array{0.0, 0.0, 0.02, 0.3}); };
  it.duplicate_rate = rate();
  it.reorder_rate = rate();
  it.late_rate = rate();
  it.late_ms = {500, with.one_in(3) ? 600'000u : 5'000u};
  it.lost_answer_rate = rate();
  it.lost_end_rate = rate();
  it.not_now_rate = rate();
  it.results = with.one_in(4);
  if (with.one_in(3)) // calls that are over in no time
    it.setup_ms = it.ring_ms = it.talk_ms = {0, 50};
  return it;
}

actors::limits any_limits(chance& with) {
  actors::limits it;
  if (with.one_in(2))
    return it;
  it.open_appends = with.one_of(std::array<std::size_t, 3>{2, 10, 50'000});
  it.view_lag = with.one_of(std::array<std::uint64_t, 3>{1, 10, 50'000});
  it.near_retries = with.one_of(std::array<std::size_t, 3>{1, 7, 10'000});
  it.rows_ahead = with.one_of(std::array<std::size_t, 3>{1, 7, 256});
  it.idle_campaign = with.one_of(std::array<duration, 3>{1s, 1min, 1h});
  return it;
}

events::pace any_pace(chance& with, std::uint32_t contacts) {
  if (with.one_in(2))
    return {};
  return {with.between(1, 10) + contacts / 1'000, with.one_of(std::array{1u, 1u, 1u, 2u, 10u})};
}

std::vector<std::string> any_caller_ids(chance& with) {
  std::vector<std::string> numbers;
  for (auto count = with.between(0, 4), first = with.between(0, 3); count > 0; --count)
    numbers.push_back("+1415555010" + std::to_string((first + count) % 4));
  return numbers;
}

/// Numbers with which everybody can be called within some days.
events::caller_id_limits any_caller_id_limits(chance& with, std::uint32_t contacts) {
  return {
    .concurrent = with.one_in(3) ? with.between(1, 10) + contacts / 200 : 0,
    .per_day = with.one_in(4) ? with.between(contacts / 8 + 1, contacts + 2) : 0};
}

std::optional<std::uint32_t> any_most_placing(chance& with, std::uint32_t contacts) {
  if (with.one_in(2))
    return std::nullopt;
  return with.between(1, 10) + contacts / 200;
}

trunk_plan any_trunk(chance& with, std::uint32_t number, std::uint32_t contacts) {
  return {
    .as =
      {.trunk = {1'000 + number},
       .name = "trunk",
       .provider = "simulated",
       .settings = "{}",
       .caller_ids = any_caller_ids(with),
       .channels = with.between(1, 30) + contacts / 100,
       .rate = any_pace(with, contacts),
       .caller_id_limits = any_caller_id_limits(with, contacts)},
    .carrier = any_carrier(with),
    .verdict_rate = with.one_of(std::array{0.0, 0.0, 0.1, 0.5}),
    .wants_receipts = with.one_in(2),
    .most_placing = any_most_placing(with, contacts)};
}

const trunk_plan& trunk_of(const plan& in, const campaign_plan& campaign) {
  return *std::ranges::find(
    in.trunks, campaign.trunk, [](const trunk_plan& it) { return it.as.trunk; });
}

constexpr std::uint32_t most_added = 10'000; // that the gateway takes at once

domain::campaign_command any_command(chance& with, const plan& in, const campaign_plan& campaign) {
  bool hang_up = with.one_in(4);
  switch (with.between(0, 13)) {
  case 0:
  case 1:
  case 2: return domain::start_campaign{};
  case 3:
  case 4:
  case 5: return domain::pause_campaign{.hang_up = hang_up};
  case 6:
  case 7:
  case 8: return domain::resume_campaign{};
  case 9: return domain::delete_campaign{};
  case 10: return domain::cancel_campaign{.hang_up = hang_up};
  default:
    return domain::edit_campaign{any_settings(with, in.starts, in.size, trunk_of(in, campaign))};
  }
}

/// One thing or another is edited, the rest stays as it was planned.
trunk_edit any_trunk_edit(chance& with, const plan& in) {
  auto it = projections::as_edit(with.one_of(in.trunks).as);
  auto contacts = in.size.contacts;
  switch (with.between(0, 5)) {
  case 0: it.channels = with.between(1, 30) + contacts / 100; break;
  case 1: it.rate = any_pace(with, contacts); break;
  case 2: it.caller_ids = any_caller_ids(with); break;
  case 3: it.caller_id_limits = any_caller_id_limits(with, contacts); break;
  default: it.name = "renamed";
  }
  return {std::move(it)};
}

contact_wish any_wish(chance& with, const plan& in, const campaign_plan& campaign) {
  contact_wish it{
    .row = with.between(1, campaign.contacts + campaign.contacts / 2 + 1), .order = {}};
  switch (with.between(0, 3)) {
  case 0: it.order = domain::order_cancel{.hang_up = with.one_in(2)}; break;
  case 1: it.order = domain::order_first{}; break;
  default: it.order = domain::order_call_at{any_moment(with, in.starts, in.size)};
  }
  return it;
}

addition any_addition(chance& with, const plan& in, const campaign_plan& campaign) {
  constexpr std::uint32_t first = 2'000'000; // an exchange begins with 2 to 9
  constexpr std::uint32_t count = 7'000'000;
  auto before_it = in.incidents.size() * std::min(in.size.contacts, most_added);
  return {
    .next = with.one_in(2),
    .contacts = with.between(1, std::min(campaign.contacts, most_added) + 1),
    .first_number = first + static_cast<std::uint32_t>(before_it % count)};
}

order any_order(chance& with, const plan& in, const campaign_plan& campaign) {
  order it{campaign.id, {}};
  switch (with.between(0, 14)) {
  case 0:
  case 1:
  case 2: it.what = any_wish(with, in, campaign); break;
  case 3: it.what = any_addition(with, in, campaign); break;
  case 4:
    it.what = with.one_in(3) ? domain::line_part::everybody : domain::line_part::waiting;
    break;
  case 5: it.what = redial{.force = with.one_in(3)}; break;
  default: it.what = any_command(with, in, campaign);
  }
  return it;
}

question any_question(chance& with, const campaign_plan& campaign) {
  return {
    .of = campaign.id,
    .about = static_cast<topic>(with.between(0, 6)),
    .row = with.between(1, campaign.contacts + 1)};
}

crash any_crash(chance& with) {
  auto where = static_cast<crash_point>(with.between(0, 3));
  return {
    .where = where,
    .countdown = with.between(1, where == crash_point::at_a_message ? 200 : 12),
    .views_fall_back = with.one_in(2),
    .down_for = with.one_of(std::array<duration, 4>{1s, 20s, 5min, 9h})};
}

incident any_incident(chance& with, const plan& in) {
  incident it;
  it.at = any_moment(with, in.starts, in.size);
  const auto& campaign = with.one_of(in.campaigns);
  auto lasts = with.one_of(std::array<duration, 4>{2s, 1min, 10min, 2h});
  switch (with.between(0, 26)) {
  case 0:
  case 1:
  case 2:
  case 3:
  case 4: it.what = any_crash(with); break;
  case 5:
    it.what = clock_step{with.one_of(std::array<duration, 6>{1s, 90s, 1h, -1s, -90s, -1h})};
    break;
  case 6:
  case 7:
  case 8: it.what = storm{static_cast<weather>(with.between(0, 4)), lasts}; break;
  case 9: it.what = disk_trouble{.full = true, .each_write = {}, .lasts = lasts}; break;
  case 10:
    it.what = disk_trouble{
      .full = false,
      .each_write = with.one_of(std::array<duration, 3>{5ms, 300ms, 2s}),
      .lasts = lasts};
    break;
  case 11:
  case 12: it.what = any_question(with, campaign); break;
  case 13:
  case 14:
  case 15: it.what = any_trunk_edit(with, in); break;
  default: it.what = any_order(with, in, campaign);
  }
  return it;
}

agent_habits any_habits(chance& with) {
  return {
    .results = with.one_of(std::array{0.0, 0.1, 0.5}),
    .repeats = with.one_of(std::array{0.0, 0.3}),
    .opt_outs = with.one_of(std::array{0.0, 0.1, 0.5})};
}

hook_moods any_moods(chance& with) {
  return {
    .refusals = with.one_of(std::array{0.0, 0.1, 0.4}),
    .failures = with.one_of(std::array{0.0, 0.05, 0.3}),
    .delays = with.one_of(std::array{0.0, 0.2, 1.0})};
}

} // namespace

plan make_plan(std::uint64_t seed, run_size size) {
  chance with{seed};
  plan it{
    .seed = seed,
    .order = seed + 2,
    .size = size,
    .starts = any_start(with),
    .limits = any_limits(with),
    .agents = any_habits(with),
    .hooks = any_moods(with),
    .trunks = {},
    .campaigns = {},
    .incidents = {}};
  auto trunks = with.between(1, 3);
  for (std::uint32_t n = 0; n < trunks; ++n)
    it.trunks.push_back(any_trunk(with, n, size.contacts));
  auto campaigns = std::min(with.between(1, 4), size.contacts);
  for (std::uint32_t n = 0; n < campaigns; ++n) {
    const auto& trunk = with.one_of(it.trunks);
    it.campaigns.push_back(
      {.id = {10 + n},
       .list = {100 + n},
       .trunk = trunk.as.trunk,
       .contacts = size.contacts / campaigns,
       .settings = any_settings(with, it.starts, size, trunk)});
    it.incidents.push_back({it.starts + 1s, order{{10 + n}, domain::start_campaign{}}});
  }
  auto incidents = size.days * with.one_of(std::array{0u, 2u, 10u, 30u});
  for (std::uint32_t n = 0; n < incidents; ++n)
    it.incidents.push_back(any_incident(with, it));
  std::ranges::stable_sort(it.incidents, {}, &incident::at);
  return it;
}

plan make_calm_plan(std::uint64_t seed, run_size size) {
  auto it = make_plan(seed, size);
  chance with{seed + 1};
  it.incidents.clear();
  it.limits = {};
  it.agents = {};
  for (auto& trunk : it.trunks) {
    trunk.verdict_rate = 0;
    trunk.as.caller_id_limits = {};
    auto carrier = telephony::simulated_settings{};
    carrier.seed = trunk.carrier.seed;
    carrier.mix = trunk.carrier.mix;
    trunk.carrier = std::move(carrier);
  }
  for (auto& campaign : it.campaigns) {
    auto& settings = campaign.settings;
    settings.schedule = {};
    settings.breaker.enabled = false;
    settings.pre_dial_hook.reset();
    settings.not_before.reset();
    settings.expires_at.reset();
    settings.concurrency = 1; // so that there is work left when the orders come
    auto wider = settings;
    wider.concurrency = trunk_of(it, campaign).as.channels;
    it.incidents.push_back({it.starts + 1s, order{campaign.id, domain::start_campaign{}}});
    it.incidents.push_back({it.starts + 5s, order{campaign.id, domain::pause_campaign{}}});
    it.incidents.push_back({it.starts + 6s, order{campaign.id, any_addition(with, it, campaign)}});
    it.incidents.push_back({it.starts + 7s, order{campaign.id, domain::resume_campaign{}}});
    it.incidents.push_back({it.starts + 9s, order{campaign.id, domain::edit_campaign{wider}}});
  }
  std::ranges::stable_sort(it.incidents, {}, &incident::at);
  return it;
}

plan varied(plan of, std::uint64_t how) {
  chance with{of.seed + 1'000 * how};
  of.order = with.roll();
  of.limits = any_limits(with);
  of.limits.open_appends =
    std::max<std::size_t>(of.limits.open_appends, 50); // or it refuses orders
  disk_trouble pace{
    .full = false,
    .each_write = with.one_of(std::array<duration, 3>{0ms, 5ms, 50ms}),
    .lasts = std::chrono::days{of.size.days}};
  of.incidents.insert(of.incidents.begin(), {of.starts, pace});
  return of;
}

} // namespace ringmaster::simulation
