#include "actors/engine.hpp"

#include "actors/behind_door.hpp"
#include "actors/catalogue_actor.hpp"
#include "actors/journal_actor.hpp"
#include "actors/live_actor.hpp"
#include "actors/messages.hpp"
#include "actors/projector_actor.hpp"
#include "actors/registry_actor.hpp"
#include "actors/switchboard_actor.hpp"
#include "store/fatal.hpp"

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

} // namespace

struct engine::state {
  explicit state(parts from);

  std::string software;
  environment with;
  projections::library library;
  projections::projection projection;
  system_config config;
  caf::actor_system system{config};
  behind_door front;
};

engine::state::state(parts from)
  : software{std::move(from.software)},
    with{
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
  front.with = &with;
  front.live = system.spawn(actors::live);
  front.projector = system.spawn<caf::detached>(actors::projector, &with, front.live);
  front.journal = system.spawn<caf::detached>(actors::journal, &with, front.projector);
  front.switchboard = system.spawn(actors::switchboard, &with, [this](telephony::call_news news) {
    caf::anon_send(front.registry, std::move(news));
  });
  front.registry =
    system.spawn(actors::registry, &with, front.journal, front.projector, front.switchboard);
  front.catalogue =
    system.spawn(actors::catalogue, &with, front.journal, front.projector, front.switchboard);
  front.door = system.spawn(actors::door);
}

engine::engine(parts from) : engine{std::make_unique<state>(std::move(from))} {}

engine::engine(std::unique_ptr<state> it) : doorway{it->front}, state_{std::move(it)} {
  auto* journal = state_->with.journal;
  append_request takeover{
    .what =
      {.stream = events::engine_stream,
       .expected_version = state_->library.look().version_of(events::engine_stream),
       .events = {events::engine_started{.epoch = journal->epoch(), .software = state_->software}},
       .new_work = false},
    .results = {}};
  caf::scoped_actor self{state_->system};
  self->request(state_->front.journal, caf::infinite, std::move(takeover))
    .receive(
      [](const receipt&) {},
      [](const caf::error& why) { store::fatal("can't take over the log", caf::to_string(why)); });
  self->send(state_->front.registry, wake_running{});
}

engine::~engine() {
  // From the outside in, so that nobody speaks to one who has left; what the
  // journal and the projector have in their mailboxes they still do. Calls that
  // are up stay up at the carrier, and the next start settles them.
  auto& it = *state_;
  {
    caf::scoped_actor self{it.system};
    self->send_exit(it.front.door, caf::exit_reason::user_shutdown);
    self->send_exit(it.front.catalogue, caf::exit_reason::user_shutdown);
    self->send_exit(it.front.registry, caf::exit_reason::user_shutdown);
    self->send_exit(it.front.switchboard, caf::exit_reason::user_shutdown);
    self->request(it.front.journal, caf::infinite, sign_head{})
      .receive([](const receipt&) {}, [](const caf::error&) {});
    self->send_exit(it.front.journal, caf::exit_reason::user_shutdown);
    self->send_exit(it.front.projector, caf::exit_reason::user_shutdown);
    self->send_exit(it.front.live, caf::exit_reason::user_shutdown);
  }
  // A call that is just being placed tells the REGISTRY what it hears: the handles
  // in the state must outlive whoever speaks through them.
  it.system.await_all_actors_done();
  it.with.ask_hook = nullptr; // and with it whoever would still bring an answer
}

} // namespace ringmaster::actors
