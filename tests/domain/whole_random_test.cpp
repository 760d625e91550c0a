// A campaign and its contacts under random commands, against a model that keeps
// the whole domain in plain tables.
#include "domain/campaign.hpp"
#include "domain/contact.hpp"
#include "domain/contact_order.hpp"
#include "support/any.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace ringmaster;
using namespace ringmaster::domain;
using namespace std::chrono_literals;
using events::instant;
using events::outcome;
using test::any_between;

namespace {

constexpr instant monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
const events::schedule always;
constexpr std::uint32_t retry_minutes = 10;

// -- the model: the campaign -----------------------------------------------------

/// By the campaign's status: the status that follows, `=` if nothing is to do,
/// `.` if it stays where it is and yet something happens, or the refusal.
struct rule {
  std::string_view none, draft, running, paused, completed, failed, cancelled;
};
const std::map<std::string_view, rule> rules{
  {"create",
   {"draft",
    "already_exists",
    "already_exists",
    "already_exists",
    "already_exists",
    "already_exists",
    "already_exists"}},
  {"start",
   {"not_found", "running", "=", "not_a_draft", "not_a_draft", "not_a_draft", "not_a_draft"}},
  {"pause",
   {"not_found", "not_running", "paused", "=", "not_running", "not_running", "not_running"}},
  {"resume", {"not_found", "not_paused", "=", "running", "not_paused", "not_paused", "not_paused"}},
  {"cancel",
   {"not_found", "cancelled", "cancelled", "cancelled", "already_over", "already_over", "="}},
  {"delete",
   {"not_found",
    "none",
    "not_a_draft",
    "not_a_draft",
    "not_a_draft",
    "not_a_draft",
    "not_a_draft"}},
  {"edit", {"not_found", ".", ".", ".", "already_over", "already_over", "already_over"}},
  {"add", {"not_found", ".", ".", ".", "already_over", "already_over", "already_over"}},
  {"redial", {"not_found", "not_over", "not_over", "not_over", ".", ".", "."}},
  {"archive", {"not_found", ".", "not_over", "not_over", ".", ".", "."}},
  {"unarchive", {"not_found", "=", "=", "=", "=", "=", "="}},
  {"trip", {"not_found", "=", "paused", "=", "=", "=", "="}},
  {"complete",
   {"not_found", "not_running", "completed", "completed", "=", "not_running", "not_running"}},
  {"expire", {"not_found", "=", "cancelled", "cancelled", "=", "=", "="}},
  {"fail", {"not_found", "failed", "failed", "failed", "not_running", "=", "not_running"}}};

std::string_view in(const rule& of, std::string_view status) {
  return status == "none"        ? of.none
         : status == "draft"     ? of.draft
         : status == "running"   ? of.running
         : status == "paused"    ? of.paused
         : status == "completed" ? of.completed
         : status == "failed"    ? of.failed
                                 : of.cancelled;
}

struct model_campaign {
  std::string_view status = "none";
  bool existed = false;
  bool archived = false;
  bool redialed = false;
  std::uint32_t concurrency = 1;
  std::uint32_t budget = 1;
  std::uint32_t lists_added = 0;

  /// What comes of a command; changes the model with it. `=`: nothing to do.
  std::string_view obey(std::string_view verb, bool force) {
    auto said = in(rules.at(verb), status);
    if (verb == "create" && existed)
      said = "already_exists";
    if (verb == "start" && said == "running" && archived)
      return "archived";
    if (verb == "archive" && archived && status != "none")
      return "=";
    if (verb == "unarchive" && archived && status != "none")
      said = ".";
    if (verb == "redial" && said == "." && redialed && !force)
      return "already_redialed";
    static const std::vector<std::string_view> statuses{
      "none", "draft", "running", "paused", "completed", "failed", "cancelled"};
    bool moves = std::ranges::find(statuses, said) != statuses.end();
    if (moves)
      status = said;
    if (verb == "create" && moves)
      *this = {.status = said, .existed = true, .concurrency = 1, .budget = 3};
    if (said == ".") {
      archived = verb == "archive" || (verb != "unarchive" && archived);
      redialed = redialed || verb == "redial";
      lists_added += verb == "add" ? 1 : 0;
    }
    return moves ? "." : said;
  }
};

// -- the model: a contact ----------------------------------------------------------

struct model_contact {
  std::string_view is = "fresh"; // fresh, waits, called, talks, done
  std::string_view how;          // once done: completed, failed, cancelled
  std::uint32_t dialled = 0;
  std::uint32_t spent = 0;
  instant due{};
  bool first = false;
  bool last = false; // nobody calls again

