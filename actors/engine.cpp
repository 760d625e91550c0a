#include "actors/engine.hpp"

#include "actors/catalogue_actor.hpp"
#include "actors/journal_actor.hpp"
#include "actors/live_actor.hpp"
#include "actors/messages.hpp"
#include "actors/projector_actor.hpp"
#include "actors/registry_actor.hpp"
#include "actors/shell.hpp"
#include "actors/switchboard_actor.hpp"

#include <atomic>
#include <utility>

namespace ringmaster::actors {

namespace {

struct system_config : caf::actor_system_config {
  explicit system_config(std::size_t workers) {
    add_message_types<caf::id_block::ringmaster>();
    // One queue that idle workers sleep at; those that steal work look for it
    // 20,000 times a second while there is none.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", workers);
  }
};

caf::behavior door(caf::event_based_actor* self) {
  end_process_on_exception(self);
  return {
    [self](const errand& what) { what(self); },
  };
}

answer answer_of(const caf::error& why) {
  if (why.category() == caf::atom("refusal"))
    return static_cast<domain::refusal>(why.code());
  return unavailable{caf::to_string(why)};
}

origin origin_of(asker by) {
  return {std::move(by.actor), by.correlation, by.seen_version, std::move(by.request)};
}

} // namespace

struct engine::state {
  explicit state(parts from);

  /// Runs `what` inside the DOOR; false when too much is waiting already.
  bool ask(errand what);
  template <class Request>
  void ask_campaign(Request what, std::function<void(answer)> then);

