#include "actors/doorway.hpp"

#include "actors/behind_door.hpp"
#include "actors/shell.hpp"

#include <memory>
#include <utility>

namespace ringmaster::actors {

caf::behavior door(caf::event_based_actor* self) {
  end_process_on_exception(self);
  return {
    [self](const errand& what) { what(self); },
  };
}

namespace {

answer answer_of(const caf::error& why) {
  if (why.category() == caf::atom("refusal"))
    return static_cast<domain::refusal>(why.code());
  return unavailable{caf::to_string(why)};
}

origin origin_of(asker by) {
  return {std::move(by.actor), by.correlation, by.seen_version, std::move(by.request)};
}

/// Runs `what` inside the DOOR; false when too much is waiting already.
bool ask(behind_door& within, errand what) {
  if (within.errands.fetch_add(1) >= within.with->limits.open_errands) {
    within.errands.fetch_sub(1);
    return false;
  }
  caf::anon_send(within.door, std::move(what));
  return true;
}

/// Asks a campaign, and answers once the views show what came of it.
template <class Request>
void ask_campaign(behind_door& within, Request what, std::function<void(answer)> then) {
  auto shared = std::make_shared<std::function<void(answer)>>(std::move(then));
  auto request = std::make_shared<const Request>(std::move(what));
  bool taken = ask(within, [it = &within, request, shared](caf::event_based_actor* self) {
    self->request(it->registry, caf::infinite, *request)
      .then(
        [=](const campaign_receipt& at) {
          it->errands.fetch_sub(1);
          auto position = at.position == 0 ? it->with->journal->head().position : at.position;
          self->request(it->projector, caf::infinite, await_position{position})
            .then([=](views_reached) {
              (*shared)(done{position, at.in_flight, at.contacts});
            });
        },
        [=](const caf::error& why) {
          it->errands.fetch_sub(1);
          auto no = answer_of(why);
          if (!std::holds_alternative<domain::refusal>(no))
            return (*shared)(no);
          // Whoever is refused looks at the campaign to see why.
          self->request(it->projector, caf::infinite, await_position{}).then([=](views_reached) {
            (*shared)(no);
          });
        });
  });
  if (!taken)
    (*shared)(unavailable{"too many requests are waiting"});
}

} // namespace

void doorway::command(
  events::campaign_id campaign,
  domain::campaign_command what,
  asker by,
  std::function<void(answer)> then) {
  ask_campaign(
    *within_,
    campaign_request{campaign, std::move(what), origin_of(std::move(by))},
    std::move(then));
}

void doorway::order_contact(
  const events::contact_key& contact,
  domain::contact_order what,
  asker by,
  std::function<void(answer)> then) {
  ask_campaign(*within_, contact_request{contact, what, origin_of(std::move(by))}, std::move(then));
}

void doorway::cancel_line(
  events::campaign_id campaign,
  domain::line_part which,
  asker by,
  std::function<void(answer)> then) {
  ask_campaign(*within_, line_request{campaign, which, origin_of(std::move(by))}, std::move(then));
}

void doorway::record(
  events::stream_id stream,
  events::event what,
  asker by,
  std::function<void(answer)> then,
  std::shared_ptr<const new_secrets> secrets) {
  auto shared = std::make_shared<std::function<void(answer)>>(std::move(then));
  auto request = std::make_shared<const catalogue_request>(
    catalogue_request{stream, std::move(what), origin_of(std::move(by)), std::move(secrets)});
  bool taken = ask(*within_, [it = within_, request, shared](caf::event_based_actor* self) {
    self->request(it->catalogue, caf::infinite, *request)
      .then(
        [=](const receipt& at) {
          it->errands.fetch_sub(1);
          (*shared)(done{.position = at.last_position});
        },
        [=](const caf::error& why) {
          it->errands.fetch_sub(1);
          (*shared)(answer_of(why));
        });
  });
  if (!taken)
    (*shared)(unavailable{"too many requests are waiting"});
}

void doorway::receive(
  events::trunk_id trunk,
  telephony::callback what,
  std::function<void(telephony::callback_reply)> then) {
  auto shared = std::make_shared<std::function<void(telephony::callback_reply)>>(std::move(then));
  auto came = std::make_shared<telephony::callback>(std::move(what));
  bool taken = ask(*within_, [it = within_, trunk, came, shared](caf::event_based_actor* self) {
    self->request(it->switchboard, caf::infinite, provider_request{trunk})
      .then(
        [=](const provider_found& found) {
          it->errands.fetch_sub(1);
          if (found.provider == nullptr)
            (*shared)({.status = 404});
          else
            found.provider->receive(std::move(*came), *shared);
        },
        [=](const caf::error&) {
          it->errands.fetch_sub(1);
          (*shared)({.status = 503});
        });
  });
  if (!taken)
    (*shared)({.status = 503});
}

void doorway::hear(telephony::call_news news) {
  caf::anon_send(within_->registry, std::move(news));
}

void doorway::breaker(
  events::campaign_id campaign, std::function<void(domain::breaker_window::tally)> then) {
  auto shared =
    std::make_shared<std::function<void(domain::breaker_window::tally)>>(std::move(then));
  bool taken = ask(*within_, [it = within_, campaign, shared](caf::event_based_actor* self) {
    self->request(it->registry, caf::infinite, breaker_request{campaign})
      .then(
        [=](const domain::breaker_window::tally& tally) {
          it->errands.fetch_sub(1);
          (*shared)(tally);
        },
        [=](const caf::error&) {
          it->errands.fetch_sub(1);
          (*shared)({});
        });
  });
  if (!taken)
    (*shared)({});
}

void doorway::trunk_lines(events::trunk_id trunk, std::function<void(domain::line_report)> then) {
  auto shared = std::make_shared<std::function<void(domain::line_report)>>(std::move(then));
  bool taken = ask(*within_, [it = within_, trunk, shared](caf::event_based_actor* self) {
    self->request(it->switchboard, caf::infinite, line_report_request{trunk})
      .then(
        [=](const domain::line_report& lines) {
          it->errands.fetch_sub(1);
          (*shared)(lines);
        },
        [=](const caf::error&) {
          it->errands.fetch_sub(1);
          (*shared)({});
        });
  });
  if (!taken)
    (*shared)({});
}

void doorway::when_visible(
  std::uint64_t position, std::chrono::seconds within, std::function<void(sight)> then) {
  if (position > within_->with->journal->head().position)
    return then(sight::beyond_the_log);
  auto shared = std::make_shared<std::function<void(sight)>>(std::move(then));
  bool taken =
    ask(*within_, [it = within_, position, within, shared](caf::event_based_actor* self) {
      it->errands.fetch_sub(1);
      self->request(it->projector, within, await_position{position})
        .then(
          [=](views_reached) { (*shared)(sight::shown); },
          [=](const caf::error&) { (*shared)(sight::not_in_time); });
    });
  if (!taken)
    (*shared)(sight::not_in_time);
}

std::uint64_t doorway::start_watch(events::campaign_id campaign, std::function<void()> stir) {
  auto number = ++within_->watchers;
  caf::anon_send(within_->live, actors::start_watch{number, campaign, std::move(stir)});
  return number;
}

void doorway::rearm_watch(std::uint64_t watcher) {
  caf::anon_send(within_->live, actors::rearm_watch{watcher});
}

void doorway::stop_watch(std::uint64_t watcher) {
  caf::anon_send(within_->live, actors::stop_watch{watcher});
}

const projections::library& doorway::library() const {
  return *within_->with->library;
}

} // namespace ringmaster::actors