  [[nodiscard]] bool up() const { return is == "called" || is == "talks"; }

  std::string_view dial(instant now, std::uint32_t budget) {
    if (up())
      return "attempt_open";
    if (is == "done")
      return "contact_finished";
    if (spent >= budget)
      return "attempts_exhausted";
    if (is == "waits" && now < due)
      return "not_due_yet";
    is = "called";
    ++dialled;
    ++spent;
    first = false;
    due = {};
    return ".";
  }

  /// The call is over; a cancelled one that came to nothing costs nothing.
  std::string_view end(outcome with, bool held_back, instant now, std::uint32_t budget) {
    if (!up() || (held_back && is == "talks"))
      return "=";
    spent -= held_back ? 1 : 0;
    bool again = held_back || (with == outcome::busy && spent < budget);
    if (!again)
      finish(
        with == outcome::completed   ? "completed"
        : with == outcome::cancelled ? "cancelled"
                                     : "failed");
    else if (last)
      finish("cancelled");
    else
      wait(now + std::chrono::minutes{held_back ? 1 : retry_minutes}, false);
    return ".";
  }

  std::string_view answer() {
    if (is != "called")
      return "=";
    is = "talks";
    return ".";
  }

  std::string_view cancel() {
    if (is == "done")
      return how == "cancelled" ? "=" : "contact_finished";
    if (up())
      return std::exchange(last, true) ? "=" : ".";
    finish("cancelled");
    return ".";
  }

  std::string_view put_first(instant now) {
    if (up())
      return "attempt_open";
    if (is == "done")
      return "contact_finished";
    if (is == "waits" && first)
      return "=";
    wait(now, true);
    return ".";
  }

  std::string_view give_up(std::uint32_t budget) {
    if (up())
      return "attempt_open";
    if (is == "done" || spent < budget)
      return "=";
    finish("failed");
    return ".";
  }

