// What happens in one simulated run, all of it chosen beforehand by one seed:
// so a run can be replayed, and told again with things left out.
#pragma once

#include "actors/environment.hpp"
#include "domain/campaign.hpp"
#include "domain/contact_order.hpp"
#include "telephony/simulated.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::simulation {

using events::duration;
using events::instant;

/// What an operator wants of one contact.
struct contact_wish {
  std::uint32_t row = 0;
  domain::contact_order order;
};

/// More contacts join the campaign, with numbers that nobody had.
struct addition {
  bool next = false; // before those who were there
  std::uint32_t contacts = 0;
  std::uint32_t first_number = 0; // the last seven digits of it
};

/// Those whom the campaign did not reach are called again, by a new campaign.
struct redial {
  bool force = false; // also if that was done before
};

/// An operator's command; the answer may be lost with the process.
struct order {
  events::campaign_id to;
  std::variant<domain::campaign_command, contact_wish, domain::line_part, addition, redial> what;
};

/// A trunk has other channels, another rate, other numbers or limits from now on.
struct trunk_edit {
  events::trunk_edited to;
};

enum class topic : std::uint8_t { progress, waiting, runs, contact, timeline, campaigns };

/// An operator looks.
struct question {
  events::campaign_id of;
  topic about = topic::progress;
  std::uint32_t row = 0;
};

enum class crash_point : std::uint8_t { at_a_message, before_a_write, after_a_write };

/// kill -9, or the power goes: at the `countdown`-th message handled or write
/// begun from here on. Behind a write the answer to it is lost.
struct crash {
  crash_point where = crash_point::at_a_message;
  std::uint32_t countdown = 1;
  bool views_fall_back = false; // the views were not synced: an older state is what is left
  duration down_for{};
};

/// Somebody sets the clock of the engine's machine.
struct clock_step {
  duration by{};
};

enum class weather : std::uint8_t {
  refusing, // 429 to every call
  silent,   // calls are not placed, and no answer tells so
  slow,     // calls are placed late, their answers come later
  blind,    // the carrier cannot say what became of a call
};

struct storm {
  weather kind = weather::refusing;
  duration lasts{};
};

/// The disk has no room for new work, or each write takes so long.
struct disk_trouble {
  bool full = false;
  duration each_write{};
  duration lasts{};
};

struct incident {
  instant at{};
  std::variant<order, trunk_edit, question, crash, clock_step, storm, disk_trouble> what;
};

struct run_size {
  std::uint32_t contacts = 300; // in all campaigns
  std::uint32_t days = 3;       // of incidents; the run goes on until all is done
};

struct trunk_plan {
  events::trunk_created as;
  telephony::simulated_settings carrier;
  /// Of answered calls, of how many the carrier says more once they are over.
  double verdict_rate = 0;
  /// It wants to hear that its news are on record, and brings them again until then.
  bool wants_receipts = false;
  /// It takes so many calls at once before it has answered about them.
  std::optional<std::uint32_t> most_placing = std::nullopt;
};

/// What voice agents do about their calls; shares of them.
struct agent_habits {
  double results = 0;  // of which one brings a result
  double repeats = 0;  // of results that are brought again
  double opt_outs = 0; // of results that say so
};

/// What pre-dial hooks answer; shares of their answers.
struct hook_moods {
  double refusals = 0;
  double failures = 0; // no answer, an error, nonsense
  double delays = 0;   // late, and just in time
};

struct campaign_plan {
  events::campaign_id id;
  events::contact_list_id list;
  events::trunk_id trunk;
  std::uint32_t contacts = 0;
  events::campaign_settings settings;
};

struct plan {
  std::uint64_t seed = 0;
  std::uint64_t order = 0; // in which actors handle their messages
  run_size size;
  instant starts{};
  actors::limits limits; // no promise depends on them
  agent_habits agents;
  hook_moods hooks;
  std::vector<trunk_plan> trunks;
  std::vector<campaign_plan> campaigns;
  std::vector<incident> incidents; // by time

  [[nodiscard]] instant calms_down() const { return starts + std::chrono::days{size.days}; }
};

[[nodiscard]] plan make_plan(std::uint64_t seed, run_size size);

/// One in which what becomes of each contact hangs on nothing but the orders and
/// the carrier: no windows, no breaker, no crash, nothing that goes wrong.
[[nodiscard]] plan make_calm_plan(std::uint64_t seed, run_size size);
/// The same orders with other limits, another order of messages and another disk.
[[nodiscard]] plan varied(plan of, std::uint64_t how);

/// One line: `2026-03-08T02:00:00Z crash before a write, 3 from then`.
[[nodiscard]] std::string describe(const incident& it);
[[nodiscard]] std::string describe(const campaign_plan& it);

} // namespace ringmaster::simulation