  environment with;
  projections::library library;
  projections::projection projection;
  system_config config;
  caf::actor_system system{config};
  live_actor live;
  projector_actor projector;
  journal_actor journal;
  switchboard_actor switchboard;
  registry_actor registry;
  catalogue_actor catalogue;
  caf::actor door;
  std::atomic<std::size_t> errands = 0;
  std::atomic<std::uint64_t> watchers = 0;
};

engine::state::state(parts from)
    : with{
        .now = std::move(from.now),
        .real_time = std::move(from.real_time),
        .journal = from.journal,
        .vault = from.vault,
        .make_provider = std::move(from.make_provider),
        .result_token = std::move(from.result_token),
        .sign_head = std::move(from.sign_head),
        .ask_hook = std::move(from.ask_hook),
        .views_moved = std::move(from.views_moved),
        .limits = from.limits},
      library{*from.rows}, projection{*from.rows}, config{from.workers} {
  with.library = &library;
  with.projection = &projection;
  with.journal->look_up_versions_with(
    [this](const events::stream_id& stream) { return library.look().version_of(stream); });
  with.journal->forget_versions_up_to(with.journal->head().position);
  live = system.spawn(actors::live);
  projector = system.spawn<caf::detached>(actors::projector, &with, live);
  journal = system.spawn<caf::detached>(actors::journal, &with, projector);
  switchboard = system.spawn(actors::switchboard, &with, [this](telephony::call_news news) {
    caf::anon_send(registry, std::move(news));
  });
  registry = system.spawn(actors::registry, &with, journal, projector, switchboard);
  catalogue = system.spawn(actors::catalogue, &with, journal, projector, switchboard);
  door = system.spawn(actors::door);
}

bool engine::state::ask(errand what) {
  if (errands.fetch_add(1) >= with.limits.open_errands) {
    errands.fetch_sub(1);
    return false;
  }
  caf::anon_send(door, std::move(what));
  return true;
}

engine::engine(parts from) {
  auto software = from.software;
  state_ = std::make_unique<state>(std::move(from));
  auto* journal = state_->with.journal;
  append_request takeover{
    .what =
      {.stream = events::engine_stream,
       .expected_version = state_->library.look().version_of(events::engine_stream),
       .events = {events::engine_started{.epoch = journal->epoch(), .software = software}}},
    .results = {}};
  caf::scoped_actor self{state_->system};
  self->request(state_->journal, caf::infinite, std::move(takeover))
    .receive(
      [](const receipt&) {},
      [](const caf::error& why) { store::fatal("can't take over the log", caf::to_string(why)); });
  self->send(state_->registry, wake_running{});
}

engine::~engine() {
  // From the outside in, so that nobody speaks to one who has left; what the
  // journal and the projector have in their mailboxes they still do. Calls that
  // are up stay up at the carrier, and the next start settles them.
  auto& it = *state_;
  {
    caf::scoped_actor self{it.system};
    self->send_exit(it.door, caf::exit_reason::user_shutdown);
    self->send_exit(it.catalogue, caf::exit_reason::user_shutdown);
    self->send_exit(it.registry, caf::exit_reason::user_shutdown);
    self->send_exit(it.switchboard, caf::exit_reason::user_shutdown);
    self->request(it.journal, caf::infinite, sign_head{})
      .receive([](const receipt&) {}, [](const caf::error&) {});
    self->send_exit(it.journal, caf::exit_reason::user_shutdown);
    self->send_exit(it.projector, caf::exit_reason::user_shutdown);
    self->send_exit(it.live, caf::exit_reason::user_shutdown);
  }
  // A call that is just being placed tells the REGISTRY what it hears: the handles
  // in the state must outlive whoever speaks through them.
  it.system.await_all_actors_done();
  it.with.ask_hook = nullptr; // and with it whoever would still bring an answer
}

/// Asks a campaign, and answers once the views show what came of it.
template <class Request>
void engine::state::ask_campaign(Request what, std::function<void(answer)> then) {
  auto shared = std::make_shared<std::function<void(answer)>>(std::move(then));
  auto request = std::make_shared<const Request>(std::move(what));
  bool taken = ask([it = this, request, shared](caf::event_based_actor* self) {
    self->request(it->registry, caf::infinite, *request)
      .then(
        [=](const campaign_receipt& at) {
          it->errands.fetch_sub(1);
          auto position = at.position == 0 ? it->with.journal->head().position : at.position;
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

void engine::command(
  events::campaign_id campaign,
  domain::campaign_command what,
  asker by,
  std::function<void(answer)> then) {
  state_->ask_campaign(
    campaign_request{campaign, std::move(what), origin_of(std::move(by))}, std::move(then));
}

void engine::order_contact(
  const events::contact_key& contact,
  domain::contact_order what,
  asker by,
  std::function<void(answer)> then) {
  state_->ask_campaign(contact_request{contact, what, origin_of(std::move(by))}, std::move(then));
}

void engine::cancel_line(
  events::campaign_id campaign,
  domain::line_part which,
  asker by,
  std::function<void(answer)> then) {
  state_->ask_campaign(line_request{campaign, which, origin_of(std::move(by))}, std::move(then));
}

void engine::record(
  events::stream_id stream, events::event what, asker by, std::function<void(answer)> then) {
  auto shared = std::make_shared<std::function<void(answer)>>(std::move(then));
  auto request = std::make_shared<const catalogue_request>(
    catalogue_request{stream, std::move(what), origin_of(std::move(by))});
  bool taken = state_->ask([it = state_.get(), request, shared](caf::event_based_actor* self) {
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

void engine::receive(
  events::trunk_id trunk,
  telephony::callback what,
  std::function<void(telephony::callback_reply)> then) {
  auto shared = std::make_shared<std::function<void(telephony::callback_reply)>>(std::move(then));
  auto came = std::make_shared<telephony::callback>(std::move(what));
  bool taken = state_->ask([it = state_.get(), trunk, came, shared](caf::event_based_actor* self) {
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

void engine::hear(telephony::call_news news) {
  caf::anon_send(state_->registry, std::move(news));
}

void engine::breaker(
  events::campaign_id campaign, std::function<void(domain::breaker_window::tally)> then) {
  auto shared =
    std::make_shared<std::function<void(domain::breaker_window::tally)>>(std::move(then));
  bool taken = state_->ask([it = state_.get(), campaign, shared](caf::event_based_actor* self) {
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

void engine::trunk_lines(events::trunk_id trunk, std::function<void(domain::line_report)> then) {
  auto shared = std::make_shared<std::function<void(domain::line_report)>>(std::move(then));
  bool taken = state_->ask([it = state_.get(), trunk, shared](caf::event_based_actor* self) {
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

void engine::when_visible(std::uint64_t position, std::function<void()> then) {
  auto shared = std::make_shared<std::function<void()>>(std::move(then));
  bool taken = state_->ask([it = state_.get(), position, shared](caf::event_based_actor* self) {
    it->errands.fetch_sub(1);
    self->request(it->projector, caf::infinite, await_position{position}).then([=](views_reached) {
      (*shared)();
    });
  });
  if (!taken)
    (*shared)();
}

std::uint64_t engine::start_watch(events::campaign_id campaign, std::function<void()> stir) {
  auto number = ++state_->watchers;
  caf::anon_send(state_->live, actors::start_watch{number, campaign, std::move(stir)});
  return number;
}

void engine::rearm_watch(std::uint64_t watcher) {
  caf::anon_send(state_->live, actors::rearm_watch{watcher});
}

void engine::stop_watch(std::uint64_t watcher) {
  caf::anon_send(state_->live, actors::stop_watch{watcher});
}

const projections::library& engine::library() const {
  return state_->library;
}

} // namespace ringmaster::actors
