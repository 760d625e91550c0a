// Every actor of the engine on one thread, in time that only tests move.
#pragma once

#include "actors/behind_door.hpp"
#include "actors/catalogue_actor.hpp"
#include "actors/doorway.hpp"
#include "actors/journal_actor.hpp"
#include "actors/live_actor.hpp"
#include "actors/projector_actor.hpp"
#include "actors/registry_actor.hpp"
#include "actors/switchboard_actor.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace ringmaster::test {

struct troupe_config : caf::actor_system_config {
  troupe_config() {
    add_message_types<caf::id_block::ringmaster>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

/// One process over stores that outlive it. Nobody moves unless told to.
class troupe {
public:
  /// Whoever is made here leaves with the others.
  template <class Actor, class... Args>
  auto spawn(Actor actor, Args&&... args) {
    auto player = self_->spawn(actor, std::forward<Args>(args)...);
    players_.push_back(caf::actor_cast<caf::actor>(player));
    return player;
  }

  /// `with` lacks what the troupe makes itself: the library and the projection.
  /// `rows` are caught up with the journal.
  troupe(actors::environment with, store::key_value& rows)
    : library_{rows}, projection_{rows}, with_{std::move(with)} {
    with_.library = &library_;
    with_.projection = &projection_;
    with_.journal->look_up_versions_with(
      [this](const events::stream_id& of) { return library_.look().version_of(of); });
    with_.journal->forget_versions_up_to(with_.journal->head().position);
    behind_.with = &with_;
    behind_.live = spawn(actors::live);
    behind_.projector = spawn(actors::projector, &with_, behind_.live);
    behind_.journal = spawn(actors::journal, &with_, behind_.projector);
    behind_.switchboard = spawn(actors::switchboard, &with_, [this](telephony::call_news news) {
      caf::anon_send(behind_.registry, std::move(news));
    });
    behind_.registry =
      spawn(actors::registry, &with_, behind_.journal, behind_.projector, behind_.switchboard);
    behind_.catalogue =
      spawn(actors::catalogue, &with_, behind_.journal, behind_.projector, behind_.switchboard);
    behind_.door = spawn(actors::door);
    run();
  }

  troupe(const troupe&) = delete;
  troupe& operator=(const troupe&) = delete;

  ~troupe() {
    // Pending timeouts keep their actor alive, so nobody leaves unasked.
    for (const auto& player : players_)
      self_->send_exit(player, caf::exit_reason::user_shutdown);
    run();
  }

  /// Delivers messages until every mailbox is empty.
  void run() { clockwork().run(); }

  /// Actors with a message waiting.
  [[nodiscard]] std::size_t ready() { return clockwork().jobs.size(); }

  /// Whether that is the JOURNAL, which has a thread of its own outside of tests.
  [[nodiscard]] bool is_journal(std::size_t which) {
    auto* journal = caf::actor_cast<caf::abstract_actor*>(behind_.journal);
    return dynamic_cast<caf::abstract_actor*>(clockwork().jobs[which]) == journal;
  }

  /// Lets one of them handle one message.
  void run_one(std::size_t which) {
    auto& jobs = clockwork().jobs;
    std::swap(jobs.front(), jobs[which]);
    clockwork().run_once();
  }

  /// How long until the next delayed message; nothing if there is none.
  [[nodiscard]] std::optional<events::duration> next_timeout() {
    auto& clock = clockwork().clock();
    if (clock.schedule().empty())
      return std::nullopt;
    auto wait = clock.schedule().begin()->first - clock.now();
    return std::chrono::ceil<events::duration>(std::max(wait, decltype(wait){}));
  }

  void advance(events::duration by) { clockwork().advance_time(by); }

  [[nodiscard]] caf::scoped_actor& self() { return self_; }
  [[nodiscard]] const actors::journal_actor& journal() const { return behind_.journal; }
  [[nodiscard]] const actors::registry_actor& registry() const { return behind_.registry; }
  [[nodiscard]] const actors::switchboard_actor& switchboard() const { return behind_.switchboard; }
  [[nodiscard]] const actors::catalogue_actor& catalogue() const { return behind_.catalogue; }
  /// The way in for callers outside; leads nowhere once the troupe is gone.
  [[nodiscard]] actors::doorway door() { return actors::doorway{behind_}; }
  [[nodiscard]] projections::library_view look() const { return library_.look(); }

private:
  caf::scheduler::test_coordinator& clockwork() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  projections::library library_;
  projections::projection projection_;
  actors::environment with_;
  troupe_config config_;
  caf::actor_system system_{config_};
  std::vector<caf::actor> players_;
  actors::behind_door behind_;
  caf::scoped_actor self_{system_};
};

} // namespace ringmaster::test