  void wait(instant until, bool before_all) {
    is = "waits";
    due = until;
    first = before_all;
  }
  void finish(std::string_view as) {
    is = "done";
    how = as;
    due = {};
    first = false;
  }
};

// -- the domain beside it -----------------------------------------------------------

struct both {
  campaign state;
  std::vector<contact> contacts{3};
  model_campaign model;
  std::vector<model_contact> people{3};
  instant now = monday;
};

/// What `decide` said, in the model's words; its facts are believed.
template <class State, class Command>
std::string_view carry_out(State& state, const Command& command) {
  auto decision = decide(state, command);
  if (const auto* no = std::get_if<refusal>(&decision))
    return to_string(*no);
  const auto& facts = std::get<0>(decision);
  for (const auto& fact : facts)
    state = evolve(std::move(state), fact);
  return facts.empty() ? "=" : ".";
}

events::campaign_settings settings_with(std::uint32_t concurrency, std::uint32_t attempts) {
  events::campaign_settings it;
  it.name = "one";
  it.concurrency = concurrency;
  it.retry.max_attempts = attempts;
  return it;
}

campaign_command command_for(std::string_view verb, const both& in, bool force) {
  if (verb == "create")
    return create_campaign{
      {.campaign = {1},
       .workflow = {2},
       .list = {3},
       .trunk = {4},
       .contacts = 3,
       .list_sha256 = {},
       .settings = settings_with(1, 3)}};
  if (verb == "edit")
    return edit_campaign{settings_with(in.state.settings.concurrency + 1, any_between(1u, 5u))};
  if (verb == "add")
    return add_contacts{
      {.list = {100 + in.state.added.size()}, .contacts = 1, .list_sha256 = {}},
      in.state.added.size()};
  if (verb == "start")
    return start_campaign{};
  if (verb == "pause")
    return pause_campaign{};
  if (verb == "resume")
    return resume_campaign{};
  if (verb == "cancel")
    return cancel_campaign{};
  if (verb == "delete")
    return delete_campaign{};
  if (verb == "redial")
    return redial_campaign{{9}, force};
  if (verb == "archive")
    return archive_campaign{};
  if (verb == "unarchive")
    return unarchive_campaign{};
  if (verb == "trip")
    return trip_breaker{};
  if (verb == "complete")
    return complete_campaign{};
  if (verb == "expire")
    return expire_campaign{};
  return fail_campaign{"the trunk is gone"};
}

void order_campaign(both& it) {
  auto rule = rules.begin();
  std::advance(rule, any_between<std::size_t>(0, rules.size()));
  bool force = any_between(0, 2) == 0;
  auto command = command_for(rule->first, it, force);
  auto said = carry_out(it.state, command);
  auto expected = it.model.obey(rule->first, force);
  RC_LOG() << rule->first << ": " << said << ", the model: " << expected << "\n";
  RC_ASSERT(said == expected);
  if (said != ".")
    return;
  if (const auto* edit = std::get_if<edit_campaign>(&command)) {
    ++it.model.concurrency;
    it.model.budget = edit->settings.retry.max_attempts;
  }
  if (rule->first == "add") {
    it.contacts.emplace_back();
    it.people.emplace_back();
  }
  if (rule->first == "create") {
    it.contacts.assign(3, {});
    it.people.assign(3, {});
  }
}

hear_report report(
  const both& in, const contact& of, events::call_report what, const events::retry_policy& policy) {
  return {
    .attempt = of.attempts,
    .report = std::move(what),
    .now = in.now,
    .retry = &policy,
    .schedule = &always};
}

void call_somebody(both& it) {
  auto who = any_between<std::size_t>(0, it.people.size());
  auto& real = it.contacts[who];
  auto& model = it.people[who];
  auto budget = it.model.budget;
  events::retry_policy policy{
    .max_attempts = budget,
    .rules = {{outcome::busy, {.retry = true, .interval_minutes = {retry_minutes}}}}};
  std::string_view said;
  std::string_view expected;
  switch (any_between(0, 8)) {
  case 0:
  case 1:
    said = carry_out(
      real,
      contact_command{dial_contact{
        .now = it.now,
        .max_attempts = budget,
        .trunk = {4},
        .caller_id = {},
        .give_up_at = it.now + 1h}});
    expected = model.dial(it.now, budget);
    break;
  case 2: {
    auto how =
      *rc::gen::element(outcome::completed, outcome::busy, outcome::failed, outcome::cancelled);
    events::call_ended end{
      .outcome = how, .cause = {}, .provider_code = {}, .at = it.now, .result = {}};
    said = carry_out(real, contact_command{report(it, real, end, policy)});
    expected = model.end(how, false, it.now, budget);
    break;
  }
  case 3:
    said =
      carry_out(real, contact_command{report(it, real, events::call_answered{it.now}, policy)});
    expected = model.answer();
    break;
  case 4:
    said = carry_out(
      real,
      contact_command{hold_back_contact{
        .attempt = real.attempts, .why = "429", .now = it.now, .due_at = it.now + 1min}});
    expected = model.end(outcome::cancelled, true, it.now, budget);
    break;
  case 5:
    said = carry_out(real, contact_command{cancel_contact{}});
    expected = model.cancel();
    break;
  case 6:
    said = carry_out(real, contact_command{put_contact_first{it.now}});
    expected = model.put_first(it.now);
    break;
  default:
    said = carry_out(real, contact_command{give_up_contact{budget}});
    expected = model.give_up(budget);
  }
  RC_LOG() << "contact " << who << ": " << said << ", the model: " << expected << "\n";
  RC_ASSERT(said == expected);
}

void compare(const both& it) {
  RC_ASSERT(to_string(it.state.status) == it.model.status);
  if (it.model.status != "none") {
    RC_ASSERT(it.state.archived == it.model.archived);
    RC_ASSERT(bool(it.state.redialed_as) == it.model.redialed);
    RC_ASSERT(it.state.settings.concurrency == it.model.concurrency);
    RC_ASSERT(it.state.settings.retry.max_attempts == it.model.budget);
    RC_ASSERT(it.state.contacts == it.people.size());
  }
  for (std::size_t n = 0; n < it.people.size(); ++n) {
    const auto& real = it.contacts[n];
    const auto& model = it.people[n];
    static const std::map<contact_phase, std::string_view> names{
      {contact_phase::untouched, "fresh"},
      {contact_phase::dialed, "called"},
      {contact_phase::answered, "talks"},
      {contact_phase::waiting, "waits"},
      {contact_phase::finished, "done"}};
    RC_ASSERT(names.at(real.phase) == model.is);
    RC_ASSERT(real.attempts == model.dialled);
    RC_ASSERT(real.attempts_spent() == model.spent);
    RC_ASSERT(real.due_at == model.due);
    RC_ASSERT((real.turn == contact_turn::first) == model.first);
    if (model.is == "done")
      RC_ASSERT(events::to_string(real.disposition) == model.how);
  }
}

} // namespace

TEST_CASE("whatever is ordered, the domain does what the model does") {
  CHECK(rc::check("campaign and contacts against plain tables", [] {
    both it;
    auto steps = any_between(1, 150);
    for (int step = 0; step < steps; ++step) {
      it.now += std::chrono::minutes{any_between(0, 8)};
      if (any_between(0, 3) == 0)
        order_campaign(it);
      else if (it.model.status != "none")
        call_somebody(it);
      compare(it);
    }
  }));
}
