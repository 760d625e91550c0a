#include "domain/match.hpp"
#include "events/codec.hpp"
#include "simulation/plan.hpp"

#include <array>
#include <chrono>
#include <string>

namespace ringmaster::simulation {

namespace {

std::string seconds(duration it) {
  return std::to_string(std::chrono::duration<double>{it}.count()) + " s";
}

std::string name_of(const domain::campaign_command& it) {
  return match(
    it,
    [](const domain::create_campaign&) { return "create"; },
    [](const domain::edit_campaign&) { return "edit"; },
    [](const domain::start_campaign&) { return "start"; },
    [](const domain::pause_campaign& how) { return how.hang_up ? "pause, hanging up," : "pause"; },
    [](const domain::cancel_campaign& how) {
      return how.hang_up ? "cancel, hanging up," : "cancel";
    },
    [](const domain::resume_campaign&) { return "resume"; },
    [](const domain::delete_campaign&) { return "delete"; },
    [](const auto&) { return "the engine's own"; });
}

std::string name_of(const contact_wish& it) {
  return match(
           it.order,
           [](const domain::order_cancel& how) -> std::string {
             return how.hang_up ? "cancel, hanging up," : "cancel";
           },
           [](const domain::order_first&) -> std::string { return "put first"; },
           [](const domain::order_call_at& when) {
             return "call at " + events::to_rfc3339(when.at);
           })
         + " contact " + std::to_string(it.row) + " of";
}

std::string name_of(domain::line_part it) {
  return it == domain::line_part::everybody ? "cancel everybody in line of" : "cancel who waits of";
}

std::string name_of(const addition& it) {
  return "add " + std::to_string(it.contacts) + " contacts"
         + (it.next ? ", to be called next, to" : " to");
}

std::string name_of(const redial& it) {
  return it.force ? "redial, whatever was done before," : "redial";
}

std::string tell(const order& it) {
  return match(it.what, [](const auto& what) { return name_of(what); }) + " " + to_string(it.to);
}

std::string tell(const trunk_edit& it) {
  std::string numbers;
  for (const auto& number : it.to.caller_ids)
    numbers += " " + number;
  return "edit " + to_string(it.to.trunk) + ": " + std::to_string(it.to.channels) + " channels, "
         + std::to_string(it.to.rate.calls) + " calls in " + std::to_string(it.to.rate.seconds)
         + " s, " + std::to_string(it.to.caller_id_limits.concurrent) + " at once and "
         + std::to_string(it.to.caller_id_limits.per_day) + " a day from each of" + numbers;
}

std::string tell(const question& it) {
  constexpr std::array topics{
    "the progress", "who waits", "the runs", "a contact", "the timeline", "all campaigns"};
  return std::string{"ask for "} + topics[static_cast<std::size_t>(it.about)] + " of "
         + to_string(it.of);
}

std::string tell(const crash& it) {
  constexpr std::array where{"at a message", "before a write", "after a write"};
  return std::string{"crash "} + where[static_cast<std::size_t>(it.where)] + ", the "
         + std::to_string(it.countdown) + ". from then; down for " + seconds(it.down_for)
         + (it.views_fall_back ? "; the views fall back" : "");
}

std::string tell(const clock_step& it) {
  return "the engine's clock is set by " + seconds(it.by);
}

std::string tell(const storm& it) {
  constexpr std::array kinds{"refuses calls", "is silent", "is slow", "is blind"};
  return std::string{"the carrier "} + kinds[static_cast<std::size_t>(it.kind)] + " for "
         + seconds(it.lasts);
}

std::string tell(const disk_trouble& it) {
  return (it.full ? std::string{"the disk is full"} : "each write takes " + seconds(it.each_write))
         + " for " + seconds(it.lasts);
}

} // namespace

std::string describe(const incident& it) {
  return events::to_rfc3339(it.at) + "  "
         + match(it.what, [](const auto& what) { return tell(what); });
}

std::string describe(const campaign_plan& it) {
  const auto& settings = it.settings;
  return to_string(it.id) + ": " + std::to_string(it.contacts) + " contacts, "
         + std::to_string(settings.concurrency) + " at once, " + settings.schedule.timezone
         + " with " + std::to_string(settings.schedule.windows.size()) + " windows, at most "
         + std::to_string(settings.retry.max_attempts) + " attempts, breaker "
         + (settings.breaker.enabled ? "on" : "off") + (settings.pre_dial_hook ? ", a hook" : "")
         + ", slow start " + std::to_string(settings.ramp_up_seconds) + " s, weight "
         + std::to_string(settings.line_weight);
}

} // namespace ringmaster::simulation
