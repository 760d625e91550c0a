// What is still said of calls that are over.
#include "actors/campaign_actor.hpp"
#include "actors/shell.hpp"

#include <algorithm>
#include <variant>

namespace ringmaster::actors {

namespace {

/// Most news that come late repeat what is known, and are not worth a look.
bool may_say_something(const telephony::call_news& news) {
  return std::ranges::any_of(news.reports, [](const auto& report) {
    return std::holds_alternative<events::call_verdict>(report)
           || std::holds_alternative<events::call_ended>(report);
  });
}

void settle(const telephony::call_news& news, bool recorded) {
  if (news.receipt)
    news.receipt->settle(recorded);
}

} // namespace

/// Nobody else writes of a contact that is not being called.
void campaign_shell::hear_late(telephony::call_news news) {
  if (auto up = calls_.find(news.id.row); up != calls_.end())
    return self_->send(up->second.contact, std::move(news));
  if (!may_say_something(news) || state_.status == domain::campaign_status::none)
    return settle(news, true);
  self_->request(peers_.projector, caf::infinite, await_position{last_position_})
    .await([this, news = std::move(news)](views_reached) mutable { decide_late(news); });
}

void campaign_shell::decide_late(telephony::call_news& news) {
  events::contact_key key{id_, news.id.row};
  auto view = with_->library->look().contact(key);
  if (!view || key.row > state_.contacts)
    return settle(news, true);
  forget_if_erased(news.reports, *with_->vault, domain::place_of(state_, key.row));
  auto what = decide_all(
    view->state,
    news,
    {.now = with_->now(),
     .settings = &state_.settings,
     .vault = with_->vault,
     .last_call = ending().last_call});
  if (what.facts.empty())
    return settle(news, true);
  append_late(news, *view, std::move(what));
}

void campaign_shell::append_late(
  const telephony::call_news& news, const projections::contact_view& of, heard what) {
  auto before = of.state.phase;
  auto after = of.state;
  for (const auto& fact : what.facts)
    after = domain::evolve(std::move(after), fact);
  append_request request{
    .what =
      {.stream = events::stream_of(of.key),
       .expected_version = of.version,
       .events = as_events(what.facts),
       .new_work = false},
    .results = std::move(what.results)};
  self_->request(peers_.journal, caf::infinite, std::move(request))
    .await(
      [this, news, before, after = std::move(after)](const receipt& at) {
        last_position_ = std::max(last_position_, at.last_position);
        if (before == domain::contact_phase::waiting) {
          line_->remove(news.id.row);
          if (after.phase == domain::contact_phase::waiting)
            line_->wait(news.id.row, after, at.version);
          else
            ++finished_;
        }
        settle(news, true);
        fill_soon();
      },
      [this](caf::error& why) {
        if (why == append_refusal::conflict)
          store::fatal("can't record what was said of a call", caf::to_string(why));
        if (why != append_refusal::busy)
          self_->quit(std::move(why)); // the engine is stopping
      });
}

} // namespace ringmaster::actors
